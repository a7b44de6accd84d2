"""A pin of the profile on which no figure rests."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
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
            what = said("{quantity} pinned to {value}", quantity=pin.quantity, value=as_written(str(pin.value)))
            if limits:
                what = said("{pin} for {limits}", pin=what, limits=limits)
            yield CHECK.at(said("{pin}: no figure rests on it", pin=what), field=f"profile.pins[{number}]")
