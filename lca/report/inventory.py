"""Section 2: results by stage, by system, over time, in both accounting views, per functional unit, and by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from lca.quantities import FUNCTIONAL_UNITS
from lca.report import alternatives, attribution, compute, failed, hourly, overheads, runs, sci, views
from lca.report import charts as draw
from lca.report import numbers as n
from lca.report.cells import basis, interval, notes, value
from lca.report.derivations import YEARS
from lca.report.parts import Cell, Chart, Column, Key, Row, Table, View
from lca.report.sums import PARTS, Ranked, many, per_amount, ranked, tiers, whole
from lca.report.words import EMBODIED, END_OF_LIFE, ORDER, STAGES, clean, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: groups beyond which a table or a chart sums the rest in one row
SYSTEMS_SHOWN, SYSTEMS_DRAWN, YEARS_SHOWN, UNITS_SHOWN = 12, 9, 12, 3
#: columns of results: quantity, head, engine's unit, theme of the rules that give it
SHOWN = (
    ("facility_energy", "Energy", "kWh", "energy"), ("use_co2e", "Electricity", "kgCO2e", "electricity"),
    ("embodied_co2e", "Embodied", "kgCO2e", "embodied"), ("end_of_life_co2e", "End of life", "kgCO2e", "embodied"),
    ("total_co2e", "Total", "kgCO2e", "total"),
)  # fmt: skip
HARDWARE = (
    ("embodied_co2e", "Hardware, embodied", EMBODIED),
    ("end_of_life_co2e", "Hardware, end of life", END_OF_LIFE),
)
#: keys by which results are grouped -> groups that are shown
GROUPED = {"stage": len(ORDER), "system": SYSTEMS_SHOWN, "year": YEARS_SHOWN}
WATER = (
    "Water: on site is what the data centre consumes, mostly for cooling; off site what power plants consume to generate the electricity; that to "
    "make the hardware stands apart and is in neither. All three are consumption, as their sources state it; withdrawal is never mixed in."
)
#: view of a profile -> the table that stands first in section 2
LED = {"ghg-protocol": "One inventory, several views", "sci": "Software Carbon Intensity"}


def _labels(groups: Ranked, key: str) -> list[Cell]:
    """First column: names, and one row for what is not shown one by one."""
    made = [
        Cell(text=stage(g[key]), swatch=STAGES[g[key]][1]) if key == "stage" else Cell(text=clean(g[key], 64))
        for g in groups.labels
    ]
    rest = [Cell(text=f"{n.count(groups.rest)} more, in results.csv", kind="muted")] if groups.rest else []
    return [*made, *rest]


def _grouped(
    a: Assessment, key: str, limit: int, title: str, lead: str, head: str, order: tuple[str, ...] = ()
) -> Table:
    """Results by one key, with their total."""
    groups = ranked(a, [key], limit, order)
    made = many(a, [name for name, *_ in SHOWN], groups.code, groups.groups)
    for name in made:
        made[name].append(whole(a, name))
    units = {name: n.scale(made[name][-1].value, unit) for name, _, unit, _ in SHOWN}
    for name in PARTS:
        units[name] = units["total_co2e"]
    rows = []
    labels = [*_labels(groups, key), Cell(text=alternatives.total_label(a))]
    for i, label in enumerate(labels):
        last = i == len(labels) - 1
        derive = "derive-all" if last else f"derive-{key}-{i}" if i < len(groups.labels) else ""
        cells = [value(made[name][i], units[name]) for name, *_ in SHOWN]
        cells.append(interval(made["total_co2e"][i], units["total_co2e"]))
        cells = [label, *(c.model_copy(update={"derive": derive}) if derive and c.kind == "" else c for c in cells)]
        cells.append(basis(tiers([made[name][i] for name in PARTS])))
        rows.append(Row(cells=cells, total=last))
    heads = [Column(label=head, width=19)]
    heads += [
        Column(label=label, unit=units[name].unit, width=width, right=True, href=f"rules-{theme}")
        for (name, label, _, theme), width in zip(SHOWN, (8, 11, 10, 10, 9), strict=True)
    ]
    heads += [
        Column(gap=True, label="95 % interval", unit=units["total_co2e"].unit, width=18),
        Column(label="Rests on", width=15),
    ]
    return Table(title=title, lead=lead, columns=heads, rows=rows, notes=notes(rows))


class Block(View):
    """A table, and the chart of its values before it."""

    chart: Chart | None = Field(default=None, description="Chart, where there is one")
    table: Table = Field(description="Table")


def build(a: Assessment) -> list[Block]:
    """Section 2."""
    absent = [STAGES[s][0].lower() for s in ORDER if s not in {r.stage for r in a.activities.runs}]
    given = f" No run was given of {n.listed(absent)}." if absent else ""
    out = [
        Block(table=_grouped(a, "stage", len(ORDER), "Results by life-cycle stage",
              f"Electricity is given over its life cycle, location-based; hardware stands apart.{given}", "Stage", ORDER)),
        Block(chart=_systems(a), table=_grouped(a, "system", SYSTEMS_SHOWN, "Results by system", "Largest first.", "System")),
        Block(chart=_methods(a), table=_noted(views.scopes(a))),
        Block(table=_noted(views.bridge(a))),
        *(Block(table=t) for t in [views.bought(a)] if t is not None),
        Block(table=_noted(sci.table(a))),
        Block(table=methods(a)),
        Block(table=_grouped(a, "year", YEARS_SHOWN, "Results by year", "Year in which the middle of a run lies; “not stated” where it has no date.",
              "Year", YEARS)),
    ]  # fmt: skip
    found = [
        _per_unit(a),
        *attribution.tables(a),
        compute.table(a),
        failed.table(a),
        hourly.build(a),
        overheads.table(a),
    ]
    out += [Block(table=t) for t in found if t is not None]
    out.append(Block(table=runs.table(a)))
    led = LED.get(a.profile.view, "")  # the profile's view stands first
    return sorted(out, key=lambda block: block.table.title != led)


def _noted(table: Table) -> Table:
    """A table with the notes on the signs that it uses."""
    return table.model_copy(update={"notes": [*notes(table.rows), *table.notes]})


def methods(a: Assessment) -> Table:
    """Electricity, location beside market; water."""
    rows = []
    for name, label, total in (
        ("use_co2e_location", "Electricity, location-based: direct emissions of the grid", False),
        ("use_co2e_market", "Electricity, market-based: instruments, then residual mix", False),
        ("use_co2e_upstream", "Electricity, upstream, where not inside the factor", False),
        ("use_co2e", "Electricity over its life cycle, location-based", False),
        ("water_onsite", "Water on site", False), ("water_offsite", "Water off site", False),
        ("water", "Water on and off site, of entries with both", False), ("embodied_water", "Water to make the hardware", False),
    ):  # fmt: skip
        if name not in a.summary.names:
            continue
        s = whole(a, name)
        engine = "L" if "water" in name else "kgCO2e"
        unit = n.scale(s.value, engine)
        shown = value(s, unit)
        if s.value is not None and not s.is_inside:
            shown = Cell(text=n.phrase(s.value, engine))
        known = f"{n.count(s.rows - s.missing)} of {n.count(s.rows)}"
        rows.append(Row(cells=[Cell(text=label), shown, interval(s, unit), Cell(text=known)], total=total))
    heads = [Column(label="Figure", width=46), Column(label="Value", width=18, right=True), Column(gap=True, label="95 % interval", width=19),
             Column(label="Entries in full", width=17)]  # fmt: skip
    return Table(
        title="Electricity by method, and water",
        lead="All entries, whoever reports them. A contract never changes the location-based figure; upstream is never counted twice.",
        columns=heads, rows=rows,
        notes=[*notes(rows), WATER, "“Entries in full” counts those for which the figure is determined with all its parts; what the others have is summed, the rest is missing."],
    )  # fmt: skip


def _per_unit(a: Assessment) -> Table | None:
    """Figures per functional unit, for the systems and stages that state the amount of work."""
    names = (("it_energy", "kWh"), ("use_co2e", "kgCO2e"), ("total_co2e", "kgCO2e"))
    grouping = a.grouping(["system", "stage"])
    rows, left = [], 0
    for work, size, label in FUNCTIONAL_UNITS.values():
        amount = a.activities.columns.get(f"work_{work}")
        if amount is None or not np.nansum(amount) > 0:
            continue
        made = per_amount(a, [name for name, _ in names], amount / size, grouping.code, len(grouping), UNITS_SHOWN)
        left += made.rest
        for g, figures in made.groups:
            place = grouping.labels[g]
            cells = [
                Cell(text=clean(place["system"], 48), sub=stage(place["stage"])),
                Cell(text=label.removeprefix("per ")),
            ]
            for (_, engine), s in zip(names, figures, strict=True):
                cells.append(Cell(text=n.phrase(s.value, engine), kind="missing" if s.value is None else "",
                                  mark="†" if s.missing and s.value is not None else ""))  # fmt: skip
            total = figures[-1]
            cells.append(interval(total, n.scale(total.value, "kgCO2e")))
            rows.append(Row(cells=cells))
    if not rows:
        return None
    heads = [Column(label="System and stage", width=27), Column(label="Per", width=17),
             *(Column(label=x, width=13, right=True) for x in ("IT energy", "Electricity", "Total")),
             Column(gap=True, label="95 % interval", width=17)]  # fmt: skip
    told = [*notes(rows), *([f"{n.count(left)} more are in assessment.json."] if left else [])]
    return Table(title="Per functional unit", columns=heads, rows=rows, notes=told,
                 lead="Sums over the runs that state the amount of work, divided by that amount; never an average over runs.")  # fmt: skip


def _stacks(
    a: Assessment, code: np.ndarray, labels: list[str], electricity: str, unit: n.Scale
) -> list[dict[str, object]]:
    """Parts of bars: electricity by stage, hardware apart, for each group of `code`."""
    fine = a.grouping(["stage"])
    stages = len(fine)
    rows: list[dict[str, object]] = []
    pieces = many(a, [electricity], code * stages + fine.code, len(labels) * stages)[electricity]
    for at, part in enumerate(pieces):
        group, which = divmod(at, stages)
        name = STAGES[fine.labels[which]["stage"]][0]
        rows.append({"group": labels[group], "part": name, "value": (part.value or 0.0) / unit.factor})
    hardware = many(a, [quantity for quantity, *_ in HARDWARE], code, len(labels))
    for quantity, name, _ in HARDWARE:
        for g, s in enumerate(hardware[quantity]):
            rows.append({"group": labels[g], "part": name, "value": (s.value or 0.0) / unit.factor})
    place = {label: i for i, label in enumerate(labels)}
    shown = sorted((r for r in rows if r["value"]), key=lambda r: place[str(r["group"])])
    return [
        {**r, "tip": f"{r['group']}, {str(r['part']).lower()}: {n.digits(float(str(r['value'])))} {unit.unit}"}
        for r in shown
    ]


def _chart(
    rows: list[dict[str, object]], title: str, sentence: str, unit: n.Scale, ranges: list[dict[str, object]]
) -> Chart:
    colours = dict(STAGES.values()) | {name: colour for _, name, colour in HARDWARE}
    order = [STAGES[s][0] for s in ORDER] + [name for _, name, _ in HARDWARE]
    used = [p for p in order if any(r["part"] == p for r in rows)]
    return Chart(title=title, unit=unit.unit, svg=draw.stacked(title, rows, used, colours, ranges),
                 keys=[Key(label=p, colour=colours[p]) for p in used], sentence=sentence)  # fmt: skip


def _systems(a: Assessment) -> Chart | None:
    """The systems, stacked by stage and hardware; nothing where there is one."""
    total = whole(a, "total_co2e")
    unit = n.scale(total.value, "kgCO2e")
    groups = ranked(a, ["system"], SYSTEMS_DRAWN)
    if groups.groups < 2 or not total.value:
        return None
    names = [clean(g["system"], 34) for g in groups.labels]
    labels = [f"{name} ({i})" if names.index(name) != i else name for i, name in enumerate(names)]
    labels += [f"{n.count(groups.rest)} more"] if groups.rest else []
    first = many(a, ["total_co2e"], groups.code, groups.groups)["total_co2e"][0]
    if alternatives.found(a) is None:
        title = f"{labels[0]} makes up {n.share(first.value, total.value)} of the life-cycle total"
    else:
        title = f"Of these systems, some of them alternatives, {labels[0]} emits most"
    return _chart(
        _stacks(a, groups.code, labels, "use_co2e", unit), title,
        "Emissions by system: electricity by life-cycle stage, hardware apart. The values stand in the tables by stage and by system.", unit, [],
    )  # fmt: skip


def _methods(a: Assessment) -> Chart | None:
    """The total by the location-based and by the market-based method; nothing where they are the same."""
    total, market = whole(a, "total_co2e"), whole(a, "total_co2e_market")
    unit = n.scale(total.value, "kgCO2e")
    if not total.value or market.value is None or abs(market.value / total.value - 1) < 0.005:
        return None
    everything = np.zeros(a.rows, np.int64)
    names = {"Location-based": ("use_co2e", total), "Market-based": ("use_co2e_market_total", market)}
    rows: list[dict[str, object]] = []
    ranges: list[dict[str, object]] = []
    for name, (electricity, s) in names.items():
        rows += _stacks(a, everything, [name], electricity, unit)
        if s.low is not None and s.high is not None:
            ranges.append({"group": name, "low": s.low / unit.factor, "high": s.high / unit.factor})
    less = "lower" if market.value < total.value else "higher"
    return _chart(
        rows, f"By the market-based method the life-cycle total is {n.percent(abs(market.value / total.value - 1))} {less}",
        "The same activity by both methods; the lines are 95 % intervals. The values stand in the table of the views.", unit, ranges,
    )  # fmt: skip
