"""A utilisation at which the stated power curve has no point."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="curve-out-of-range",
    severity="warning",
    looks_for="A utilisation that lies outside the loads of the stated power curve",
    why="Beyond its ends the curve says nothing; the power of the nearest end is taken.",
    remedy="Give the curve a point at or beyond that utilisation.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Device groups whose utilisation is below the first or above the last load of their curve."""
    for number, run in a.having("power curve"):
        for group, device in enumerate(run.devices):
            if device.power_curve is None or device.utilisation is None:
                continue
            first, last = device.power_curve[0], device.power_curve[-1]
            use = device.utilisation.value
            if first[0] <= use <= last[0]:
                continue
            load, power = first if use < first[0] else last
            yield from CHECK.per_run(
                a, [number],
                said("utilisation {use} lies outside the curve ({first} to {last}): its power at {load}, {text}, is taken", use=spelled(use, 4), first=spelled(first[0]), last=spelled(last[0]), load=spelled(load), text=as_written(power.text)),
                f"devices[{group}].power_curve")  # fmt: skip
