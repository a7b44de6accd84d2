"""Work that the devices can hardly have done in the stated hours, or a peak rate that is not the dense one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="implausible-mfu",
    severity="warning",
    looks_for="Work over device hours and dense peak rate (model FLOPs utilisation) near or above 1",
    why="A wrong unit or count, hours of a part of the devices, or a peak rate with sparsity or of 8-bit numbers.",
    remedy="Check work.flops, device hours and devices[].peak; peaks are dense 16-bit rates.",
)


#: the best published training run reaches 0.56 of the dense 16-bit peak (Megatron, 1e12 parameters)
HIGHEST = 0.75
#: a stated peak this much above the catalogue's is another kind of rate: sparsity and 8 bit double it
OTHER_RATE = 1.5


def find(a: Evidence) -> Iterator[Finding]:
    """Implied utilisation of runs that state work and hours, and stated peaks beside those of the catalogue."""
    peak, flops, hours = (
        a.activities.column("peak_flops"),
        a.results.get("training_flops"),
        a.results.get("reserved_hours"),
    )
    if flops is None or hours is None:
        return
    rule = a.results["reserved_hours__rule"]
    stated = np.isin(rule, [n for n, r in enumerate(a.plan.rules) if r.gives == "reserved_hours" and r.tier == 1])
    first = a.activities.over_parts(np.zeros(a.activities.rows))
    flops, hours = a.activities.over_parts(flops), a.activities.over_parts(hours)
    with np.errstate(all="ignore"):
        reached = np.where(stated & (hours > 0), flops / (hours * peak), np.nan)
        ratio = a.activities.column("stated_peak_flops") / peak + first
    for row in np.flatnonzero(reached > HIGHEST).tolist():
        than = (
            said("more than the devices can do")
            if reached[row] > 1
            else said("more than {limit}, which no published run reaches", limit=f"{HIGHEST:g}")
        )
        yield CHECK.at(
            said("{flops} FLOP in {hours} device hours are {reached} of the dense peak of {peak} TFLOP/s: {than}", flops=spelled(flops[row], 4), hours=spelled(hours[row], 4), reached=spelled(reached[row], 3), peak=spelled(peak[row] / 3600000000000000.0, 4), than=than),
            a.runs[int(a.activities.run_of_row[row])].id, "work",
        )  # fmt: skip
    for row in np.flatnonzero(ratio > OTHER_RATE).tolist():
        yield CHECK.at(
            said("the stated peak is {ratio} times the dense 16-bit peak of {peak} TFLOP/s: a rate with sparsity or of 8-bit numbers", ratio=spelled(ratio[row], 3), peak=spelled(peak[row] / 3600000000000000.0, 4)),
            a.runs[int(a.activities.run_of_row[row])].id, f"devices[{a.activities.group_of_row[row]}].peak",
        )  # fmt: skip
