"""A pin of the profile on which no figure rests."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.numerals import as_written

CHECK = Check(
    code="pin-not-used",
    severity="warning",
    looks_for="A pin of the profile on which no figure rests",
    why="Whoever reads the profile takes the pinned value for one that counts.",
    remedy="Correct `where` (codes such as FR, names as in the log), or take the pin out; what a run states of its own stands before a grid factor.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pins that no run uses."""
    for number, pin in enumerate(a.profile.pins):
        if not any(use.factor.id == f"pin:{number}:{pin.quantity}" for use in a.uses(pin.quantity)):
            limits = ", ".join(f"{k} {v}" for k, v in pin.where.items())
            yield CHECK.at(f"{pin.quantity} pinned to {as_written(str(pin.value))}{f' for {limits}' if limits else ''}: no figure rests on it",
                           field=f"profile.pins[{number}]")  # fmt: skip
