"""The charts of the results. Each title is the finding, each sentence says what is shown and where its values stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lca.quantities import TIER_NAMES
from lca.report import alternatives
from lca.report import charts as draw
from lca.report import numbers as n
from lca.report.derivations import MONTHS
from lca.report.parts import Chart, Key
from lca.report.sums import PARTS, Ranked, many, ranked, whole
from lca.report.words import EMBODIED, END_OF_LIFE, ORDER, STAGES, TIERS, clean, country, quantity

if TYPE_CHECKING:
    from lca.assessment import Assessment

SYSTEMS_DRAWN, COUNTRIES_DRAWN = 9, 10
HARDWARE = (
    ("embodied_co2e", "Hardware, embodied", EMBODIED),
    ("end_of_life_co2e", "Hardware, end of life", END_OF_LIFE),
)
ELECTRICITY, SUM = "#3c8f7c", "#5c6773"
#: figures of which the shares of measured data are drawn
SHARED = (
    "it_energy",
    "facility_energy",
    "use_co2e",
    "embodied_co2e",
    "end_of_life_co2e",
    "total_co2e",
    "total_co2e_market",
)


def _stacks(
    a: Assessment, code: np.ndarray, labels: list[str], electricity: str, unit: n.Scale
) -> list[dict[str, Any]]:
    """Parts of bars: electricity by stage, hardware apart, for each group of `code`."""
    fine = a.grouping(["stage"])
    stages = len(fine)
    rows: list[dict[str, Any]] = []
    pieces = many(a, [electricity], code * stages + fine.code, len(labels) * stages)[electricity]
    for at, part in enumerate(pieces):
        group, which = divmod(at, stages)
        name = STAGES[fine.labels[which]["stage"]][0]
        rows.append({"group": labels[group], "part": name, "value": (part.value or 0.0) / unit.factor})
    hardware = many(a, [q for q, *_ in HARDWARE], code, len(labels))
    for q, name, _ in HARDWARE:
        for g, s in enumerate(hardware[q]):
            rows.append({"group": labels[g], "part": name, "value": (s.value or 0.0) / unit.factor})
    place = {label: i for i, label in enumerate(labels)}
    shown = sorted((r for r in rows if r["value"]), key=lambda r: place[str(r["group"])])
    return [
        {**r, "tip": f"{r['group']}, {str(r['part']).lower()}: {n.digits(float(str(r['value'])))} {unit.unit}"}
        for r in shown
    ]


def _chart(rows: list[dict[str, Any]], title: str, sentence: str, unit: n.Scale, ranges: list[dict[str, Any]]) -> Chart:
    colours = dict(STAGES.values()) | {name: colour for _, name, colour in HARDWARE}
    order = [STAGES[s][0] for s in ORDER] + [name for _, name, _ in HARDWARE]
    used = [p for p in order if any(r["part"] == p for r in rows)]
    return Chart(title=title, unit=unit.unit, svg=draw.stacked(title, rows, used, colours, ranges),
                 keys=[Key(label=p, colour=colours[p]) for p in used], sentence=sentence)  # fmt: skip


def systems(a: Assessment) -> Chart | None:
    """The systems, stacked by stage and hardware; nothing where there is one."""
    total = whole(a, "total_co2e")
    unit = n.scale(total.value, "kgCO2e")
    groups = ranked(a, ["system"], SYSTEMS_DRAWN)
    if groups.groups < 2 or not total.value:
        return None
    names = labels(groups, "system")
    first = many(a, ["total_co2e"], groups.code, groups.groups)["total_co2e"][0]
    if alternatives.found(a) is None:
        title = f"{names[0]} makes up {n.share(first.value, total.value)} of the life-cycle total"
    else:
        title = f"Of these systems, some of them alternatives, {names[0]} emits most"
    return _chart(
        _stacks(a, groups.code, names, "use_co2e", unit), title,
        "Emissions by system: electricity by life-cycle stage, hardware apart. The values stand in the tables by stage and by system.", unit, [],
    )  # fmt: skip


def methods(a: Assessment) -> Chart | None:
    """The total by the location-based and by the market-based method; nothing where they are the same."""
    total, market = whole(a, "total_co2e"), whole(a, "total_co2e_market")
    unit = n.scale(total.value, "kgCO2e")
    if not total.value or market.value is None or abs(market.value / total.value - 1) < 0.005:
        return None
    everything = np.zeros(a.rows, np.int64)
    names = {"Location-based": ("use_co2e", total), "Market-based": ("use_co2e_market_total", market)}
    rows: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    for name, (electricity, s) in names.items():
        rows += _stacks(a, everything, [name], electricity, unit)
        if s.low is not None and s.high is not None:
            ranges.append({"group": name, "low": s.low / unit.factor, "high": s.high / unit.factor})
    less = "lower" if market.value < total.value else "higher"
    return _chart(
        rows, f"By the market-based method the life-cycle total is {n.percent(abs(market.value / total.value - 1))} {less}",
        "The same activity by both methods; the lines are 95 % intervals. The values stand in the table of the views.", unit, ranges,
    )  # fmt: skip


def waterfall(a: Assessment) -> Chart | None:
    """How the total arises: electricity stage by stage, then the hardware."""
    total = whole(a, "total_co2e")
    if not total.value or alternatives.found(a) is not None:
        return None
    unit = n.scale(total.value, "kgCO2e")
    order = ranked(a, ["stage"], len(ORDER), ORDER)
    electricity = many(a, ["use_co2e"], order.code, order.groups)["use_co2e"]
    steps = [
        (f"{STAGES[g['stage']][0]}, electricity", s.value or 0.0, STAGES[g["stage"]][1])
        for g, s in zip(order.labels, electricity, strict=False)
    ]
    steps += [(label, whole(a, name).value or 0.0, colour) for name, label, colour in HARDWARE]
    steps = [x for x in steps if x[1]]
    if len(steps) < 2:
        return None
    rows, at = [], 0.0
    for label, size, colour in steps:
        rows.append(
            {
                "group": label,
                "start": at / unit.factor,
                "end": (at + size) / unit.factor,
                "colour": colour,
                "tip": f"{label}: {n.phrase(size, 'kgCO2e')}",
            }
        )
        at += size
    rows.append(
        {
            "group": "Total",
            "start": 0.0,
            "end": total.value / unit.factor,
            "colour": SUM,
            "tip": f"Total: {n.phrase(total.value, 'kgCO2e')}",
        }
    )
    largest = max(steps, key=lambda x: x[1])
    named = next(
        (f"The electricity of {x.lower()}" for x, _ in STAGES.values() if largest[0].startswith(f"{x}, ")), largest[0]
    )
    title = f"{named} adds {n.share(largest[1], total.value)} of the total"
    return Chart(title=title, unit=unit.unit, svg=draw.waterfall(title, rows), keys=[],
                 sentence="How the total arises: each bar begins where the one before ends. The values stand in the table below.")  # fmt: skip


def use_and_hardware(a: Assessment) -> Chart | None:
    """Electricity against hardware, as shares, for the largest systems; nothing without hardware."""
    groups = ranked(a, ["system"], SYSTEMS_DRAWN)
    made = many(a, PARTS, groups.code, groups.groups)
    names = labels(groups, "system")
    rows: list[dict[str, Any]] = []
    shares = []
    for g, name in enumerate(names):
        use, hardware = (made["use_co2e"][g].value or 0.0), sum(made[p][g].value or 0.0 for p in PARTS[1:])
        if not use + hardware or not hardware or not use:
            continue
        shares.append((hardware / (use + hardware), name))
        for part, size in (("Electricity", use), ("Hardware", hardware)):
            rows.append(
                {
                    "group": name,
                    "part": part,
                    "value": size / (use + hardware) * 100,
                    "tip": f"{name}, {part.lower()}: {n.share(size, use + hardware)}",
                }
            )
    if len(shares) < 2:
        return None
    most, least = max(shares), min(shares)
    title = f"Hardware makes up {n.percent(least[0])} of {least[1]} and {n.percent(most[0])} of {most[1]}"
    colours = {"Electricity": ELECTRICITY, "Hardware": EMBODIED}
    return Chart(title=title, unit="% of use and hardware", svg=draw.stacked(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence="Embodied against use, for the systems of which both are known; hardware is production and end of life. The values stand in the table by system.")  # fmt: skip


def months(a: Assessment) -> Chart | None:
    """Emissions month by month; nothing where the runs lie in fewer than two."""
    groups = ranked(a, ["month"], len(MONTHS), MONTHS)
    dated = [g for g, label in enumerate(groups.labels) if label["month"] in _MONTHS]
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    if len(dated) < 2 or len(dated) > 60:
        return None
    first, last = (groups.labels[dated[i]]["month"] for i in (0, -1))
    span = MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1]
    made = many(a, PARTS, groups.code, groups.groups)
    at = {groups.labels[g]["month"]: g for g in dated}
    rows: list[dict[str, Any]] = []
    size = dict.fromkeys(span, 0.0)
    for month in span if len(span) <= 120 else at:
        for part, names in (("Electricity", PARTS[:1]), ("Hardware", PARTS[1:])):
            value = sum(made[p][at[month]].value or 0.0 for p in names) if month in at else 0.0
            size[month] += value
            rows.append(
                {
                    "group": month,
                    "part": part,
                    "value": value / unit.factor,
                    "tip": f"{month}, {part.lower()}: {n.phrase(value, 'kgCO2e')}",
                }
            )
    top = max(size, key=lambda m: size[m])
    if not size[top]:
        return None
    title = f"{n.month(top)} emits most, {n.phrase(size[top], 'kgCO2e')}"
    colours = {"Electricity": ELECTRICITY, "Hardware": EMBODIED}
    return Chart(title=title, unit=f"{unit.unit} in the month", svg=draw.columns(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence="Runs count whole in the month of their middle; those without a date are left out. The values stand in the table below.")  # fmt: skip


def countries(a: Assessment) -> Chart | None:
    """Countries by their emissions; nothing where there is one."""
    groups = ranked(a, ["country"], COUNTRIES_DRAWN)
    if groups.groups < 2:
        return None
    unit = n.scale(whole(a, "use_co2e").value, "kgCO2e")
    made = many(a, ["use_co2e", "facility_energy"], groups.code, groups.groups)
    names = [country(g["country"]) for g in groups.labels] + ([f"{n.count(groups.rest)} more"] if groups.rest else [])
    rows: list[dict[str, Any]] = []
    rates: list[tuple[float, str]] = []
    for g, name in enumerate(names):
        use, energy = made["use_co2e"][g].value, made["facility_energy"][g].value
        if use:
            rate = f", {n.digits(use / energy * 1000)} g CO₂e/kWh" if energy else ""
            rates += [(use / energy, name)] if energy else []
            rows.append(
                {
                    "group": name,
                    "part": "Electricity",
                    "value": use / unit.factor,
                    "tip": f"{name}: {n.phrase(use, 'kgCO2e')}{rate}",
                }
            )
    if len(rows) < 2 or len(rates) < 2:
        return None
    rows.sort(key=lambda r: (bool(groups.rest) and r["group"] == names[-1], -r["value"]))
    low, high = min(rates), max(rates)
    title = f"A kilowatt-hour of these runs emits {n.digits(low[0] * 1000)} g CO₂e in {low[1]} and {n.digits(high[0] * 1000)} g in {high[1]}"
    return Chart(title=title, unit=unit.unit, svg=draw.stacked(title, rows, ["Electricity"], {"Electricity": ELECTRICITY}), keys=[],
                 sentence="Electricity over its life cycle by country of use, largest first. The values stand in the table below.")  # fmt: skip


def measured(a: Assessment) -> Chart | None:
    """Shares of measured, modelled, rated and default data in the main figures."""
    colours = {name: TIERS[t][2] for t, name in enumerate(TIER_NAMES, 1)}
    rows: list[dict[str, Any]] = []
    for name in SHARED:
        s = whole(a, name)
        size = sum(s.by_tier)
        for t, part in enumerate(TIER_NAMES):
            if size and s.by_tier[t]:
                rows.append(
                    {
                        "group": quantity(name),
                        "part": part,
                        "value": s.by_tier[t] / size * 100,
                        "tip": f"{quantity(name)}, {part}: {n.share(s.by_tier[t], size)}",
                    }
                )
    total = whole(a, "total_co2e")
    if not rows or not sum(total.by_tier):
        return None
    title = f"{n.share(total.by_tier[0], sum(total.by_tier))} of the total rests on meters, {n.share(total.by_tier[3], sum(total.by_tier))} on defaults"
    return Chart(title=title, unit="% of each figure", svg=draw.stacked(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence="Each entry is classed by the weakest of the data that it rests on. The values stand in the table below.")  # fmt: skip


def labels(groups: Ranked, key: str) -> list[str]:
    """Names of groups, each once, and that of the rest."""
    names = [clean(g[key], 34) for g in groups.labels]
    made = [f"{name} ({i})" if names.index(name) != i else name for i, name in enumerate(names)]
    return [*made, *([f"{n.count(groups.rest)} more"] if groups.rest else [])]


_MONTHS = frozenset(MONTHS)
