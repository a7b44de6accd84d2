"""What runs may state that checks look at one by one."""

from __future__ import annotations

from lca.run import Run

#: work of which 0 is told: a run without it did nothing that it could be measured by
ZERO_TOLD = ("requests", "tokens_out", "tokens_trained", "samples", "images", "flops")
#: what runs may state that checks look at one by one
HAVING = (
    "special energy",
    "zero energy",
    "electricity",
    "declared",
    "host",
    "end",
    "no offset",
    "power",
    "claim",
    "power curve",
    "no work",
    "wue",
    "failed",
)


def stated(run: Run) -> list[str]:
    """Which of `HAVING` a run states. An energy is special unless it is one measured or modelled record and nothing else."""
    out = []
    if run.energy:
        one = run.energy[0]
        if (
            len(run.energy) > 1
            or one.includes_pue
            or one.coverage
            or one.components
            or one.method in (None, "declared")
            or one.boundary in ("cpu", "dram")
        ):
            out.append("special energy")
        if any(record.value.value == 0 for record in run.energy):
            out.append("zero energy")
    if run.electricity is not None:
        out.append("electricity")
    if run.declared:
        out.append("declared")
    if run.host is not None:
        out.append("host")
    if run.claim is not None:
        out.append("claim")
    if run.end is not None:
        out.append("end")
    if (run.start is not None and run.start.tzinfo is None) or (run.end is not None and run.end.tzinfo is None):
        out.append("no offset")
    if run.power is not None:
        out.append("power")
    if run.work is not None and any(getattr(run.work, unit) == 0 for unit in ZERO_TOLD):
        out.append("no work")
    if run.facility is not None and run.facility.wue is not None:
        out.append("wue")
    if run.status in ("failed", "cancelled"):
        out.append("failed")
    return out
