"""Data quality: how much of each figure is measured, scores by the criteria of ISO 14044, and the grade on the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.engine.quality import CLASSES, EVIDENCES, PARTS, RATED, UNSCORED, Cause, Primary, Quality, primary
from lca.quantities import TIER_NAMES
from lca.report import numbers as n
from lca.report import uncertainty
from lca.report.parts import Cell, Column, Pair, Row, Table
from lca.report.sums import whole
from lca.report.words import quantity

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: figures of which the shares are told
SHOWN = (
    "it_energy", "facility_energy", "use_co2e_location", "use_co2e_market", "use_co2e", "embodied_co2e", "end_of_life_co2e",
    "total_co2e", "total_co2e_market", "water",
)  # fmt: skip
#: indicator -> criterion of ISO 14044, 4.2.3.6.2, and what it asks
CRITERIA = {
    "temporal": ("Time-related coverage", "whether factors are of the years of the runs"),
    "geographical": ("Geographical coverage", "whether factors are of the places of the runs"),
    "technological": ("Technology coverage", "whether factors are of the devices and facilities of the runs"),
    "reliability": ("Precision", "whether values were measured and verified"),
    "completeness": ("Completeness", "whether sources cover what they stand for"),
}
#: indicators that together say how representative the data are
REPRESENTATIVE = ("temporal", "geographical", "technological")
PACT = (
    "Primary data as PACT counts them: emissions of which both the data of the activity and the emission factor are primary. Grid averages and "
    "published footprints are secondary data, and a footprint stated for a device counts as such since no share comes with it; what an "
    "instrument states of its own generation is primary. For energy there is no factor: metered energy is primary."
)


def fact(a: Assessment) -> Pair:
    """The grade, and why, for the first page."""
    made = a.quality
    if made is None:
        return Pair(term="Data quality", text="Not determined: no part of the total is known.")
    name, _ = CRITERIA[made.weakest]
    why = (
        f" The weakest is {name.lower()}, {_score(made.scores[made.weakest])}{_because(made.causes)}."
        if made.scores[made.weakest] > 1
        else ""
    )
    held = primary(a, a.total("total_co2e"))
    activity = f" {n.share(held.activity, 1)} of the total rests on metered energy." if held is not None else ""
    return Pair(
        term="Data quality",
        text=f"{made.grade.capitalize()}: {_score(made.rating)} on a scale from 1, the best, to 5.{why}{activity} Section 3 gives every score.",
    )


def _because(causes: list[Cause]) -> str:
    if not causes:
        return ""
    what, share = _by_input(causes)[0]
    return f", set by the {what} in {n.share(share, 1)} of the total"


def _by_input(causes: list[Cause]) -> list[tuple[str, float]]:
    """What sets a score, whatever factor it is of, and in which share of the total; the largest first."""
    held: dict[str, float] = {}
    for c in causes:
        what = uncertainty.meaning_of(c.column)
        held[what] = held.get(what, 0.0) + c.share
    return sorted(held.items(), key=lambda item: -item[1])


def _score(x: float) -> str:
    return f"{x:.1f}"


def tables(a: Assessment) -> list[Table]:
    """The shares of each figure, and the criteria."""
    made = a.quality
    return [_shares(a), *([_criteria(a, made)] if made is not None else [])]


def _shares(a: Assessment) -> Table:
    rows = []
    for name in SHOWN:
        s = whole(a, name)
        if s.value is None:
            continue
        size = sum(s.by_tier)
        held = primary(a, a.total(name)) if name != "water" else None
        tiers = [Cell(text=n.share(x, size)) if size else Cell(text=n.DOES_NOT_APPLY, kind="none") for x in s.by_tier]
        rows.append(Row(cells=[Cell(text=quantity(name)), *tiers, _primary(held)], total=name == "total_co2e"))
    heads = [Column(label="Figure", width=34), *(Column(label=t.capitalize(), width=13, right=True) for t in TIER_NAMES),
             Column(label="Primary data", width=14, right=True)]  # fmt: skip
    return Table(
        title="How much of each figure is measured", columns=heads, rows=rows, notes=[PACT],
        lead="Each entry is classed by the weakest of the energies, hours and footprints that it rests on: measured, modelled from the run's own data, "
        "rated values, or proxies and defaults.",
    )  # fmt: skip


def _primary(held: Primary | None) -> Cell:
    return Cell(text=n.DOES_NOT_APPLY, kind="none") if held is None else Cell(text=n.share(held.both, 1))


def _criteria(a: Assessment, made: Quality) -> Table:
    electricity, embodied = (made.parts.get(part) for part in PARTS[:2])

    def row(name: str, scores: tuple[float | None, ...], text: str) -> Row:
        cells = [Cell(text=_score(x)) if x is not None else Cell(text=n.DOES_NOT_APPLY, kind="none") for x in scores]
        return Row(cells=[Cell(text=name), *cells, Cell(text=text)])

    rows = [
        row(name, tuple(held[key] if held else None for held in (electricity, embodied, made.scores)), _told(a, made, key, asks))
        for key, (name, asks) in CRITERIA.items()
    ]  # fmt: skip
    means = tuple(
        sum(held[k] for k in REPRESENTATIVE) / 3 if held else None for held in (electricity, embodied, made.scores)
    )
    none = (None, None, None)
    rows += [
        row("Representativeness", means, "mean of the first three"),
        row("Consistency", none, _consistency(a)),
        row(
            "Reproducibility",
            none,
            "every figure follows from the inputs, factors and rules that section 8 names with their digests",
        ),
        row("Sources of the data", none, _sources(made)),
        row("Uncertainty", none, _width(a)),
    ]
    total = tuple(
        sum(held[k] for k in RATED) / len(RATED) if held else None for held in (electricity, embodied, made.scores)
    )
    last = row("Data quality rating", total, f"{made.grade}; mean of technology, geography, time and precision")
    classes = "; ".join(f"up to {limit:g} {name}" for limit, name in CLASSES)
    notes = [
        f"Scores are those of the pedigree matrix, 1 the best and 5 the worst, weighted by emissions; `lca factors SET` lists those of each set. They are this tool's judgement. Classes: {classes} (Recommendation (EU) 2021/2279)."
    ]
    if made.unscored:
        names = n.listed(sorted(a.resolved.factors[code].id for code in made.unscored)[:3])
        notes.append(
            f"{n.counted(len(made.unscored), 'factor')} that nobody scored count with {UNSCORED} for precision and completeness: {names}."
        )
    heads = [Column(label="Criterion", width=22), Column(label="Electricity", width=11, right=True), Column(label="Embodied", width=10, right=True),
             Column(label="Total", width=8, right=True), Column(label="What it rests on", width=49, gap=True)]  # fmt: skip
    return Table(
        title="Data quality by the criteria of ISO 14044", columns=heads, rows=[*rows, last.model_copy(update={"total": True})],
        notes=[x.replace("`", "") for x in notes], lead="Each part of an entry is as good as the weakest input that it rests on.",
    )  # fmt: skip


def _told(a: Assessment, made: Quality, key: str, asks: str) -> str:
    if key == made.weakest and made.causes:
        names = [f"{what} ({n.share(share, 1)} of the total)" for what, share in _by_input(made.causes)[:3]]
        return f"{asks}; set by {n.listed(names)}"
    if key == "completeness":
        total = whole(a, "total_co2e")
        return f"{asks}; {n.count(total.rows - total.missing)} of {n.counted(total.rows, 'entry', 'entries')} in full"
    return asks


def _consistency(a: Assessment) -> str:
    rules = [r for r in a.total("facility_energy")["rules"] if r.startswith(("it-energy", "facility-energy"))]
    return f"one profile, one set of rules and of factors for all entries; {n.counted(len(rules), 'rule')} give their energy"


def _sources(made: Quality) -> str:
    told = [f"{n.share(made.evidence[k], 1)} on evidence {k}" for k in EVIDENCES if made.evidence[k] > 0]
    rest = 1 - sum(made.evidence.values())
    if rest > 1e-9:
        told.append(f"{n.share(rest, 1)} on no factor of a set")
    return f"by the weakest factor of each entry, {n.listed(told)}; section 6 explains the letters"


def _width(a: Assessment) -> str:
    total = whole(a, "total_co2e")
    if total.low is None or total.high is None or not total.value:
        why = (
            "no input of the total has a known width"
            if a.profile.uncertainty.draws
            else "the profile asks for no draws"
        )
        return f"not determined: {why}"
    down, up = 1 - total.low / total.value, total.high / total.value - 1
    return f"the 95 % interval reaches from {n.percent(down)} below the total to {n.percent(up)} above it"
