"""A power series to an energy: trapezoids between samples; long gaps are not bridged but lower the coverage."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from lca import units
from lca.activity import as_utc, duration_hours
from lca.run import Coverage, EnergyRecord, PowerSeries, Run
from lca.units import Quantity

#: a gap longer than this many median periods is not bridged
GAP = 5.0


def integrate(run: Run, folder: str | None) -> EnergyRecord:
    """The energy record of a run's power series. Raises ValueError with what is wrong with the series.

    Energy in kWh; `method` is integrated; `coverage` is the share of the run's window that the samples cover.
    """
    series = run.power
    assert series is not None
    points = _from_file(series, folder) if series.file is not None else _inline(series)
    points = sorted(points)
    if len(points) < 2:
        raise ValueError("a power series needs at least two samples")
    steps = [b[0] - a[0] for a, b in pairwise(points)]
    if min(steps) <= 0:
        raise ValueError("two samples bear the same time; keep one of them")
    longest = GAP * sorted(steps)[len(steps) // 2]
    joules = covered = 0.0
    for (t0, p0), (t1, p1) in pairwise(points):
        if t1 - t0 <= longest:
            joules += (p0 + p1) / 2 * (t1 - t0)
            covered += t1 - t0
    duration = duration_hours(run)
    window = duration * 3600 if duration is not None else points[-1][0] - points[0][0]
    share = covered / window if window > 0 else 0.0
    if share <= 0:
        raise ValueError("no two samples are close enough to each other to be integrated")
    if share > 1.02:
        raise ValueError(f"the series covers {share:.3g} times the duration of the run; correct one of the two")
    kwh = joules / 3.6e6
    return EnergyRecord(
        value=Quantity(kwh, text=f"{kwh!r} kWh"), boundary=series.boundary, method="integrated",
        coverage=Coverage(of="time", value=Quantity(min(share, 1.0))) if share < 0.999 else None,
    )  # fmt: skip


def _inline(series: PowerSeries) -> list[tuple[float, float]]:
    return [_sample(at, watts, 1.0) for at, watts in series.samples or []]


def _sample(at: float | str, watts: float, scale: float) -> tuple[float, float]:
    seconds = as_utc(_stamp(at)).timestamp() if isinstance(at, str) else float(at)
    if not (math.isfinite(seconds) and math.isfinite(watts)):
        raise ValueError("a sample is not a finite number")
    if watts < 0:
        raise ValueError("a sample is negative")
    return seconds, watts * scale


def _stamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no time; write RFC 3339 or seconds") from None


def _from_file(series: PowerSeries, folder: str | None) -> list[tuple[float, float]]:
    name = series.file or ""
    if folder is None:
        raise ValueError("a power series in a file needs a run log that is a file itself")
    base = Path(folder).resolve()
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        raise ValueError(f"{name[:80]!r} lies outside the folder of the run log")
    time, value = series.time or "time", series.value or "power"
    scale = units.to_canonical(series.unit or "W", "power") * 1000.0
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{name[:80]!r} cannot be read: {error}") from None
    if not rows or time not in rows[0] or value not in rows[0]:
        raise ValueError(f"{name[:80]!r} has no columns {time!r} and {value!r}")
    out = []
    for number, row in enumerate(rows, start=2):
        try:
            at: float | str = float(row[time])
        except ValueError:
            at = row[time]
        try:
            out.append(_sample(at, float(row[value]), scale))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name[:80]!r} row {number}: {error}") from None
    return out
