"""A claimed saving that is larger than any that a published finding reports for the same lever."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.levers import levers
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled
from lca.run import Run

CHECK = Check(
    code="claim-outside-evidence",
    severity="warning",
    looks_for="A claimed saving that is larger than any that a published finding reports for the same lever",
    why="A claim beyond the evidence needs evidence of its own.",
    remedy="Read the findings beside the claim in the report; measure, or do not repeat the claim.",
)


def claimed_saving(run: Run, base: Run) -> float | None:
    """Saving that two runs declare, as a share of the second: of CO2e, else of energy. None where they declare neither."""
    for key in ("co2e", "energy"):
        first, second = ((r.declared or {}).get(key) for r in (run, base))
        if first is not None and second is not None and second.value > 0:
            return 1 - first.value / second.value
    return None


def find(a: Evidence) -> Iterator[Finding]:
    """Claimed savings against the upper end of each finding that the claim names."""
    for number, run in a.having("claim"):
        claim = run.claim
        if claim is None or not claim.saving_against or not claim.levers:
            continue
        base = next((r for r in a.runs if r.id == claim.saving_against), None)
        saving = claimed_saving(run, base) if base is not None else None
        if saving is None:
            continue
        known = levers(a.catalogue.sets)
        for position, name in enumerate(claim.levers):
            lever = known.get(name)
            if lever is None or lever.high is None or lever.stance == "context" or not lever.concerns(run.stage):
                continue
            if saving * 100 <= lever.high:
                continue
            yield from CHECK.per_run(
                a, [number], said("a saving of {saving} is claimed, {id} found at most {high}", saving=spelled(saving, 3), id=lever.id, high=spelled(lever.high / 100, 3)),
                f"claim.levers[{position}]",
            )  # fmt: skip
