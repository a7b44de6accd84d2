"""Parts of an energy that do not add up to its value."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="identity-mismatch",
    severity="error",
    looks_for="Parts of an energy that do not add up to its value",
    why="A column was rescaled, or a part is missing.",
    remedy="Correct the parts or the value in the log.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Components against their value, within 1 %."""
    for _, run in a.having("special energy"):
        for position, record in enumerate(run.energy):
            if record.components is None:
                continue
            parts = [
                p.value
                for p in (
                    record.components.accelerator,
                    record.components.cpu,
                    record.components.dram,
                    record.components.other,
                )
                if p is not None
            ]
            if parts and abs(sum(parts) - record.value.value) > 0.01 * max(record.value.value, sum(parts)):
                yield CHECK.at(
                    said(
                        "the components add up to {parts} kWh, the value is {value} kWh",
                        parts=spelled(sum(parts)),
                        value=spelled(record.value.value),
                    ),
                    run.id,
                    f"energy[{position}].components",
                )
