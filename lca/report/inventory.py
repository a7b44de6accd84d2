"""Section 2: results by stage, by system, over time, in both accounting views, per functional unit, and by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca.language import said, say
from lca.quantities import BY_NAME, FUNCTIONAL_UNITS, RESOURCES
from lca.report import (
    alternatives,
    attribution,
    compute,
    drawn,
    failed,
    fuels,
    hourly,
    instruments,
    overheads,
    runs,
    sci,
    views,
)
from lca.report import numbers as n
from lca.report.cells import basis, interval, notes, value
from lca.report.derivations import ORDERS
from lca.report.parts import Block, Cell, Chart, Column, Row, Table
from lca.report.sums import PARTS, Ranked, many, per_amount, ranked, tiers, whole
from lca.report.words import ORDER, PER, STAGES, clean, country, group, small, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: groups beyond which a table or a chart sums the rest in one row
SYSTEMS_SHOWN, YEARS_SHOWN, MONTHS_SHOWN, COUNTRIES_SHOWN, UNITS_SHOWN = 12, 12, 24, 12, 3
#: columns of results: quantity, head, engine's unit, theme of the rules that give it
SHOWN = (
    ("facility_energy", said("Energy"), "kWh", "energy"), ("use_co2e", said("Electricity"), "kgCO2e", "electricity"),
    ("embodied_co2e", said("Embodied"), "kgCO2e", "embodied"), ("end_of_life_co2e", said("End of life"), "kgCO2e", "embodied"),
    ("total_co2e", said("Total"), "kgCO2e", "total"),
)  # fmt: skip
#: keys by which results are grouped -> head of their column
HEADS = {
    "stage": said("Stage"),
    "system": said("System"),
    "year": said("Year"),
    "month": said("Month"),
    "country": said("Country"),
}
#: keys by which results are grouped -> groups that are shown
GROUPED = {
    "stage": len(ORDER),
    "system": SYSTEMS_SHOWN,
    "year": YEARS_SHOWN,
    "month": MONTHS_SHOWN,
    "country": COUNTRIES_SHOWN,
}
WATER = said(
    "Water: on site is what the data centre consumes, mostly for cooling; off site what power plants consume to generate the electricity; that to make the hardware stands apart and is in neither. All three are consumption, as their sources state it; withdrawal is never mixed in."
)
#: view of a profile -> the table that stands first in section 2
LED = {"ghg-protocol": said("One inventory, several views"), "sci": said("Software Carbon Intensity")}


def _labels(groups: Ranked, key: str) -> list[Cell]:
    """First column: names, and one row for what is not shown one by one."""
    made = [
        Cell(text=stage(g[key]), swatch=STAGES[g[key]][1])
        if key == "stage"
        else Cell(text=country(g[key]) if key == "country" else clean(group(g[key]), 64))
        for g in groups.labels
    ]
    rest = [Cell(text=say("{n} more, in results.csv", n=n.count(groups.rest)), kind="muted")] if groups.rest else []
    return [*made, *rest]


def _grouped(a: Assessment, key: str, title: str, lead: str) -> Table:
    """Results by one key, with their total."""
    head = HEADS[key]
    groups = ranked(a, [key], GROUPED[key], ORDERS.get(key, ()))
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
        Column(gap=True, label=say("95 % interval"), unit=units["total_co2e"].unit, width=18),
        Column(label=say("Rests on"), width=15),
    ]
    return Table(title=title, lead=lead, columns=heads, rows=rows, notes=notes(rows))


def build(a: Assessment) -> list[Block]:
    """Section 2."""
    absent = [small(stage(s)) for s in ORDER if s not in {r.stage for r in a.activities.runs}]
    lead = say("Electricity is given over its life cycle, location-based; hardware stands apart.")
    if absent:
        lead = f"{lead} {say('No run was given of {names}.', names=n.listed(absent))}"
    out = [
        Block(charts=_there(drawn.waterfall(a)), table=_grouped(a, "stage", said("Results by life-cycle stage"), lead)),
        Block(charts=_there(drawn.systems(a), drawn.use_and_hardware(a)), table=_grouped(a, "system", said("Results by system"), say("Largest first."))),
        Block(charts=_there(drawn.methods(a)), table=_noted(views.scopes(a))),
        Block(table=_noted(views.bridge(a))),
        *(Block(table=t) for t in [instruments.table(a), views.bought(a), fuels.table(a)] if t is not None),
        Block(table=_noted(sci.table(a))),
        Block(table=methods(a)),
        Block(table=_grouped(a, "year", said("Results by year"), say("Year in which the middle of a run lies; “not stated” where it has no date."))),
        *_by_month(a), *_by_country(a),
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
    return sorted(out, key=lambda block: block.table.name != led)


def _there(*charts: Chart | None) -> list[Chart]:
    return [chart for chart in charts if chart is not None]


def _by_month(a: Assessment) -> list[Block]:
    chart = drawn.months(a)
    if chart is None:
        return []
    lead = say(
        "Month in which the middle of a run lies, by the clock of the run. Where there are more months than rows, those that emit most."
    )
    return [Block(charts=[chart], table=_grouped(a, "month", said("Results by month"), lead))]


def _by_country(a: Assessment) -> list[Block]:
    chart = drawn.countries(a)
    if chart is None:
        return []
    lead = say("Country in which the electricity was used, largest first.")
    return [Block(charts=[chart], table=_grouped(a, "country", said("Results by country"), lead))]


def _noted(table: Table) -> Table:
    """A table with the notes on the signs that it uses."""
    return table.model_copy(update={"notes": [*notes(table.rows), *table.notes]})


def methods(a: Assessment) -> Table:
    """Electricity, location beside market; water."""
    rows = []
    for name, label, total in (
        ("use_co2e_location", say("Electricity, location-based: direct emissions of the grid"), False),
        ("use_co2e_market", say("Electricity, market-based: instruments, then residual mix"), False),
        ("use_co2e_upstream", say("Electricity, upstream, where not inside the factor"), False),
        ("use_co2e", say("Electricity over its life cycle, location-based"), False),
        ("water_onsite", say("Water on site"), False), ("water_offsite", say("Water off site"), False),
        ("water", say("Water on and off site, of entries with both"), False), ("embodied_water", say("Water to make the hardware"), False),
        ("primary_energy", say("Primary energy"), False), ("adpe", say("Abiotic depletion, elements"), False),
    ):  # fmt: skip
        if name not in a.summary.names:
            continue
        s = whole(a, name)
        engine = BY_NAME[name].unit
        unit = n.scale(s.value, engine)
        shown = value(s, unit)
        if s.value is not None and not s.is_inside:
            shown = shown.model_copy(update={"text": n.phrase(s.value, engine)})
        known = say("{rows} of {whole}", rows=n.count(s.rows - s.missing), whole=n.count(s.rows))
        if name in RESOURCES and s.missing and s.value is not None:
            shown = shown.model_copy(update={"sub": say("partial, {known} entries in full", known=known)})
        rows.append(Row(cells=[Cell(text=label), shown, interval(s, unit), Cell(text=known)], total=total))
    heads = [Column(label=say("Figure"), width=46), Column(label=say("Value"), width=18, right=True), Column(gap=True, label=say("95 % interval"), width=19),
             Column(label=say("Entries in full"), width=17)]  # fmt: skip
    return Table(
        title=said("Electricity by method, and water"),
        lead=say("All entries, whoever reports them. A contract never changes the location-based figure; upstream is never counted twice."),
        columns=heads, rows=rows,
        notes=[*notes(rows), WATER, say("“Entries in full” counts those for which the figure is determined with all its parts; what the others have is summed, the rest is missing.")],
    )  # fmt: skip


def _per_unit(a: Assessment) -> Table | None:
    """Figures per functional unit, for the systems and stages that state the amount of work."""
    names = (("it_energy", "kWh"), ("use_co2e", "kgCO2e"), ("total_co2e", "kgCO2e"))
    grouping = a.grouping(["system", "stage"])
    rows, left = [], 0
    for unit, (work, size, _) in FUNCTIONAL_UNITS.items():
        amount = a.activities.columns.get(f"work_{work}")
        if amount is None or not np.nansum(amount) > 0:
            continue
        made = per_amount(a, [name for name, _ in names], amount / size, grouping.code, len(grouping), UNITS_SHOWN)
        left += made.rest
        for g, figures in made.groups:
            place = grouping.labels[g]
            cells = [
                Cell(text=clean(place["system"], 48), sub=stage(place["stage"])),
                Cell(text=PER[unit]),
            ]
            for (_, engine), s in zip(names, figures, strict=True):
                cells.append(Cell(text=n.phrase(s.value, engine), kind="missing" if s.value is None else "",
                                  mark="†" if s.missing and s.value is not None else ""))  # fmt: skip
            total = figures[-1]
            cells.append(interval(total, n.scale(total.value, "kgCO2e")))
            rows.append(Row(cells=cells))
    if not rows:
        return None
    heads = [Column(label=say("System and stage"), width=27), Column(label=say("Per"), width=17),
             *(Column(label=x, width=13, right=True) for x in (say("IT energy"), say("Electricity"), say("Total"))),
             Column(gap=True, label=say("95 % interval"), width=17)]  # fmt: skip
    told = [*notes(rows), *([say("{left} more are in assessment.json.", left=n.count(left))] if left else [])]
    return Table(title=said("Per functional unit"), columns=heads, rows=rows, notes=told,
                 lead=say("Sums over the runs that state the amount of work, divided by that amount; never an average over runs."))  # fmt: skip
