"""One certificate under several runs."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import plural, said

CHECK = Check(
    code="evidence-shared",
    severity="warning",
    looks_for="An amount of energy under one evidence that several runs claim",
    why="A certificate covers its energy once; each run's instruments are matched with that run alone.",
    remedy="Split the amount between the runs, and name in `evidence` what belongs to each.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments with an amount of energy whose type and evidence stand in more than one run."""
    seen: dict[tuple[str, str], dict[int, int]] = {}
    for number, run in a.having("electricity"):
        for position, instrument in enumerate(run.electricity.instruments if run.electricity else ()):
            if instrument.energy is not None and instrument.evidence:
                seen.setdefault((instrument.type, instrument.evidence.strip()), {}).setdefault(number, position)
    for (kind, _), runs in seen.items():
        if len(runs) > 1:
            others = plural(len(runs) - 1, "{n} other run", "{n} other runs", n=len(runs) - 1)
            for number, position in runs.items():
                told = said(
                    "the evidence of this {kind} stands in {others} too, each with its energy", kind=kind, others=others
                )
                yield from CHECK.per_run(a, [number], told, f"electricity.instruments[{position}].evidence")
