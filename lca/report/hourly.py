"""Section 2: hourly matching beside the annual factor, for the runs whose zone has a series for their hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.language import said, say
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Row, Table
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: rows beyond which the table says how many more there are
SHOWN = 12
#: column of the hours, that of the annual factor, what a reader sees
VIEWS = (("hourly_lifecycle", "grid_lifecycle", said("life cycle")), ("hourly_direct", "grid_direct", said("direct")))
_GRAMS = n.Scale("g/kWh", 1e-3)


class _Line(NamedTuple):
    """One zone, system and view: energy in kWh, factors in kg/kWh."""

    zone: str
    system: str
    view: str
    energy: float
    annual: float | None
    hourly: float
    series: float | None
    hours: int
    lacking: int


def build(a: Assessment) -> Table | None:
    """The table, None where no run could be matched."""
    lines = [line for columns in VIEWS for line in _lines(a, *columns)]
    if not lines:
        return None
    lines.sort(key=lambda x: (-x.energy, x.zone, x.system, x.view != "life cycle"))
    unit = n.scale(max(x.energy for x in lines), "kWh")
    rows = [
        Row(cells=[
            Cell(text=clean(x.zone, 32), sub=clean(x.system, 48)), Cell(text=x.view), Cell(text=n.column(x.energy, unit)),
            _grams(x.annual), _grams(x.hourly), _difference(x.hourly, x.annual), _difference(x.hourly, x.series),
            Cell(text=n.count(x.hours)), Cell(text=n.count(x.lacking), kind="warn" if x.lacking else ""),
        ])
        for x in lines[:SHOWN]
    ]  # fmt: skip
    heads = [
        Column(label=say("Zone and system"), width=18), Column(label=say("Factor"), width=11, gap=True),
        Column(label=say("Energy"), unit=unit.unit, width=9, right=True),
        Column(label=say("Annual"), unit=_GRAMS.unit, width=8, right=True), Column(label=say("Hourly"), unit=_GRAMS.unit, width=8, right=True),
        Column(label=say("Difference"), unit="%", width=10, right=True), Column(label=say("By time alone"), unit="%", width=12, right=True),
        Column(label=say("Run hours"), width=10, right=True), Column(label=say("Without factor"), width=14, right=True),
    ]  # fmt: skip
    chosen = a.profile.grid_matching == "hourly"
    notes = [
        say("“Difference” compares with the annual factor in use, which comes from another source: it is one of method as well as of time. “By time alone” compares with the mean of all hours of the same series. The energy of a run is spread over its hours by its power series, else evenly; hours without a factor are left out of the mean. Direct series count CO₂ alone where their factor says so.")
    ]  # fmt: skip
    if len(lines) > len(rows):
        notes.append(say("{lines} more rows are in results.csv.", lines=n.count(len(lines) - len(rows))))
    lead = (
        say(
            "The profile asks for hourly matching: where the hours are known, the figures of this report rest on the hourly factors."
        )
        if chosen
        else say(
            "The figures of this report rest on annual factors, the usual basis under the Scope 2 Guidance of 2015; the hourly view stands beside them."
        )
    )
    return Table(
        title=said("Hourly matching, beside the annual factor"), lead=lead, columns=heads, rows=rows, notes=notes
    )


def _lines(a: Assessment, name: str, annual: str, view: str) -> list[_Line]:
    columns = a.activities.columns
    hours = columns.get(f"{name}__hours")
    energy = a.columns.get("facility_energy")
    if hours is None or energy is None:
        return []
    rows = np.flatnonzero(~np.isnan(hours) & ~np.isnan(energy))
    code = columns[f"{name}__factor"][rows].astype(np.int64)
    zones = [a.resolved.factors[c].key[0] for c in code.tolist()]
    systems = [a.activities.systems[r] for r in a.activities.run_of_row[rows].tolist()]
    groups: dict[tuple[str, str], list[int]] = {}
    for row, key in zip(rows.tolist(), zip(zones, systems, strict=True), strict=True):
        groups.setdefault(key, []).append(row)
    return [
        _line(a, name, annual, view, zone, system, np.asarray(held), energy) for (zone, system), held in groups.items()
    ]


def _line(
    a: Assessment, name: str, annual: str, view: str, zone: str, system: str, rows: NDArray[np.int64],
    energy: NDArray[np.float64],
) -> _Line:  # fmt: skip
    columns = a.activities.columns
    weight = energy[rows]
    means = np.asarray([f.value for f in a.resolved.factors])[columns[f"{name}__factor"][rows].astype(np.int64)]
    _, first = np.unique(a.activities.piece_of_row[rows], return_index=True)  # device groups of a run share its hours
    return _Line(
        zone, system, view, float(weight.sum()), _mean(a.activities.column(annual)[rows], weight),
        _mean(columns[name][rows], weight) or 0.0, _mean(means, weight),
        int(columns[f"{name}__hours"][rows][first].sum()), int(columns[f"{name}__lacking"][rows][first].sum()),
    )  # fmt: skip


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float | None:
    """The mean by energy, None where a value is not known; the plain mean where no energy was used."""
    if np.isnan(values).any():
        return None
    return float(np.average(values, weights=weight)) if weight.sum() > 0 else float(values.mean())


def _grams(value: float | None) -> Cell:
    return Cell(text=SHORT, kind="missing") if value is None else Cell(text=n.column(value, _GRAMS))


def _difference(hourly: float, other: float | None) -> Cell:
    if not other:
        return Cell(text=SHORT, kind="missing")
    change = hourly / other - 1
    return Cell(text="0" if abs(change) < 5e-4 else n.signed(change * 100, n.Scale("%", 1.0)))
