"""Claims that runs carry, shown as claims: what the engine finds under each view, and the evidence for and against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from lca.catalogue.levers import Lever
from lca.claims import AS_CLAIMED, LIFE_CYCLE, SUPPLY, Tested
from lca.claims import View as Tried
from lca.language import said, say
from lca.numerals import spelled
from lca.report import numbers as n
from lca.report.cells import SHORT, interval, value
from lca.report.parts import Cell, Column, Row, Table, View
from lca.report.sources import Source, cite
from lca.report.sums import Sum, add
from lca.report.words import EVIDENCE, capital, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

CLAIMS_SHOWN, ASSUMED_SHOWN = 12, 6
#: columns of the comparison: view, quantities that are added, head
COLUMNS = (
    (AS_CLAIMED, ("use_co2e_location",), said("Computed")), (LIFE_CYCLE, ("use_co2e",), said("Life cycle")),
    (LIFE_CYCLE, ("embodied_co2e", "end_of_life_co2e"), said("Hardware")), (LIFE_CYCLE, ("total_co2e",), said("Both")),
    (LIFE_CYCLE, ("total_co2e_market",), said("Market")),
)  # fmt: skip
STANCES = {"for": said("for"), "against": said("against"), "mixed": said("mixed"), "context": said("beside it")}
ORDER = ("against", "mixed", "for", "context")


class ClaimView(View):
    """One claim."""

    name: str = Field(description="System of the run")
    anchor: str = Field(description="Name by which the tables lead here")
    text: str = Field(description="The claim")
    by: str = Field(description="Who claims it")
    assumptions: list[str] = Field(description="What the log adds to the claim")
    evidence: Table | None = Field(description="Published findings for and against; None where the claim names none")
    without: str = Field(description="What is said where there are none")


class Claims(View):
    """The claims of a report."""

    lead: str = Field(description="What a reader must know before the tables")
    views: Table = Field(description="Each claim under each view")
    savings: Table | None = Field(description="What is left of the claimed savings; None where none is claimed")
    factors: Table | None = Field(description="Factors that the views bring in; None where there are none")
    claims: list[ClaimView] = Field(description="The claims one by one, with the evidence")
    more: str = Field(description="How many more there are, and where")


def build(a: Assessment, held: list[Source]) -> Claims | None:
    """Claims under test, or None. Sources of the evidence and of further factors join those of the factors."""
    tested = a.claims.tested
    if not tested:
        return None
    shown = tested[:CLAIMS_SHOWN]
    more = (
        say("{tested} more claims in assessment.json.", tested=n.count(len(tested) - len(shown)))
        if len(tested) > len(shown)
        else ""
    )
    return Claims(
        lead=say("These are claims of others, quoted and put to the test; this report endorses none. The log states what a claim implies; the engine computes it, and then the same run under other accounting views. What the log had to add is listed with each claim. Sources stand in section 6."),
        views=_views(a, shown), savings=_savings(shown), factors=_factors(a, shown, held),
        claims=[_claim(t, number, held) for number, t in enumerate(shown, start=1)], more=more,
    )  # fmt: skip


def _sum(figure: dict[str, Any]) -> Sum:
    return Sum(figure["value"], figure["low"], figure["high"], figure["rows"], figure["missing"], (0.0, 0.0, 0.0, 0.0))


def _of(view: Tried, names: tuple[str, ...]) -> Sum:
    parts = [_sum(view.figures[name]) for name in names]
    return parts[0] if len(parts) == 1 else add(parts[0], parts[1])


def _smallest(values: list[float | None], unit: str) -> n.Scale:
    """The unit of the smallest figure, so that all stay as they were claimed."""
    return n.scale(min((v for v in values if v), default=None), unit)


def _name(t: Tested) -> str:
    return clean(t.run.system.name, 60)


def _views(a: Assessment, shown: list[Tested]) -> Table:
    sums = {(t.run.id, names): _of(t.view(key), names) for t in shown for key, names, _ in COLUMNS}
    energies = [_sum(t.view(AS_CLAIMED).figures["facility_energy"]) for t in shown]
    mass = _smallest([s.value for s in sums.values()], "kgCO2e")
    energy = _smallest([s.value for s in energies], "kWh")
    rows = []
    for number, (t, used) in enumerate(zip(shown, energies, strict=True), start=1):
        claimed = (t.run.declared or {}).get("co2e")
        told = Cell(text=n.column(claimed.value, mass) if claimed is not None else n.DOES_NOT_APPLY)
        cells = [_figure(sums[(t.run.id, names)], mass) for _, names, _ in COLUMNS]
        rows.append(
            Row(cells=[Cell(text=_name(t), href=f"claim-{number}"), _figure(used, energy, False), told, *cells])
        )
        for v in t.views:
            if v.key.startswith(SUPPLY):
                rows.append(_supply_row(v, sums[(t.run.id, COLUMNS[2][1])], mass))
    heads = [Column(label=say("Claim"), width=21), Column(label=say("Energy"), unit=energy.unit, width=9, right=True),
             Column(label=say("Claimed"), unit=mass.unit, width=11, right=True),
             *(Column(label=label, unit=mass.unit, width=width, right=True)
               for (_, _, label), width in zip(COLUMNS, (12, 11, 11, 12, 13), strict=True))]  # fmt: skip
    notes = []
    if any(cell.mark for row in rows for cell in row.cells):
        notes.append(
            say("† Hardware or another part is not determined and nothing was filled in: the figure is a lower bound.")
        )
    if any(cell.text == say(SHORT) for row in rows for cell in row.cells):
        notes.append(say("n/a: not available; section 3 says why."))
    if any(v.key.startswith(SUPPLY) for t in shown for v in t.views):
        notes.append(say("A supply bought by contract leaves the grid as it is, and with it the location-based figure. The rows “all from” show what the electricity causes over its life cycle where such plants feed the site itself."))  # fmt: skip
    notes += [
        say(
            "Claimed: as published. Computed: the energy of the claim times the emissions per kWh that the claim itself implies. Life cycle: the same energy times the emissions per kWh of the grid over its life cycle, in which the supply of fuels and the building of plants are. Hardware: making and disposal of the hardware. Both: Life cycle plus Hardware."
        ),
        say(
            "Market: Both, with the electricity that was bought by contract in place of that of the grid; without a contract it is that of the grid. Small figures are 95 % intervals, where one is known."
        ),
    ]
    return Table(title=said("Each claim under each view"), columns=heads, rows=rows, notes=notes)


def _figure(s: Sum, unit: n.Scale, bounds: bool = True) -> Cell:
    cell = value(s, unit)
    known = interval(s, unit) if bounds and s.value is not None and s.low is not None else None
    return cell.model_copy(update={"sub": known.text}) if known is not None else cell


def _supply_row(v: Tried, hardware: Sum, mass: n.Scale) -> Row:
    """A supply that the claim could mean, over its own life cycle."""
    name = clean(v.factor.name if v.factor is not None else v.key.removeprefix(SUPPLY), 40)
    none = Cell(text=n.DOES_NOT_APPLY, kind="none")
    return Row(cells=[
        Cell(text=say("… all from {name}", name=name), kind="muted"), none, none, none, _figure(_of(v, ("use_co2e",)), mass),
        _figure(hardware, mass), _figure(_of(v, ("total_co2e",)), mass), none,
    ])  # fmt: skip


def _savings(shown: list[Tested]) -> Table | None:
    rows = []
    for number, t in enumerate(shown, start=1):
        if not t.base:
            continue
        cells = [_ratio(t.saving)]
        cells += [_ratio(t.saved(key, names[0])) for key, names, label in COLUMNS if label != "Hardware"]
        rows.append(Row(cells=[Cell(text=_name(t), href=f"claim-{number}"), *cells]))
        none = Cell(text=n.DOES_NOT_APPLY, kind="none")
        for v in t.views:
            if v.key.startswith(SUPPLY) and v.factor is not None:
                own = [_ratio(t.saved(v.key, q)) for q in ("use_co2e", "total_co2e")]
                rows.append(
                    Row(
                        cells=[
                            Cell(text=say("… all from {name}", name=clean(v.factor.name, 40)), kind="muted"),
                            none,
                            none,
                            *own,
                            none,
                        ]
                    )
                )
    if not rows:
        return None
    heads = [Column(label=say("Claim"), width=35), *(Column(label=label, width=13, right=True) for label in
             (say("Claimed"), *(label for _, _, label in COLUMNS if label != "Hardware")))]  # fmt: skip
    return Table(
        title=said("What is left of the claimed savings"), columns=heads, rows=rows,
        lead=say("Saving of CO₂e against the run with which the claim compares. That a claimed energy is reached at all is not tested here: the findings below bear on that."),
        notes=[say("n/a: not determined, because one of the two runs lacks a part, or the one compared with has 0, of which there is no share.")] if any(c.text == say(SHORT) for r in rows for c in r.cells) else [],
    )  # fmt: skip


def _ratio(saving: float | None) -> Cell:
    return Cell(text=SHORT, kind="missing") if saving is None else Cell(text=n.percent(round(saving, 9) + 0.0))


def _factors(a: Assessment, shown: list[Tested], held: list[Source]) -> Table | None:
    """Factors of the views that the runs as claimed do not use."""
    used: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for v in (v for t in shown for v in t.views):
        ids = [x for f in v.figures.values() for x in f["factors"]] + ([v.factor.id] if v.factor is not None else [])
        used[v.key == AS_CLAIMED].update(dict.fromkeys(ids))
    rows = []
    for name in [x for x in used[False] if x not in used[True] and x in a.catalogue.code_of]:
        f = a.catalogue.factors[a.catalogue.code_of[name]]
        number = cite(held, a.catalogue.source_of(f))
        rows.append(Row(cells=[
            Cell(text=capital(clean(f.name or f.quantity, 60)), sub=clean(f.id, 90)), Cell(text=n.unit_text(f.printed)),
            Cell(text=str(f.first_year) if f.first_year is not None else n.DOES_NOT_APPLY),
            Cell(text=f.evidence, kind="warn" if f.evidence == "C" else ""), Cell(text=str(number), href=f"source-{number}"),
        ]))  # fmt: skip
    if not rows:
        return None
    heads = [Column(label=say("Factor"), width=45), Column(label=say("Value as printed"), width=25), Column(label=say("Year"), width=10),
             Column(label=say("Evidence"), width=11), Column(label=say("Source"), width=9, right=True)]  # fmt: skip
    first = dict(reversed(a.claims.assumed))  # one of a kind; assessment.json holds all
    told = [n.unit_text(clean(say(first[code]), 200)) for code in sorted(first)][:ASSUMED_SHOWN]
    notes = (
        [say("Assumed by the views, beyond the findings of section 4: {texts}.", texts="; ".join(told))] if told else []
    )
    return Table(title=said("Factors that the views bring in"), columns=heads, rows=rows, notes=notes)


def _claim(t: Tested, number: int, held: list[Source]) -> ClaimView:
    claim = t.run.claim
    assert claim is not None
    found = sorted(t.evidence, key=lambda x: ORDER.index(x.stance))
    without = say("The log names no published finding for this claim.")
    if not t.base:
        without = f"{without} {say('The others are compared with it.')}"
    return ClaimView(
        name=_name(t), anchor=f"claim-{number}", text=n.unit_text(clean(claim.text, 400)), by=clean(claim.by, 200),
        assumptions=[n.unit_text(clean(x, 300)) for x in claim.assumptions], without=without,
        evidence=_evidence(found, held) if found else None,
    )  # fmt: skip


def _evidence(found: list[Lever], held: list[Source]) -> Table:
    rows = []
    for x in found:
        number = cite(held, x.source)
        about = f"{capital(x.phase)}. {x.setting}" + (f"; {x.caveats}" if x.caveats else "")
        rows.append(Row(cells=[
            Cell(text=STANCES[x.stance], kind="warn" if x.stance == "against" else ""),
            Cell(text=n.unit_text(clean(x.effect, 400)), sub=n.unit_text(clean(about, 400))), Cell(text=_range(x)), Cell(text=n.unit_text(clean(x.verdict, 200))),
            Cell(text=x.evidence, kind="warn" if x.evidence == "C" else ""), Cell(text=str(number), href=f"source-{number}"),
        ]))  # fmt: skip
    heads = [Column(label=say("Stance"), width=9), Column(label=say("What was found"), width=41),
             Column(label=say("Saving"), unit="%", width=13, right=True), Column(label=say("Verdict"), width=21, gap=True),
             Column(label=say("Evidence"), width=9), Column(label=say("Source"), width=7, right=True)]  # fmt: skip
    grades = sorted({x.evidence for x in found})
    notes = [
        say(
            "Evidence {grades}. A negative saving takes more.",
            grades="; ".join(f"{g}: {say(EVIDENCE[g])}" for g in grades if g in EVIDENCE),
        )
    ]
    return Table(title="", columns=heads, rows=rows, notes=notes)


def _range(x: Lever) -> str:
    bounds = list(
        dict.fromkeys(say(spelled(b, 3)) if abs(b) < 1000 else n.place(b, 0) for b in (x.low, x.high) if b is not None)
    )
    return n.span(*bounds) if len(bounds) == 2 else "".join(bounds) or n.DOES_NOT_APPLY
