"""Data quality: how much of each figure is measured, scores by the criteria of ISO 14044, and the grade on the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.engine.quality import CLASSES, EVIDENCES, PARTS, RATED, UNSCORED, Cause, Primary, Quality, primary
from lca.language import number, said, say
from lca.quantities import TIER_NAMES
from lca.report import numbers as n
from lca.report import uncertainty
from lca.report.parts import Cell, Column, Pair, Row, Table
from lca.report.sums import whole
from lca.report.words import capital, quantity, small

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: figures of which the shares are told
SHOWN = (
    "it_energy", "facility_energy", "use_co2e_location", "use_co2e_market", "use_co2e", "embodied_co2e", "end_of_life_co2e",
    "total_co2e", "total_co2e_market", "water",
)  # fmt: skip
#: indicator -> criterion of ISO 14044, 4.2.3.6.2, and what it asks
CRITERIA = {
    "temporal": (said("Time-related coverage"), said("whether factors are of the years of the runs")),
    "geographical": (said("Geographical coverage"), said("whether factors are of the places of the runs")),
    "technological": (
        said("Technology coverage"),
        said("whether factors are of the devices and facilities of the runs"),
    ),
    "reliability": (said("Precision"), said("whether values were measured and verified")),
    "completeness": (said("Completeness"), said("whether sources cover what they stand for")),
}
#: indicators that together say how representative the data are
REPRESENTATIVE = ("temporal", "geographical", "technological")
PACT = said(
    "Primary data as PACT counts them: emissions of which both the data of the activity and the emission factor are primary. Grid averages and published footprints are secondary data, and a footprint stated for a device counts as such since no share comes with it; what an instrument states of its own generation is primary. For energy there is no factor: metered energy is primary."
)


def fact(a: Assessment) -> Pair:
    """The grade, and why, for the first page."""
    made = a.quality
    if made is None:
        return Pair(term=say("Data quality"), text=say("Not determined: no part of the total is known."))
    told = [
        say(
            "{grade}: {score} on a scale from 1, the best, to 5.",
            grade=capital(say(made.grade)),
            score=_score(made.rating),
        )
    ]
    if made.scores[made.weakest] > 1:
        name, score = small(say(CRITERIA[made.weakest][0])), _score(made.scores[made.weakest])
        if made.causes:
            what, share = _by_input(made.causes)[0]
            told.append(say(
                "The weakest is {name}, {score}, set by the {what} in {share} of the total.", name=name, score=score, what=what, share=n.share(share, 1),
            ))  # fmt: skip
        else:
            told.append(say("The weakest is {name}, {score}.", name=name, score=score))
    held = primary(a, a.total("total_co2e"))
    if held is not None:
        told.append(say("{share} of the total rests on metered energy.", share=n.share(held.activity, 1)))
    return Pair(term=say("Data quality"), text=" ".join([*told, say("Section 3 gives every score.")]))


def _by_input(causes: list[Cause]) -> list[tuple[str, float]]:
    """What sets a score, whatever factor it is of, and in which share of the total; the largest first."""
    held: dict[str, float] = {}
    for c in causes:
        what = uncertainty.meaning_of(c.column)
        held[what] = held.get(what, 0.0) + c.share
    return sorted(held.items(), key=lambda item: -item[1])


def _score(x: float) -> str:
    return n.place(x, -1)


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
    heads = [Column(label=say("Figure"), width=34), *(Column(label=t.capitalize(), width=13, right=True) for t in TIER_NAMES),
             Column(label=say("Primary data"), width=14, right=True)]  # fmt: skip
    return Table(
        title=said("How much of each figure is measured"), columns=heads, rows=rows, notes=[PACT],
        lead=say("Each entry is classed by the weakest of the energies, hours and footprints that it rests on: measured, modelled from the run's own data, rated values, or proxies and defaults."),
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
        row(say("Representativeness"), means, say("mean of the first three")),
        row(say("Consistency"), none, _consistency(a)),
        row(
            say("Reproducibility"),
            none,
            say("every figure follows from the inputs, factors and rules that section 8 names with their digests"),
        ),
        row(say("Sources of the data"), none, _sources(made)),
        row(say("Uncertainty"), none, _width(a)),
    ]
    total = tuple(
        sum(held[k] for k in RATED) / len(RATED) if held else None for held in (electricity, embodied, made.scores)
    )
    last = row(
        say("Data quality rating"),
        total,
        say("{grade}; mean of technology, geography, time and precision", grade=made.grade),
    )
    classes = "; ".join(
        say("up to {limit} {name}", limit=say(number(f"{limit:g}")), name=say(name)) for limit, name in CLASSES
    )
    notes = [
        say(
            "Scores are those of the pedigree matrix, 1 the best and 5 the worst, weighted by emissions; `lca factors SET` lists those of each set. They are this tool's judgement. Classes: {classes} (Recommendation (EU) 2021/2279).",
            classes=classes,
        )
    ]
    if made.unscored:
        names = n.listed(sorted(a.resolved.factors[code].id for code in made.unscored)[:3])
        notes.append(
            say(
                "{factors} that nobody scored count with {score} for precision and completeness: {names}.",
                factors=n.counted(len(made.unscored), "factor"),
                score=UNSCORED,
                names=names,
            )
        )
    heads = [Column(label=say("Criterion"), width=22), Column(label=say("Electricity"), width=11, right=True), Column(label=say("Embodied"), width=10, right=True),
             Column(label=say("Total"), width=8, right=True), Column(label=say("What it rests on"), width=49, gap=True)]  # fmt: skip
    return Table(
        title=said("Data quality by the criteria of ISO 14044"), columns=heads, rows=[*rows, last.model_copy(update={"total": True})],
        notes=[x.replace("`", "") for x in notes], lead=say("Each part of an entry is as good as the weakest input that it rests on."),
    )  # fmt: skip


def _told(a: Assessment, made: Quality, key: str, asks: str) -> str:
    if key == made.weakest and made.causes:
        names = [
            say("{what} ({share} of the total)", what=what, share=n.share(share, 1))
            for what, share in _by_input(made.causes)[:3]
        ]
        return say("{asks}; set by {names}", asks=asks, names=n.listed(names))
    if key == "completeness":
        total = whole(a, "total_co2e")
        return say(
            "{asks}; {rows} of {entries} in full",
            asks=asks,
            rows=n.count(total.rows - total.missing),
            entries=n.counted(total.rows, "entry", "entries"),
        )
    return asks


def _consistency(a: Assessment) -> str:
    rules = [r for r in a.total("facility_energy")["rules"] if r.startswith(("it-energy", "facility-energy"))]
    return say(
        "one profile, one set of rules and of factors for all entries; {rules} give their energy",
        rules=n.counted(len(rules), "rule"),
    )


def _sources(made: Quality) -> str:
    told = [
        say("{share} on evidence {letter}", share=n.share(made.evidence[k], 1), letter=k)
        for k in EVIDENCES
        if made.evidence[k] > 0
    ]
    rest = 1 - sum(made.evidence.values())
    if rest > 1e-9:
        told.append(say("{share} on no factor of a set", share=n.share(rest, 1)))
    return say("by the weakest factor of each entry, {names}; section 6 explains the letters", names=n.listed(told))


def _width(a: Assessment) -> str:
    total = whole(a, "total_co2e")
    if total.low is None or total.high is None or not total.value:
        why = (
            say("no input of the total has a known width")
            if a.profile.uncertainty.draws
            else say("the profile asks for no draws")
        )
        return say("not determined: {why}", why=why)
    down, up = 1 - total.low / total.value, total.high / total.value - 1
    return say(
        "the 95 % interval reaches from {low} below the total to {high} above it",
        low=n.percent(down),
        high=n.percent(up),
    )
