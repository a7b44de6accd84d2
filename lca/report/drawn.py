"""The charts of the results. Each title is the finding, each sentence says what is shown and where its values stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lca.language import said, say
from lca.report import alternatives
from lca.report import charts as draw
from lca.report import numbers as n
from lca.report.derivations import MONTHS
from lca.report.parts import Chart, Key
from lca.report.sums import PARTS, Ranked, many, ranked, whole
from lca.report.words import (
    EMBODIED,
    END_OF_LIFE,
    ORDER,
    STAGES,
    TIERS,
    capital,
    clean,
    country,
    group,
    quantity,
    small,
    stage,
)

if TYPE_CHECKING:
    from lca.assessment import Assessment

SYSTEMS_DRAWN, COUNTRIES_DRAWN = 9, 10
HARDWARE = (
    ("embodied_co2e", said("Hardware, embodied"), EMBODIED),
    ("end_of_life_co2e", said("Hardware, end of life"), END_OF_LIFE),
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
        name = stage(fine.labels[which]["stage"])
        rows.append({"group": labels[group], "part": name, "value": (part.value or 0.0) / unit.factor})
    hardware = many(a, [q for q, *_ in HARDWARE], code, len(labels))
    for q, label, _ in HARDWARE:
        name = say(label)
        for g, s in enumerate(hardware[q]):
            rows.append({"group": labels[g], "part": name, "value": (s.value or 0.0) / unit.factor})
    place = {label: i for i, label in enumerate(labels)}
    shown = sorted((r for r in rows if r["value"]), key=lambda r: place[str(r["group"])])
    return [
        {**r, "tip": f"{r['group']}, {small(str(r['part']))}: {n.digits(float(str(r['value'])))} {unit.unit}"}
        for r in shown
    ]


def _chart(rows: list[dict[str, Any]], title: str, sentence: str, unit: n.Scale, ranges: list[dict[str, Any]]) -> Chart:
    colours = {stage(s): STAGES[s][1] for s in ORDER} | {say(name): colour for _, name, colour in HARDWARE}
    order = list(colours)
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
        share = n.share(first.value, total.value)
        title = say("{system} makes up {share} of the life-cycle total", system=names[0], share=share)
    else:
        title = say("Of these systems, some of them alternatives, {system} emits most", system=names[0])
    return _chart(
        _stacks(a, groups.code, names, "use_co2e", unit), title,
        say("Emissions by system: electricity by life-cycle stage, hardware apart. The values stand in the tables by stage and by system."), unit, [],
    )  # fmt: skip


def methods(a: Assessment) -> Chart | None:
    """The total by the location-based and by the market-based method; nothing where they are the same."""
    total, market = whole(a, "total_co2e"), whole(a, "total_co2e_market")
    unit = n.scale(total.value, "kgCO2e")
    if not total.value or market.value is None or abs(market.value / total.value - 1) < 0.005:
        return None
    everything = np.zeros(a.rows, np.int64)
    names = {say("Location-based"): ("use_co2e", total), say("Market-based"): ("use_co2e_market_total", market)}
    rows: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    for name, (electricity, s) in names.items():
        rows += _stacks(a, everything, [name], electricity, unit)
        if s.low is not None and s.high is not None:
            ranges.append({"group": name, "low": s.low / unit.factor, "high": s.high / unit.factor})
    by = n.percent(abs(market.value / total.value - 1))
    lower = say("By the market-based method the life-cycle total is {percent} lower", percent=by)
    higher = say("By the market-based method the life-cycle total is {percent} higher", percent=by)
    return _chart(
        rows, lower if market.value < total.value else higher,
        say("The same activity by both methods; the lines are 95 % intervals. The values stand in the table of the views."), unit, ranges,
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
        (say("{stage}, electricity", stage=stage(g["stage"])), s.value or 0.0, STAGES[g["stage"]][1])
        for g, s in zip(order.labels, electricity, strict=False)
    ]
    steps += [(say(label), whole(a, name).value or 0.0, colour) for name, label, colour in HARDWARE]
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
            "group": say("Total"),
            "start": 0.0,
            "end": total.value / unit.factor,
            "colour": SUM,
            "tip": say("Total: {value}", value=n.phrase(total.value, "kgCO2e")),
        }
    )
    largest = max(steps, key=lambda x: x[1])
    of = {say("{stage}, electricity", stage=stage(s)): s for s in ORDER}.get(largest[0])
    named = largest[0] if of is None else capital(say("the electricity of {stage}", stage=small(stage(of))))
    title = say("{part} adds {share} of the total", part=named, share=n.share(largest[1], total.value))
    return Chart(title=title, unit=unit.unit, svg=draw.waterfall(title, rows), keys=[],
                 sentence=say("How the total arises: each bar begins where the one before ends. The values stand in the table below."))  # fmt: skip


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
        for part, size in ((say("Electricity"), use), (say("Hardware"), hardware)):
            rows.append(
                {
                    "group": name,
                    "part": part,
                    "value": size / (use + hardware) * 100,
                    "tip": f"{name}, {small(part)}: {n.share(size, use + hardware)}",
                }
            )
    if len(shares) < 2:
        return None
    most, least = max(shares), min(shares)
    title = say(
        "Hardware makes up {low} of {least} and {high} of {most}",
        low=n.percent(least[0]),
        least=least[1],
        high=n.percent(most[0]),
        most=most[1],
    )
    colours = {say("Electricity"): ELECTRICITY, say("Hardware"): EMBODIED}
    return Chart(title=title, unit=say("% of use and hardware"), svg=draw.stacked(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence=say("Embodied against use, for the systems of which both are known; hardware is production and end of life. The values stand in the table by system."))  # fmt: skip


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
        for part, names in ((say("Electricity"), PARTS[:1]), (say("Hardware"), PARTS[1:])):
            value = sum(made[p][at[month]].value or 0.0 for p in names) if month in at else 0.0
            size[month] += value
            rows.append(
                {
                    "group": month,
                    "part": part,
                    "value": value / unit.factor,
                    "tip": f"{month}, {small(part)}: {n.phrase(value, 'kgCO2e')}",
                }
            )
    top = max(size, key=lambda m: size[m])
    if not size[top]:
        return None
    title = say("{month} emits most, {size}", month=n.month(top), size=n.phrase(size[top], "kgCO2e"))
    colours = {say("Electricity"): ELECTRICITY, say("Hardware"): EMBODIED}
    return Chart(title=title, unit=say("{unit} in the month", unit=unit.unit), svg=draw.columns(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence=say("Runs count whole in the month of their middle; those without a date are left out. The values stand in the table below."))  # fmt: skip


def countries(a: Assessment) -> Chart | None:
    """Countries by their emissions; nothing where there is one."""
    groups = ranked(a, ["country"], COUNTRIES_DRAWN)
    if groups.groups < 2:
        return None
    unit = n.scale(whole(a, "use_co2e").value, "kgCO2e")
    made = many(a, ["use_co2e", "facility_energy"], groups.code, groups.groups)
    names = [country(g["country"]) for g in groups.labels]
    names += [say("{n} more", n=n.count(groups.rest))] if groups.rest else []
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
                    "part": say("Electricity"),
                    "value": use / unit.factor,
                    "tip": f"{name}: {n.phrase(use, 'kgCO2e')}{rate}",
                }
            )
    if len(rows) < 2 or len(rates) < 2:
        return None
    rows.sort(key=lambda r: (bool(groups.rest) and r["group"] == names[-1], -r["value"]))
    low, high = min(rates), max(rates)
    title = say(
        "A kilowatt-hour of these runs emits {low} g CO₂e in {place} and {high} g in {other}",
        low=n.digits(low[0] * 1000),
        place=low[1],
        high=n.digits(high[0] * 1000),
        other=high[1],
    )
    return Chart(title=title, unit=unit.unit, svg=draw.stacked(title, rows, [say("Electricity")], {say("Electricity"): ELECTRICITY}), keys=[],
                 sentence=say("Electricity over its life cycle by country of use, largest first. The values stand in the table below."))  # fmt: skip


def measured(a: Assessment) -> Chart | None:
    """Shares of measured, modelled, rated and default data in the main figures."""
    colours = {say(name): colour for name, _, colour in TIERS.values()}
    rows: list[dict[str, Any]] = []
    for name in SHARED:
        s = whole(a, name)
        size = sum(s.by_tier)
        for t, part in enumerate(colours):
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
    title = say(
        "{metered} of the total rests on meters, {default} on defaults",
        metered=n.share(total.by_tier[0], sum(total.by_tier)),
        default=n.share(total.by_tier[3], sum(total.by_tier)),
    )
    return Chart(title=title, unit=say("% of each figure"), svg=draw.stacked(title, rows, list(colours), colours), keys=[Key(label=k, colour=v) for k, v in colours.items()],
                 sentence=say("Each entry is classed by the weakest of the data that it rests on. The values stand in the table below."))  # fmt: skip


def labels(groups: Ranked, key: str) -> list[str]:
    """Names of groups, each once, and that of the rest."""
    names = [clean(group(g[key]), 34) for g in groups.labels]
    made = [f"{name} ({i})" if names.index(name) != i else name for i, name in enumerate(names)]
    return [*made, *([say("{n} more", n=n.count(groups.rest))] if groups.rest else [])]


_MONTHS = frozenset(MONTHS)
