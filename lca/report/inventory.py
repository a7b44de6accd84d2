"""Sections 2, 5 and 7: results by stage, system and run; method; where to find what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from pydantic import Field

from lca.quantities import FUNCTIONAL_UNITS
from lca.report import charts as draw
from lca.report import numbers as n
from lca.report.parts import Cell, Chart, Column, Key, Pair, Row, Table, View
from lca.report.sums import PARTS, ranked, sums, whole
from lca.report.words import EMBODIED, END_OF_LIFE, ORDER, STAGES, TIERS, clean, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: rows of a table beyond which the rest is summed in one row
SYSTEMS_SHOWN = 15
#: columns of results: quantity, head, engine's unit
SHOWN = (
    ("facility_energy", "Energy", "kWh"), ("use_co2e", "Electricity", "kgCO2e"), ("embodied_co2e", "Embodied", "kgCO2e"),
    ("total_co2e", "Total", "kgCO2e"),
)  # fmt: skip


class RuleView(View):
    """A rule in use."""

    cite: str = Field(description="Identifier and version")
    gives: str = Field(description="Quantity and formula")
    unit: str = Field(description="Unit of the result")
    tier: str = Field(description="Tier, in words")
    text: str = Field(description="When it applies and what it leaves out")
    references: list[str] = Field(description="References")
    digest: str = Field(description="sha256 of metadata and body")


def _grouped(
    a: Assessment, key: str, limit: int, title: str, lead: str, head: str, order: tuple[str, ...] = ()
) -> Table:
    groups = ranked(a, [key], limit, order)
    columns = {name: sums(a, name, groups.code, groups.groups) for name, _, _ in SHOWN}
    total = {name: whole(a, name) for name, _, _ in SHOWN}
    parts = [[*sums(a, name, groups.code, groups.groups), whole(a, name)] for name in PARTS]
    units = {name: n.scale(total[name].value, unit) for name, _, unit in SHOWN}
    units["use_co2e"] = units["embodied_co2e"] = units["total_co2e"]
    labels = [stage(g[key]) if key == "stage" else clean(g[key]) for g in groups.labels]
    if groups.rest:
        labels.append(f"{n.count(groups.rest)} more")
    rows = []
    for i, label in enumerate([*labels, "Total"]):
        last = i == len(labels)
        picked = {name: total[name] if last else columns[name][i] for name, _, _ in SHOWN}
        swatch = STAGES[groups.labels[i][key]][1] if key == "stage" and not last else ""
        cells = [Cell(text=label, swatch=swatch)]
        for name, _, _ in SHOWN:
            s = picked[name]
            text = n.column(s.value, units[name], s.low, s.high)
            gap = ""
            if s.missing and s.value is not None:
                gap = f"without {n.count(s.missing)} of {n.count(s.rows)}" if s.rows > 1 else "a part lacks"
            cells.append(Cell(text=text, kind="missing" if s.value is None else "", sub=gap))
        s = picked["total_co2e"]
        cells.append(Cell(text=n.interval(s.value, s.low, s.high, units["total_co2e"])))
        cells.append(Cell(text=_basis([sum(p[i].by_tier[t] for p in parts) for t in range(4)]), kind="muted"))
        rows.append(Row(cells=cells, total=last))
    heads = [Column(label=head, width=22)]
    heads += [Column(label=label, unit=units[name].unit, width=12, right=True) for name, label, _ in SHOWN]
    heads += [Column(label="95 % interval", unit=units["total_co2e"].unit, width=16), Column(label="Basis", width=14)]
    notes = [
        "“without 3 of 51” counts entries (one per run and device group) that lack the figure or a part of it; nothing was filled in."
    ]
    return Table(title=title, lead=lead, columns=heads, rows=rows, notes=notes)


def _basis(by_tier: list[float]) -> str:
    """The tier on which most of a figure rests."""
    size = sum(by_tier)
    if not size:
        return n.DOES_NOT_APPLY
    best = max(range(4), key=lambda t: by_tier[t])
    return f"{n.share(by_tier[best], size)} {TIERS[best + 1][0]}"


def tables(a: Assessment) -> list[Table]:
    """Tables of section 2."""
    out = [
        _grouped(a, "stage", len(ORDER), "Results by life-cycle stage", "Electricity is given over its life cycle, location-based.",
                 "Stage", ORDER),
        _grouped(a, "system", SYSTEMS_SHOWN, "Results by system", "Largest first.", "System"),
        _views(a),
    ]  # fmt: skip
    units = _per_unit(a)
    if units is not None:
        out.append(units)
    out.append(_runs(a))
    return out


def _views(a: Assessment) -> Table:
    """Location beside market, embodied beside use."""
    rows = []
    for name, label in (
        ("use_co2e_location", "Electricity, location-based (direct emissions of the grid)"),
        ("use_co2e_market", "Electricity, market-based (instruments, residual mix)"),
        ("use_co2e_upstream", "Electricity, upstream (where not inside the factor)"),
        ("use_co2e", "Electricity over its life cycle, location-based"),
        ("embodied_co2e", "Hardware, production"), ("end_of_life_co2e", "Hardware, end of life"),
        ("total_co2e", "Total, location-based"), ("total_co2e_market", "Total, market-based"),
    ):  # fmt: skip
        s = whole(a, name)
        unit = n.scale(s.value, "kgCO2e")
        gap = f"{n.count(s.missing)} of {n.count(s.rows)}" if s.missing else n.DOES_NOT_APPLY
        rows.append(Row(cells=[
            Cell(text=label), Cell(text=n.phrase(s.value, "kgCO2e"), kind="missing" if s.value is None else ""),
            Cell(text=n.interval(s.value, s.low, s.high, unit)), Cell(text=gap),
        ], total=name.startswith("total")))  # fmt: skip
    water = whole(a, "water")
    rows.append(Row(cells=[Cell(text="Water consumed, on site and off site"), Cell(text=n.phrase(water.value, "L")), Cell(text=""),
                           Cell(text=f"{n.count(water.missing)} of {n.count(water.rows)}" if water.missing else n.DOES_NOT_APPLY)]))  # fmt: skip
    heads = [Column(label="Figure", width=50), Column(label="Value", width=18, right=True), Column(label="95 % interval", width=18),
             Column(label="Entries without", width=14)]  # fmt: skip
    return Table(title="The accounting views, side by side", lead="A contract never changes the location-based figure; upstream is never counted twice.",
                 columns=heads, rows=rows)  # fmt: skip


def _per_unit(a: Assessment) -> Table | None:
    names = ("it_energy", "use_co2e", "total_co2e")
    figures = {f["quantity"]: f for f in a.figure_list(())}
    rows = []
    for unit, (_, _, label) in FUNCTIONAL_UNITS.items():
        if f"use_co2e_per_{unit}" in figures:
            cells = [Cell(text=label[0].upper() + label[1:])]
            for name in names:
                f = figures[f"{name}_per_{unit}"]
                cells.append(Cell(text=n.phrase(f["value"], f["unit"]), kind="missing" if f["value"] is None else "",
                                  sub=clean(f.get("reason", ""), 90) if f["value"] is None else ""))  # fmt: skip
            rows.append(Row(cells=cells))
    if not rows:
        return None
    heads = [
        Column(label="Unit", width=28),
        *(Column(label=x, width=24, right=True) for x in ("IT energy", "Electricity", "Total")),
    ]
    return Table(
        title="Per functional unit",
        lead="Sums over the runs that state the amount of work, divided by that amount.",
        columns=heads,
        rows=rows,
    )


def _runs(a: Assessment) -> Table:
    limit = a.profile.runs_shown
    table = _grouped(
        a, "run", limit, "Runs", "Largest first; results.csv holds every run and device group in full precision.", "Run"
    )
    return table


def charts(a: Assessment) -> list[Chart]:
    """The systems, stacked by stage and hardware."""
    groups = ranked(a, ["system"], 10)
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    labels = [clean(g["system"], 34) for g in groups.labels] + ([f"{n.count(groups.rest)} more"] if groups.rest else [])
    names = [STAGES[s][0] for s in ORDER] + ["Hardware, embodied", "Hardware, end of life"]
    colours = {STAGES[s][0]: STAGES[s][1] for s in ORDER} | {
        "Hardware, embodied": EMBODIED,
        "Hardware, end of life": END_OF_LIFE,
    }
    rows: list[dict[str, object]] = []
    fine = a.grouping(["stage"])
    stages = len(fine)
    for at, part in enumerate(sums(a, "use_co2e", groups.code * stages + fine.code, groups.groups * stages)):
        group, which = divmod(at, stages)
        rows.append(
            {
                "group": labels[group],
                "part": STAGES[fine.labels[which]["stage"]][0],
                "value": (part.value or 0.0) / unit.factor,
            }
        )
    for name, part_name in (("embodied_co2e", "Hardware, embodied"), ("end_of_life_co2e", "Hardware, end of life")):
        rows += [{"group": labels[g], "part": part_name, "value": (s.value or 0.0) / unit.factor}
                 for g, s in enumerate(sums(a, name, groups.code, groups.groups))]  # fmt: skip
    rows = [r for r in rows if r["value"]]
    if not rows:
        return []
    used = [p for p in names if any(r["part"] == p for r in rows)]
    rows.sort(key=lambda r: labels.index(str(r["group"])))
    top = labels[0]
    return [Chart(
        title=f"{top} weighs most" if len(labels) > 1 else top, unit=unit.unit, svg=draw.stacked(rows, used, colours, unit.unit),
        keys=[Key(label=p, colour=colours[p]) for p in used],
        sentence="Emissions by system, electricity by life-cycle stage and hardware apart. The values stand in the tables below.",
    )]  # fmt: skip


def method(a: Assessment) -> list[Pair]:
    """What the figures mean."""
    sets = a.profile.factor_sets
    return [
        Pair(term="Tiers", text="; ".join(f"{t} {name}: {text}" for t, (name, text, _) in TIERS.items()) + ". A figure has the worst "
             "tier of what it rests on."),
        Pair(term="Electricity", text="Life-cycle factors of the grid, or direct factors plus upstream, or the factor that a run states. "
             "Upstream is never added to a life-cycle factor."),
        Pair(term="Hardware", text=f"Production by {a.profile.embodied_allocation.replace('-', ' ')} over the lifetime; end of life as a "
             "share of production. A run that states embodied values gets no modelled addition."),
        Pair(term="Interval", text="95 % interval by first-order propagation (JCGM 100:2008) of the inputs whose interval is known; what "
             "rests on one factor moves together. Inputs without an interval add nothing to it."),
        Pair(term="Water", text="On site: WUE times IT energy. Off site: consumption in generation times facility energy. Withdrawal is not counted."),
        Pair(term="Choices", text=f"Fallback steps forbidden: {n.listed([*a.profile.forbid.levels, *a.profile.forbid.periods]) or 'none'}; "
             f"worst tier allowed: {a.profile.max_tier}; sets left out: {n.listed(sets.without) or 'none'}."),
    ]  # fmt: skip


def rules(a: Assessment) -> list[RuleView]:
    """Rules on which a figure rests."""
    cited = {c for f in a.figure_list(()) for c in f["rules"]}
    return [
        RuleView(cite=r.cite, gives=f"{r.gives} = {r.formula}", unit=n.unit_text(r.unit), tier=f"tier {r.tier}, {TIERS[r.tier][0]}",
                 text=" ".join(r.description.split()), references=list(r.references), digest=r.digest[:16])
        for r in a.plan.rules if r.cite in cited
    ]  # fmt: skip


def profile_text(a: Assessment) -> str:
    """The profile as applied."""
    return yaml.safe_dump(a.profile.quoted(), sort_keys=False, allow_unicode=True, width=90)


def contents() -> Table:
    """What a reader of a standard may look for, and where it stands."""
    rows = [
        ("Goal, scope, functional unit, boundary (ISO 14040, 5.2)", "partly", "section 1 and the profile"),
        ("Inventory results, by stage (ISO 14044, 5.2)", "met for energy and CO₂e", "section 2"),
        ("Scope 2, location-based and market-based (GHG Protocol)", "met", "section 2"),
        ("Scope 3, category 3: upstream and losses of electricity", "where a factor exists", "section 2"),
        ("Embodied hardware (ISO/IEC 21031, M)", "where a footprint exists", "section 2"),
        ("Assumptions, data quality, completeness", "met", "sections 3 and 4"),
        ("Water", "consumption, where factors exist", "section 2"),
        ("Primary energy, abiotic depletion", "not available in this version", n.DOES_NOT_APPLY),
        ("Critical review, verification", "not claimed", n.DOES_NOT_APPLY),
    ]
    return Table(
        columns=[
            Column(label="What is asked for", width=52),
            Column(label="Here", width=28),
            Column(label="Where", width=20),
        ],
        rows=[Row(cells=[Cell(text=x) for x in row]) for row in rows],
    )
