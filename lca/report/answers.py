"""What a report has to say to one requirement: figures, lines of the views, statements of the profile, other contents.

Each answer says whether it is given, in part, or not available with the reason and who can supply it; never blank, never 0
for what is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca import statements, units
from lca.engine.roles import OWN, SERVICE
from lca.language import said, say
from lca.quantities import BY_NAME, RESOURCES
from lca.report import gaps
from lca.report import numbers as n
from lca.report.sums import Sum, many, ranked
from lca.report.words import capital, clean, small, stage
from lca.units import Quantity

if TYPE_CHECKING:
    from lca.assessment import Assessment
    from lca.disclosure.front import Content

GIVEN, PARTLY, MISSING, NONE = said("given"), said("partly"), said("not available"), said("does not apply")
LOGS = said("whoever writes the run logs")
SYSTEMS_SHOWN, FIGURES_SHOWN = 3, 8
#: unit of a disclosure -> (dimension, unit that pint knows, what a reader sees)
UNITS = {
    "MWh": ("energy", "MWh", "MWh"), "kWh": ("energy", "kWh", "kWh"), "t": ("co2e", "t", "t CO₂e"), "kg": ("co2e", "kg", "kg CO₂e"),
    "m3": ("volume", "kL", "m³"), "L": ("volume", "L", "L"), "GJ": ("primary-energy", "GJ", "GJ"), "MJ": ("primary-energy", "MJ", "MJ"),
    "FLOP": ("flops", "FLOP", "FLOP"), "h": ("time", "h", "h"), "d": ("time", "d", "d"), "kgSbeq": ("resources", "kgSbeq", "kg Sb eq"),
}  # fmt: skip
#: quantity -> table of section 2 in which it stands
PLACES = {
    "facility_energy": "Results by life-cycle stage", "it_energy": "Per functional unit", "use_co2e": "Results by life-cycle stage",
    "embodied_co2e": "Results by life-cycle stage", "end_of_life_co2e": "Results by life-cycle stage", "total_co2e": "Results by life-cycle stage",
    "water_onsite": "Electricity by method, and water", "water_offsite": "Electricity by method, and water", "training_flops": "Training computation",
    "sci_operational_co2e": "Software Carbon Intensity", "sci_embodied_co2e": "Software Carbon Intensity",
}  # fmt: skip
STATED = "What the organisation states"


class Item(NamedTuple):
    """One content: what it is, what is said, whether that is all, else why not and who can supply it; and the table it stands in."""

    label: str
    text: str
    state: str
    reason: str = ""
    who: str = ""
    place: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    asks: str = ""  # path of the statement that would give it


def missing(label: str, reason: str, who: str, place: str = "") -> Item:
    """What is not available, why, and who can supply it."""
    return Item(label, n.NOT_AVAILABLE, MISSING, reason, who, place)


def given(label: str, text: str, place: str = "") -> Item:
    """What is given in full."""
    return Item(label, text, GIVEN, place=place)


def partly(label: str, text: str, reason: str, who: str, place: str = "") -> Item:
    """What is given in part."""
    return Item(label, text, PARTLY, reason, who, place)


def state(items: Sequence[Item], optional: Sequence[bool]) -> str:
    """State of a requirement: all of it, a part, nothing, or nothing that applies."""
    held = [x.state for x, o in zip(items, optional, strict=True) if not o and x.state != NONE]
    if not held:
        return NONE if all(x.state == NONE for x in items) else GIVEN
    if all(s == GIVEN for s in held):
        return GIVEN
    return MISSING if all(s == MISSING for s in held) else PARTLY


def each_system(a: Assessment, c: Content) -> list[Item]:
    """A quantity of each system that has such runs, those with the largest total first."""
    groups = ranked(a, ["system"], FIGURES_SHOWN)
    rows = _rows(a, c)
    made = []
    for g, label in enumerate(groups.labels):
        mine = rows & (groups.code == g)
        if mine.any():
            item = figure(a, c, mine)
            made.append(item._replace(label=f"{clean(label['system'], 60)}: {small(item.label)}"))
    if groups.rest and made:
        made.append(
            given(say("Further systems"), say("{n}, in results.csv", n=n.count(groups.rest)), "Results by system")
        )
    return made or [figure(a, c)]


def figure(a: Assessment, c: Content, of: NDArray[np.bool_] | None = None) -> Item:
    """A quantity over the runs of some stages or of one role, or over the rows `of`, in the unit of the disclosure."""
    known = BY_NAME.get(c.figure)
    label = say(c.label or (known.label if known is not None else c.figure))
    rows = _rows(a, c) if of is None else of
    if c.stages and not c.label:
        label = f"{label}: {n.listed(small(stage(s)) for s in c.stages)}"
    if not rows.any():
        if c.role is not None:
            why = say("no run is of own hardware") if c.role == "owner" else say("no run is of a cloud")
        else:
            why = say("no run is of {stages}", stages=n.listed(small(stage(s)) for s in c.stages))
        return Item(label, n.DOES_NOT_APPLY, NONE, why)
    if c.figure not in a.columns:
        return missing(label, say("no run has what it rests on"), LOGS)
    s = many(a, [c.figure], np.zeros(a.rows, np.int64), 1, None if rows.all() else rows)[c.figure][0]
    place = PLACES.get(c.figure, "")
    if s.value is None:
        return missing(label, gaps.why(a, c.figure, rows, 160), LOGS, place)
    unit = known.unit if known is not None else next((r.unit for r in a.plan.rules if r.gives == c.figure), "")
    made = _amount(label, s, c, place, unit)
    if c.role is not None and (assumed := int((a.roles.assumed & rows).sum())):
        made = made._replace(state=PARTLY, reason=_assumed(assumed, s.rows), who=statements.COMPLIANCE)
    if s.missing:
        return made._replace(
            text=say("{figure}, a partial total", figure=made.text) if c.figure in RESOURCES else made.text,
            state=PARTLY,
            reason=say(
                "{missing} of {entries} a part: {why}",
                missing=n.count(s.missing),
                entries=n.counted(s.rows, "entry lacks", "entries lack"),
                why=gaps.why(a, c.figure, rows, 140),
            ),
            who=LOGS,
        )
    return made


def _assumed(number: int, rows: int) -> str:
    return say(
        "the role is assumed for {number} of {entries}: “role” in the profile states it",
        number=n.count(number),
        entries=n.counted(rows, "entry", "entries"),
    )


def _rows(a: Assessment, c: Content) -> NDArray[np.bool_]:
    rows = np.ones(a.rows, bool)
    if c.stages:
        rows &= np.asarray([s in c.stages for s in a.activities.stages], bool)[a.activities.run_of_row]
    if c.role is not None:
        rows &= a.roles.place == (OWN if c.role == "owner" else SERVICE)
    return rows


def _amount(label: str, s: Sum, c: Content, place: str, unit: str) -> Item:
    if s.is_inside:
        return Item(label, say("inside another figure"), GIVEN, place=place)
    factor, shown = scale(c.unit, unit)
    value, low, high = (None if x is None else x / factor for x in (s.value, s.low, s.high))
    return _told(label, value or 0.0, low, high, shown, c.digits, place)


def _told(label: str, value: float, low: float | None, high: float | None, shown: str, digits: int, place: str) -> Item:
    text = f"{n.digits(value, digits)}{n.THIN}{shown}"
    if low is not None and high is not None:
        text += f" ({n.span(n.digits(low, digits), n.digits(high, digits))})"
    return Item(label, text, GIVEN, place=place, value=value, low=low, high=high, unit=shown)


def scale(unit: str, engine: str) -> tuple[float, str]:
    """How many of the engine's unit one of a disclosure's holds, and what a reader sees."""
    if unit not in UNITS:
        return 1.0, n.unit_text(engine)
    dimension, written, shown = UNITS[unit]
    return units.to_canonical(written, dimension), shown


def view(a: Assessment, c: Content) -> Item:
    """A line of the GHG Protocol view."""
    place = "One inventory, several views"
    x = next((x for x in a.view_data["lines"] if x["view"] == "ghg-protocol" and x["id"] == c.view), None)
    if x is None:
        return missing(say(c.label or c.view), say("the assessment has no such line"), LOGS, place)
    label = say(c.label) or f"{capital(say(x['category']))}: {small(say(x['label']))}"
    if x["value"] is None:
        reason = clean(gaps.clause(x.get("reason", "")), 200)
        return (
            Item(label, n.DOES_NOT_APPLY, NONE, reason)
            if not x.get("applies", True)
            else missing(label, reason, statements.COMPLIANCE, place)
        )
    factor, shown = scale(c.unit, x["unit"])
    value, low, high = (None if v is None else v / factor for v in (x["value"], x["low"], x["high"]))
    made = _told(label, value or 0.0, low, high, shown, c.digits, place)
    if x.get("assumed_role"):
        made = made._replace(state=PARTLY, reason=_assumed(x["assumed_role"], x["rows"]), who=statements.COMPLIANCE)
    if x["missing"] or x.get("without"):
        reason = clean(gaps.clause(x.get("reason", "")), 200)
        return made._replace(
            state=PARTLY,
            reason=reason
            or say("{missing} of {rows} entries lack a part", missing=n.count(x["missing"]), rows=n.count(x["rows"])),
            who=LOGS,
        )
    return made


def statement(a: Assessment, c: Content) -> Item:
    """What the profile states, or that it does not."""
    question = statements.known()[c.statement]
    label = say(c.label) or n.unit_text(say(question.text))
    if c.statement.startswith("models."):
        return _of_models(a, c.statement, label, say(question.who))
    held = a.profile.stated(c.statement)
    if held is None:
        return missing(
            label, say("the profile does not state {statement}", statement=c.statement), say(question.who)
        )._replace(asks=c.statement)
    return given(label, spelled(held), STATED)


def _of_models(a: Assessment, path: str, label: str, who: str) -> Item:
    systems = systems_of(a)
    held = {s: a.profile.stated(path, s) for s in systems}
    stated = [s for s in systems if held[s] is not None]
    if not stated:
        return missing(label, say("the profile does not state {path} of any system", path=path), who)._replace(
            asks=path
        )
    shown = "; ".join(f"{clean(s, 40)}: {spelled(held[s])}" for s in stated[:SYSTEMS_SHOWN])
    more = n.count(len(stated) - SYSTEMS_SHOWN)
    text = say("{systems}; {n} more", systems=shown, n=more) if len(stated) > SYSTEMS_SHOWN else shown
    if len(stated) < len(systems):
        return partly(
            label,
            text,
            say(
                "the profile does not state it of {systems} of {whole}",
                systems=n.count(len(systems) - len(stated)),
                whole=n.counted(len(systems), "system"),
            ),
            who,
            STATED,
        )
    return given(label, text, STATED)


def systems_of(a: Assessment) -> list[str]:
    """Names of the systems, in the order of the logs."""
    return list(dict.fromkeys(run.system.name for run in a.activities.runs))


def spelled(value: Any, limit: int = 400) -> str:
    """A statement as a reader sees it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return n.day(value)
    if isinstance(value, Quantity):
        return clean(n.unit_text(value.text), 60)
    if isinstance(value, float):
        return n.powers(value)
    if isinstance(value, list):
        return "; ".join(spelled(x, 200) for x in value)
    if isinstance(value, statements.Change):
        told = f"{value.what}: {value.cause}"
        changed = say("{what}, {old} becomes {new}", what=told, old=value.old, new=value.new)
        return clean(changed if value.old and value.new else told, limit)
    return clean(n.unit_text(str(value)), limit)
