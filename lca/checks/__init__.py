"""Checks: one file per finding, named by its code. Each says what it looks for, why it matters and what to do."""

from __future__ import annotations

import heapq
import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca import shortfalls
from lca.activity import Activities
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.factor_set import Factor
from lca.catalogue.lookups import LEVEL_NAMES, PERIODS, SAME_FACTOR
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.engine.attribution import Attribution
from lca.engine.outside import Outside
from lca.engine.plan import Plan
from lca.engine.purchases import Bought
from lca.engine.register.notes import PROFILE, Note
from lca.errors import ProfileError, nearest, shorten
from lca.language import plural, said
from lca.numerals import spelled
from lca.profile import Profile
from lca.run import Run
from lca.shortfalls import MEASURES, Completeness

SEVERITIES = ("error", "warning", "info")
#: one finding that concerns more runs than this is told once, with their number
TOLD_ONE_BY_ONE = 25
#: as many for what importers tell of runs: rows of one fault are one finding
ROWS_ONE_BY_ONE = 3


@dataclass(frozen=True)
class Finding:
    """Something that was assumed, or that looks wrong. `run` is None where it concerns the whole, or many runs."""

    code: str
    severity: str
    message: str
    run: str | None = None
    field: str = ""
    count: int = 1
    runs: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The finding as data for JSON."""
        out: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "run": self.run,
            "field": self.field,
            "message": self.message,
        }
        if self.count > 1:
            out["count"], out["runs"] = self.count, list(self.runs)
        return out


class Use(NamedTuple):
    """A factor in use: how it was found, and the numbers of the rows."""

    factor: Factor
    level: str
    period: str
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Evidence:
    """What a check may look at."""

    runs: Sequence[Run]
    activities: Activities
    resolved: Resolved
    results: Mapping[str, NDArray[Any]]
    plan: Plan
    used: Mapping[str, NDArray[np.bool_]]
    catalogue: Catalogue
    devices: DeviceIndex
    profile: Profile
    reason: Callable[[str, int], str]
    notes: Sequence[Note] = ()
    attribution: Attribution = field(default_factory=Attribution)
    completeness: Completeness | None = None
    outside: Outside | None = None  # what the period of the profile leaves out
    bought: Sequence[Bought] = ()
    _uses: dict[str, list[Use]] = field(default_factory=dict)

    def of_run(self, quantity: str) -> NDArray[np.float64]:
        """Sum of a quantity per run, NaN where a row of the run lacks it."""
        values = self.results.get(quantity)
        if values is None:
            return np.full(len(self.runs), np.nan)
        return np.bincount(self.activities.run_of_row, values, len(self.runs)).astype(np.float64)

    def of_whole_run(self, quantity: str) -> NDArray[np.float64]:
        """Sum of a quantity per run, what lies outside the period included: what a run states of itself is of the whole."""
        inside = self.of_run(quantity)
        beyond = self.outside.of_read(quantity) if self.outside is not None else {}
        return (
            inside + np.asarray([beyond.get(number, 0.0) for number in self.activities.numbers]) if beyond else inside
        )

    def having(self, what: str) -> Iterator[tuple[int, Run]]:
        """(number, run) of the runs that state something (see `activity.HAVING`)."""
        return ((n, self.runs[n]) for n in self.activities.having[what])

    def uses(self, column: str) -> list[Use]:
        """The factors in use for an input column, one entry per factor, level and period.

        What other columns hold of the same factors for another use counts with it.
        """
        held = self._uses.get(column)
        if held is None:
            rows_of: dict[int, list[NDArray[np.int64]]] = {}
            for name in (column, *(n for n, of in SAME_FACTOR.items() if of == column)):
                for key, rows in self._rows_by_factor(name):
                    rows_of.setdefault(key, []).append(rows)
            held = self._uses[column] = []
            for key, parts in sorted(rows_of.items()):
                found, rest = divmod(key, 64 * 8)
                kind = LEVEL_NAMES[rest // 8], PERIODS[rest % 8]
                rows = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
                held.append(Use(self.resolved.factors[found], *kind, rows))
        return held

    def _rows_by_factor(self, column: str) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """(factor, level and period in one number, rows that use it so) of a column."""
        columns = self.activities.columns
        code = columns.get(f"{column}__factor")
        if code is None or column not in self.used:
            return
        rows = np.flatnonzero(self.is_used(column) & (code >= 0))
        level, period = columns[f"{column}__level"][rows], columns[f"{column}__period"][rows]
        key = (code[rows].astype(np.int64) * 64 + level) * 8 + period
        alike = len(key) > 0 and bool((key == key[0]).all())
        for one in (key[:1] if alike else np.unique(key)).tolist():
            yield one, rows[key == one]

    def is_used(self, name: str) -> NDArray[np.bool_]:
        """Rows in which an input contributes to a figure."""
        got = self.used.get(name)
        return np.zeros(self.activities.rows, bool) if got is None else got


@dataclass(frozen=True)
class Check:
    """Documentation of a code, and the function that finds it (None: it is found while reading)."""

    code: str
    severity: str
    looks_for: str
    why: str
    remedy: str
    find: Callable[[Evidence], Iterable[Finding]] | None = None

    def at(self, message: str, run: str | None = None, field: str = "", severity: str = "") -> Finding:
        """One finding of this check."""
        return Finding(self.code, severity or self.severity, message, run, field)

    def of_instruments(self, a: Evidence) -> Iterator[Finding]:
        """What was noted under this code when instruments were matched with the consumption, alike runs together."""
        alike: dict[tuple[str, str, str], list[int]] = {}
        for note in a.notes:
            if note.code == self.code:
                alike.setdefault((note.message, note.path, note.severity), []).append(note.run)
        for (message, path, severity), numbers in alike.items():
            if numbers[0] == PROFILE:
                yield self.at(message, None, path, severity)
            else:
                yield from self.per_run(a, numbers, message, path, severity)

    def of_shortfalls(self, a: Evidence, quantities: Sequence[str]) -> Iterator[Finding]:
        """Less than expected, of quantities of one unit: a finding per run or sum, or one per file where they are many."""
        for c in a.completeness.compared if a.completeness else ():
            short = [s for s in c.short if s.quantity in quantities]
            each = [self.at(shortfalls.told(c.source.name, s), s.run or None, s.quantity) for s in short]
            lost = spelled(math.fsum(s.expected - s.found for s in short), 4)
            message = said(
                "{name} expects more than the logs of {n} runs or sums give: {lost} {unit} are missing",
                name=c.source.name, n=len(each), lost=lost, unit=MEASURES[quantities[0]][0],
            )  # fmt: skip
            yield from together(each, message)

    def per_group(
        self, a: Evidence, rows: NDArray[np.bool_] | NDArray[np.int64], message: str, field: str, severity: str = ""
    ) -> Iterator[Finding]:
        """The same finding for the runs of some rows, each told once; `{}` in `field` becomes its first device group."""
        numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
        runs, first = np.unique(a.activities.run_of_row[numbers], return_index=True)
        groups = a.activities.group_of_row[numbers[first]]
        for group in np.unique(groups).tolist():
            yield from self.per_run(a, runs[groups == group], message, field.format(group), severity)

    def per_run(
        self, a: Evidence, numbers: Iterable[int] | NDArray[np.int64], message: str, field: str = "", severity: str = ""
    ) -> Iterator[Finding]:
        """The same finding for several runs: one each, or one in all where they are many."""
        each = numbers if isinstance(numbers, np.ndarray) else list(dict.fromkeys(int(n) for n in numbers))
        ids = heapq.nsmallest(TOLD_ONE_BY_ONE, (a.runs[n].id for n in each))
        if len(each) <= TOLD_ONE_BY_ONE:
            for one in ids:
                yield self.at(message, one, field, severity)
        else:
            message = said("{message} ({n} runs)", message=message, n=f"{len(each):,}".replace(",", " "))
            told = self.at(message, None, field, severity)
            yield replace(told, count=len(each), runs=tuple(ids))


def together(each: Sequence[Finding], told: str) -> Iterator[Finding]:
    """Findings of one check one by one, or in one that says `told` where they are many."""
    if len(each) <= TOLD_ONE_BY_ONE:
        yield from each
    else:
        first = min(each, key=lambda f: (f.field, f.run or ""))
        runs = tuple(heapq.nsmallest(TOLD_ONE_BY_ONE, (f.run for f in each if f.run)))
        yield replace(first, message=told, run=None, count=len(each), runs=runs)


@cache
def catalogue() -> dict[str, Check]:
    """All checks by code. The file of a check is named by its code."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        check: Check = module.CHECK
        found[check.code] = replace(check, find=getattr(module, "find", None))
    return dict(sorted(found.items()))


def of_notes(notes: Iterable[tuple[str, Any]]) -> Iterator[Finding]:
    """What importers tell of runs: one finding each, or one in all where the same concerns many."""
    alike: dict[Any, list[str]] = {}
    for run, note in notes:
        alike.setdefault(note, []).append(run)
    similar: dict[tuple[str, ...], list[Any]] = {}
    for note, runs in alike.items():
        if all(runs):
            key = (note.code, note.field, note.severity, getattr(note.message, "message", note.message))
            similar.setdefault(key, []).append(note)
    for group in similar.values():
        many = sum(len(alike[note]) for note in group) > TOLD_ONE_BY_ONE
        if many and len(group) > ROWS_ONE_BY_ONE:  # the same of many runs, with a value of each or of a few of them
            of_run = sorted((run, note.message) for note in group for run in alike.pop(note))
            message = said(
                "{message}; {n} more runs have the same fault", message=of_run[0][1], n=spelled(len(of_run) - 1)
            )
            finding = catalogue()[group[0].code].at(message, None, group[0].field, group[0].severity)
            yield replace(finding, count=len(of_run), runs=tuple(run for run, _ in of_run[:TOLD_ONE_BY_ONE]))
    for note, runs in alike.items():
        check = catalogue()[note.code]
        if len(runs) <= ROWS_ONE_BY_ONE:
            for run in runs:
                yield check.at(note.message, run or None, note.field, note.severity)
        else:
            message = said("{message} ({n} runs)", message=note.message, n=spelled(len(runs)))
            told = check.at(message, None, note.field, note.severity)
            yield replace(told, count=len(runs), runs=tuple(heapq.nsmallest(TOLD_ONE_BY_ONE, runs)))


def run_all(a: Evidence) -> list[Finding]:
    """Findings of all checks, not sorted."""
    return [finding for check in catalogue().values() if check.find is not None for finding in check.find(a)]


def judge(found: Iterable[Finding], profile: Profile) -> tuple[list[Finding], dict[str, int]]:
    """Findings with the severities of the profile, errors first; and how many there are of each code that it turns off.

    The profile's severity counts for every finding of a code, whatever the check itself gave it. Raises ProfileError for
    an unknown code, and for one that tells of what was read and may not be hidden.
    """
    known, where = catalogue(), f"profile {profile.id}: severities"
    for code, severity in profile.severities.items():
        if code not in known:
            near = nearest(code, set(known))
            remedy = f"The nearest is {near}." if near else "`lca checks` lists them."
            raise ProfileError(where, "no such code", remedy, shorten(code))
        if severity == "off" and known[code].find is None:
            raise ProfileError(f"{where}.{code}", "it tells what was left out or assigned while reading: it cannot be turned off",
                               "Use error, warning or info.")  # fmt: skip
    off: dict[str, int] = {}
    kept = []
    for finding in found:
        level: str = profile.severities.get(finding.code) or finding.severity
        if level == "off":
            off[finding.code] = off.get(finding.code, 0) + finding.count
        else:
            kept.append(replace(finding, severity=level))
    return sort(kept), dict(sorted(off.items()))


def told_off(off: Mapping[str, int]) -> str:
    """One sentence on the findings of codes that the profile turns off, empty for none."""
    number = sum(off.values())
    if not number:
        return ""
    listed = ", ".join(f"{code} ({spelled(count)})" for code, count in off.items())
    return plural(
        number, "{n} finding of codes that the profile turns off: {codes}.", "{n} findings of codes that the profile turns off: {codes}.",
        n=spelled(number), codes=listed,
    )  # fmt: skip


def sort(found: Iterable[Finding]) -> list[Finding]:
    """Errors first, then by code, run and field."""
    return sorted(set(found), key=lambda f: (SEVERITIES.index(f.severity), f.code, f.run or "", f.field, f.message))


def runs_of(a: Evidence, rows: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the runs to which rows belong, given as a mask or by their numbers."""
    found = np.zeros(len(a.runs), bool)
    found[a.activities.run_of_row[rows]] = True
    return np.flatnonzero(found)
