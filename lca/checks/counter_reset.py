"""A counter that fell to a value near 0."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="counter-reset",
    severity="warning",
    looks_for="A counter of energy that fell to a value near 0 and was taken to have been reset",
    why="What was used between the last reading and the reset is lost; a wrap-around taken for a reset loses more.",
    remedy="Give wraps_at where the counter wraps around; else leave the finding to stand.",
)

#: resets of one run that are told one by one
SHOWN = 3


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose counters were reset: where, when, and the two readings."""
    for number, run in a.having("power"):
        resets = run.power.reading.resets if run.power is not None else ()
        for at, reset in enumerate(resets[:SHOWN], start=1):
            told = said(
                "{where}: the counter fell from {before} to {after} at {time} and is taken to have begun again at 0: {after} are counted for that step, and what was used before the reset is not",
                where=reset.where,
                before=reset.before,
                after=reset.after,
                time=reset.time,
            )
            if at == SHOWN < len(resets):
                told = said(
                    "{told} (the first {n} of {resets} resets are told)", told=told, n=SHOWN, resets=len(resets)
                )
            yield from CHECK.per_run(a, [number], told, "power")
