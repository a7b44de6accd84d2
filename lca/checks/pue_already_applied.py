"""An energy into which PUE is already multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="pue-already-applied",
    severity="info",
    looks_for="An energy into which PUE is already multiplied",
    why="PUE applied twice overstates by ten to sixty per cent.",
    remedy="Nothing, if the log says so rightly: PUE was not applied again.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Records that say so, and those from which PUE cannot be taken out again."""
    for number, run in a.having("special energy"):
        for position, record in enumerate(run.energy):
            if not record.includes_pue or record.boundary == "facility":
                continue
            field = f"energy[{position}].includes_pue"
            if record.boundary == "accelerator" and (run.facility is None or run.facility.pue is None):
                yield from CHECK.per_run(
                    a,
                    [number],
                    said(
                        "the energy of the accelerators includes an unknown PUE, which cannot be taken out: the record is not used; state facility.pue"
                    ),
                    field,
                    "error",
                )
            elif record.boundary == "accelerator":
                told = said(
                    "{text} of accelerators includes PUE: it is divided by the PUE of the run",
                    text=as_written(record.value.text),
                )
                yield from CHECK.per_run(a, [number], told, field)
            else:
                yield from CHECK.per_run(
                    a,
                    [number],
                    said(
                        "{text} includes PUE: it is facility energy, and IT energy is it divided by PUE",
                        text=as_written(record.value.text),
                    ),
                    field,
                )
