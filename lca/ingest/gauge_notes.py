"""What is told of the samples of a log: their order, times that are covered twice, clocks, devices of one sample."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from lca.ingest.formats import Note
from lca.language import plural
from lca.local_time import iso

if TYPE_CHECKING:
    from lca.ingest.gauge import Gauge


def notes(devices: Collection[Gauge]) -> tuple[Note, ...]:
    """What to tell of the samples."""
    out = []
    twice, far, moved = (sum(getattr(d, n) for d in devices) for n in ("covered_twice", "far", "moved"))
    fall = next((d.fall for d in devices if d.fall == d.fall), None)
    if twice and fall is not None:
        message = plural(
            twice, "the clock went back by an hour before {time}, as at the end of summer time, and no time zone is known: "
            "one sample of the repeated hour was not used. State the time zone",
            "the clock went back by an hour before {time}, as at the end of summer time, and no time zone is known: "
            "{n} samples of the repeated hour were not used. State the time zone", n=twice, time=iso(fall, naive=True),
        )  # fmt: skip
        out.append(Note("clock-fault", message, "power", "warning"))
    elif twice:
        message = plural(
            twice, "one sample bears a time that other samples cover; it was not used",
            "{n} samples bear times that other samples cover; they were not used", n=twice,
        )  # fmt: skip
        out.append(Note("clock-fault", message, "power"))
    elif moved:
        message = plural(
            moved, "the samples go back in time once; they were sorted", "the samples go back in time {n} times; they were sorted", n=moved,
        )  # fmt: skip
        out.append(Note("clock-fault", message, "power", "info"))
    if far:
        message = plural(
            far, "one sample lies more than ten years from the others; it was not used",
            "{n} samples lie more than ten years from the others; they were not used", n=far,
        )  # fmt: skip
        out.append(Note("clock-fault", message, "power"))
    single = sum(d.begin == d.end for d in devices)
    if 0 < single < len(devices):
        message = plural(
            single, "one device has a single sample, which gives no energy; the sample was not used",
            "{n} devices have a single sample each, which gives no energy; the samples were not used", n=single,
        )  # fmt: skip
        out.append(Note("no-energy", message, "power", "info"))
    return tuple(out)
