"""A counter of energy that was reset."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="counter-reset",
    severity="warning",
    looks_for="A counter of energy that fell to a value near 0 and was taken to have been reset",
    why="What was used between the last reading and the reset is lost; a wrap-around taken for a reset loses more.",
    remedy="Give wraps_at where the counter wraps around; else leave the finding to stand.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose counters were reset."""
    for number, run in a.having("power"):
        resets = run.power.reading.resets if run.power is not None else 0
        if resets:
            times = "once" if resets == 1 else f"{resets} times"
            told = f"the counter fell {times} and is taken to have begun again at 0: the new reading counts from there"
            yield from CHECK.per_run(a, [number], told, "power")
