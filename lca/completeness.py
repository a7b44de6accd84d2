"""Completeness: what was expected against what was found. Gaps are told, with what they would add; nothing is filled in.

Expected runs go through the same rules as those that were found, so that hours and energies mean the same on both sides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import duration_hours
from lca.assessment import of_activities
from lca.catalogue.labels import row_labels
from lca.expand import expand
from lca.ingest import Intake
from lca.ingest.expected import Expectation
from lca.language import plural, said
from lca.run import Run
from lca.shortfalls import ENERGIES, MEASURES, Compared, Completeness, Gap, Measure, Shortfall
from lca.time_parts import EVER, Within

if TYPE_CHECKING:
    from lca.assessment import Assessment

Numbers = NDArray[np.float64]
#: what is found may be less by so much before it is told: clocks and meters differ
TOLERANCE = 0.01
#: parts of a place, the narrowest first
PLACES = ("site", "region", "cloud", "subdivision", "grid_zone", "country")
#: keys of `ext` under which a log may hold the id that a scheduler knows
JOB_KEYS = ("job_id", "jobid", "slurm_job_id", "job", "run_id")
#: a part of an id is taken for the id from so many characters on
LEAST = 4


class _Stated(NamedTuple):
    """What is expected of one run."""

    id: str
    amounts: Mapping[str, float]
    co2e: float


def examine(a: Assessment, expectations: Sequence[Expectation]) -> Completeness:
    """What was expected against the runs of an assessment."""
    known: set[str] = set()
    out = [_compare(a, e, known) for e in expectations]
    named = any(c.names_runs for c in out)
    unexpected = [run.id for run in a.activities.runs if run.id not in known] if named else []
    return Completeness(out, unexpected)


def _assessed(a: Assessment, runs: Sequence[Run], within: Within = EVER) -> Assessment:
    """Expected runs by the rules, factors and profile of the assessment."""
    intake, activities = Intake(runs=list(runs)), expand(iter(runs), a.profile.locations(), within)
    return of_activities(activities, intake, a.profile, a.catalogue, a.rules, a.made)


def _within(a: Assessment) -> Within:
    """The time of which something is expected: what has no date may lie in it."""
    return a.profile.within()._replace(undated=True) if a.profile.period is not None else EVER


class _Read:
    """The runs that were read, each whole: what the period of the profile leaves out of it included."""

    def __init__(self, a: Assessment) -> None:
        self.parts = [a] if a.outside is None else [a, a.outside]
        runs = {
            n: run for part in self.parts for n, run in zip(part.activities.numbers, part.activities.runs, strict=True)
        }
        self.place = {n: place for place, n in enumerate(sorted(runs))}
        self.runs = [runs[n] for n in sorted(runs)]

    def of_run(self, quantity: str) -> Numbers:
        """Sum of a quantity per run, NaN where a row of the run lacks it."""
        out = np.zeros(len(self.runs))
        for part in self.parts:
            out[[self.place[n] for n in part.activities.numbers]] += _of_run(part, quantity)
        return out


def _compare(a: Assessment, source: Expectation, known: set[str]) -> Compared:
    made, within = Compared(source, notes=list(source.notes)), _within(a)
    stated = [_of_job(job) for job in source.jobs]
    inside = dict(enumerate(stated))
    if source.runs:
        whole, counted = _assessed(a, source.runs), _assessed(a, source.runs, within)
        jobs = len(stated)
        stated += _of_runs(whole)
        inside |= dict(zip((jobs + n for n in counted.activities.numbers), _of_runs(counted), strict=True))
    if stated:
        _runs(_Read(a), made, stated, inside, known)
    if source.sums:
        _sums(a, made, _assessed(a, source.sums, within))
    if not made.measures and not made.gaps:
        made.notes.append(said("it states neither hours nor energy that could be compared"))
    return made


def _of_job(job: Any) -> _Stated:
    energy = "facility_energy" if job.boundary == "facility" else "it_energy"
    amounts = {"device_hours": job.device_hours, "hours": job.duration, energy: job.energy}
    return _Stated(job.id, {k: v for k, v in amounts.items() if v == v}, math.nan)


def _of_run(a: Assessment, quantity: str) -> Numbers:
    """Sum of a quantity per run, NaN where a row of the run lacks it."""
    values = a.columns.get(quantity)
    runs = len(a.activities.runs)
    return np.full(runs, np.nan) if values is None else np.bincount(a.activities.run_of_row, values, runs).astype(float)


def _of_runs(b: Assessment) -> list[_Stated]:
    co2e, stated = _of_run(b, "total_co2e"), _amounts(b)
    return [_Stated(run.id, stated[n], float(co2e[n])) for n, run in enumerate(b.activities.runs)]


def _amounts(b: Assessment) -> list[dict[str, float]]:
    """What each run states, by the rules: device hours and hours, and energy where it has any of its own."""
    columns = {name: _of_run(b, name) for name in ("device_hours", *ENERGIES)}
    out = []
    for n, run in enumerate(b.activities.runs):
        names = []
        if any(d.device_hours is not None or d.count is not None for d in run.devices):
            names.append("device_hours")
        if run.energy:
            names.append(ENERGIES[any(e.boundary == "facility" for e in run.energy)])
        held = {name: float(columns[name][n]) for name in names} | {"hours": duration_hours(run) or math.nan}
        out.append({name: x for name, x in held.items() if x == x})
    return out


# ---- runs by their id ---------------------------------------------------------------------------------------------------


def _runs(
    read: _Read, made: Compared, stated: Sequence[_Stated], inside: Mapping[int, _Stated], known: set[str]
) -> None:  # fmt: skip
    """Compare run by run, each whole; one that is missing counts as far as it lies `inside` the period."""
    at, by_part = match([s.id for s in stated], read.runs)
    known.update(read.runs[n].id for n in at.values())
    wanted = [n for n in range(len(stated)) if n in at or n in inside]
    made.expected, made.found = len(wanted), len(at)
    made.gaps = [Gap(inside[n].id, inside[n].amounts, inside[n].co2e) for n in wanted if n not in at]
    beyond = len(stated) - len(wanted)
    if beyond:
        made.notes.append(plural(
            beyond, "{n} run that it names lies outside the period, and was not read; it is not missing",
            "{n} runs that it names lie outside the period, and were not read; they are not missing", n=beyond,
        ))  # fmt: skip
    if by_part:
        made.notes.append(said("{n} of its ids are a part of the id of a run, or the other way round", n=by_part))
    columns = {name: read.of_run(name) for name in MEASURES if name != "hours"}
    columns["hours"] = np.asarray([duration_hours(run) or math.nan for run in read.runs])
    sums: dict[str, list[list[float]]] = {}
    for n in wanted:
        run = None if n not in at else read.runs[at[n]]
        s = inside[n] if run is None else stated[n]
        names = [name for name in s.amounts if name != "hours" or "device_hours" not in s.amounts]
        for name in names:
            expected = s.amounts[name]
            found = 0.0 if run is None else float(columns[name][at[n]])
            if run is not None and found != found:
                continue  # what the run does not state is told as not determined
            short = max(expected - found, 0.0) if expected - found > TOLERANCE * expected else 0.0
            sums.setdefault(name, []).append([expected, found, short])
            if run is not None and short:
                made.short.append(Shortfall(run.id, "", name, expected, found))
    made.measures = _added(made.measures, sums)


def match(ids: Sequence[str], runs: Sequence[Run]) -> tuple[dict[int, int], int]:
    """Number of the run for each expected id that has one, and how many were matched by a part of an id alone.

    An id is that of the run, or one that the run holds under `ext`; else the part after the last separator of one of the two,
    where that is long enough and of one run only.
    """
    exact = {run.id.strip(): n for n, run in enumerate(runs)}
    held: dict[str, int | None] = {}
    for n, run in enumerate(runs):
        for key in JOB_KEYS if run.ext else ():
            value = (run.ext or {}).get(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                held[str(value)] = n if held.get(str(value), n) == n else None
    tails: dict[str, int | None] = {}
    for n, run in enumerate(runs):
        tail = _tail(run.id)
        tails[tail] = n if tail not in tails else None
    at: dict[int, int] = {}
    taken: set[int] = set()
    by_part = 0
    for step in range(3):
        for n, id in enumerate(ids):
            if n in at:
                continue
            number = exact.get(id) if step == 0 else held.get(id) if step == 1 else _by_part(id, tails, exact)
            if number is not None and number not in taken:
                at[n] = number
                taken.add(number)
                by_part += step == 2
    return at, by_part


def _tail(id: str) -> str:
    return re.split(r"[-_:/.\s]", id.strip())[-1]


def _by_part(id: str, tails: Mapping[str, int | None], exact: Mapping[str, int]) -> int | None:
    tail = _tail(id)
    if len(id) >= LEAST and tails.get(id) is not None:
        return tails[id]
    return exact.get(tail) if len(tail) >= LEAST else None


# ---- sums over runs -----------------------------------------------------------------------------------------------------


class _Key(NamedTuple):
    quantity: str
    device: str
    place: tuple[tuple[str, str], ...]


def _sums(a: Assessment, made: Compared, b: Assessment) -> None:
    """What a bill sums up by device and place, against the runs of that device and place in its period."""
    made.expected += len(b.activities.runs)
    devices, stated = row_labels(b.activities, b.resolved, "device"), _amounts(b)
    groups: dict[_Key, list[float]] = {}
    for row, n in enumerate(b.activities.run_of_row.tolist()):
        place = b.resolved.places[b.activities.place_of_row[row]]
        where = tuple((k, place[k]) for k in PLACES if place[k])
        begin, end = _window(b, row)
        for name in ("device_hours", *ENERGIES):
            if name not in stated[n]:
                continue
            value = float(b.columns[name][row]) if name in b.columns else math.nan
            if value == value:
                key = _Key(name, devices[row] if name == "device_hours" else "", where)
                held = groups.setdefault(key, [0.0, begin, end])
                groups[key] = [held[0] + value, min(held[1], begin), max(held[2], end)]
    labels = row_labels(a.activities, a.resolved, "device")
    undated, blank = False, 0
    sums: dict[str, list[list[float]]] = {}
    for key, (expected, begin, end) in groups.items():
        share, loose = _shares(a, begin, end)
        undated = undated or loose
        here = _placed(a, key.place) & (np.asarray([x == key.device for x in labels]) if key.device else True)
        values = a.columns.get(key.quantity, np.full(a.rows, np.nan))
        blank = max(blank, int(np.isnan(values[here]).sum()))
        found = math.fsum(np.nan_to_num(values * share)[here].tolist())
        short = max(expected - found, 0.0) if expected - found > TOLERANCE * expected else 0.0
        sums.setdefault(key.quantity, []).append([expected, found, short])
        if short:
            parts = (key.device, *(v for k, v in key.place if k in ("site", "region")))
            made.short.append(Shortfall("", " in ".join(p for p in parts if p), key.quantity, expected, found))
    if undated:
        made.notes.append(
            said("runs without a date are compared whole, since it is not known whether its period holds them")
        )
    if blank:
        made.notes.append(
            said("{n} entries of its place have none of these quantities and explain nothing of it", n=blank)
        )
    made.measures = _added(made.measures, sums)


def _added(before: Sequence[Measure], sums: Mapping[str, Sequence[Sequence[float]]]) -> list[Measure]:
    """Measures with further (expected, found, missing) of each quantity."""
    out = {m.quantity: m for m in before}
    for name, held in sums.items():
        expected, found, missing = (math.fsum(x) for x in zip(*held, strict=True))
        m = out.get(name, Measure(name, 0.0, 0.0, 0.0, 0))
        out[name] = Measure(name, m.expected + expected, m.found + found, m.missing + missing, m.compared + len(held))
    return [out[name] for name in sorted(out)]


def _window(b: Assessment, row: int) -> tuple[float, float]:
    """Begin and end of a row in seconds since 1970, without limit where they are not known."""
    begin, end = float(b.activities.start_of_row[row]), float(b.activities.end_of_row[row])
    return (begin if begin == begin else -math.inf), (end if end == end else math.inf)


def _shares(a: Assessment, begin: float, end: float) -> tuple[Numbers, bool]:
    """Share of each row's time within a period, and whether some row has no date."""
    first, last = a.activities.start_of_row, a.activities.end_of_row
    out = np.ones(a.rows)
    if math.isinf(begin) and math.isinf(end):
        return out, False
    dated = ~np.isnan(first) & ~np.isnan(last)
    with np.errstate(all="ignore"):
        common = np.maximum(np.minimum(last, end) - np.maximum(first, begin), 0.0) / (last - first)
    out[dated] = np.where(last > first, common, (begin <= first) & (first < end))[dated]
    return out, bool((~dated).any())


def _placed(a: Assessment, place: tuple[tuple[str, str], ...]) -> NDArray[np.bool_]:
    """Rows whose place contradicts no part of a place."""
    fits = [all(p[k] in ("", v) for k, v in place) for p in a.resolved.places]
    return np.asarray(fits, bool)[a.activities.place_of_row]


def as_data(made: Completeness | None) -> dict[str, Any] | None:
    """Key `completeness` of the assessment; None where nothing was expected."""
    if made is None:
        return None
    return {
        "missing_runs": made.missing, "unexpected_runs": made.unexpected,
        "expected": [
            {
                **c.source.made.__dict__, "expected": c.expected, "found": c.found if c.names_runs else None,
                "missing": [{"id": g.id, **g.amounts, "total_co2e": None if math.isnan(g.co2e) else g.co2e} for g in c.gaps],
                "measures": [{"quantity": m.quantity, "unit": MEASURES[m.quantity][0], "expected": m.expected, "found": m.found,
                              "missing": m.missing, "compared": m.compared} for m in c.measures],
                "notes": c.notes,
            }
            for c in made.compared
        ],
    }  # fmt: skip
