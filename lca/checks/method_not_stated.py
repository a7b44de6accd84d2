"""An energy without the method by which it was found."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="method-not-stated",
    severity="info",
    looks_for="An energy without the method by which it was found",
    why="Without it the energy cannot count as measured.",
    remedy="State energy[].method: counter, integrated, scheduler, bill, modelled or declared.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Records in use without a method; they count as modelled from own data."""
    at: dict[int, list[int]] = {}
    for number, run in a.having("special energy"):
        if number not in a.activities.used_energy:
            continue
        index = a.activities.used_energy[number][0]
        if run.energy[index].method is None:
            at.setdefault(index, []).append(number)
    for index, numbers in at.items():
        yield from CHECK.per_run(
            a, numbers, said("the energy states no method: it does not count as measured"), f"energy[{index}].method"
        )
