"""Section 7: the checklist of report contents, the disclosures asked for, and the index of all standards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field

from lca.disclosure import catalogue
from lca.disclosure.front import Content, Disclosure, Requirement
from lca.errors import LcaError
from lca.language import again, said, say
from lca.report import answers
from lca.report import numbers as n
from lca.report.answers import GIVEN, MISSING, NONE, PARTLY, Item
from lca.report.parts import Cell, Column, Kind, Row, Table, View, anchor
from lca.report.told_results import TOLD as RESULTS
from lca.report.told_sources import TOLD as SOURCES
from lca.report.told_study import ALWAYS, DISCLAIMER
from lca.report.told_study import TOLD as STUDY
from lca.report.told_training import TOLD as TRAINING
from lca.report.words import clean, small

if TYPE_CHECKING:
    from lca.assessment import Assessment


def _always(label: str, text: str, place: str) -> Callable[[Assessment], Item]:
    return lambda _: answers.given(label, text, place)


TOLD: Mapping[str, Callable[[Assessment], Item]] = {
    **STUDY,
    **SOURCES,
    **RESULTS,
    **TRAINING,
    **{name: _always(*said) for name, said in ALWAYS.items()},
}
#: state of a requirement -> as the content index calls it
MET, PARTLY_MET, NOT_MET, NOT_CLAIMED = said("met"), said("partly"), said("not met"), said("not claimed")
KINDS: dict[str, Kind] = {MET: "", PARTLY_MET: "warn", NOT_MET: "missing", NOT_CLAIMED: "muted", NONE: "none"}
LEVELS = {"required": "", "conditional": said("where it applies"), "optional": said("optional")}


class Answered(NamedTuple):
    """A requirement and what the report has to say to it."""

    requirement: Requirement
    items: list[Item]
    state: str


class Body(View):
    """A disclosure as its template prints it."""

    id: str = Field(description="Identifier")
    anchor: str = Field(description="Name by which the index leads here")
    name: str = Field(description="What a reader calls it")
    standard: str = Field(description="Standard and edition")
    claim: str = Field(description="What the profile claims of it")
    lead: str = Field(description="What it is, and for whom")
    summary: str = Field(description="How many of its requirements are met, partly met and not met")
    tables: list[Table] = Field(description="Requirements with their answers, part by part")
    notes: list[str] = Field(description="What a reader must know beside the figures")
    lacking: Table | None = Field(description="What is still missing, and who can supply it; None where nothing is")
    error: str = Field(default="", description="Why the template could not be used; empty where it could")


class Index(View):
    """Section 7."""

    checklist: Table = Field(description="Report contents, line by line")
    bodies: list[Body] = Field(description="Disclosures asked for")
    standards: Table = Field(description="Each standard with how many of its requirements are met")
    requirements: Table = Field(description="Each requirement of each standard, with its state and place")
    disclaimer: str = Field(description="Limits of comparison")


class Resolver:
    """Answers of one assessment. Each content is resolved once, whoever asks for it; `places` are the anchors that there are."""

    def __init__(self, a: Assessment, places: Mapping[str, str]) -> None:
        self.a, self.places = a, places
        self._held: dict[str, list[Item]] = {}

    def items(self, c: Content) -> list[Item]:
        """What the report has to say to one content."""
        key = c.model_dump_json()
        if key not in self._held:
            self._held[key] = answers.each_system(self.a, c) if c.each_system else [self._item(c)]
        return self._held[key]

    def _item(self, c: Content) -> Item:
        if c.figure:
            return answers.figure(self.a, c)
        if c.view:
            return answers.view(self.a, c)
        if c.statement:
            return answers.statement(self.a, c)
        if c.told not in TOLD:
            return answers.missing(
                say(c.label or c.told),
                say("no content of this name; there are {names}", names=n.listed(sorted(TOLD))),
                say("author of the template"),
            )
        made = TOLD[c.told](self.a)
        return made._replace(label=say(c.label)) if c.label else made

    def answer(self, r: Requirement, claimed: bool) -> Answered:
        """One requirement."""
        held = [(item, c.optional) for c in catalogue.contents(r) for item in self.items(c)]
        state = answers.state([x for x, _ in held], [o for _, o in held]) if held else MISSING
        items = [x for x, optional in held if not (optional and x.state in (MISSING, NONE))]
        if r.lacks:
            items.append(answers.missing(say("Beyond this report"), say(r.lacks), say(r.who)))
            state = PARTLY if state in (GIVEN, PARTLY) else MISSING
        return Answered(r, items, _judged(state, r, claimed))

    def place(self, item: Item) -> tuple[str, str]:
        """Anchor and name of the place in which an item stands; empty where it stands nowhere else."""
        if not item.place:
            return "", ""
        at = item.place if item.place.startswith("section-") else anchor(item.place)
        at = at.removeprefix("section-")
        return (at, self.places[at]) if at in self.places else ("", "")


def _judged(state: str, r: Requirement, claimed: bool) -> str:
    if state == NONE:
        return NONE
    if state == MISSING:
        return NOT_MET if claimed and r.level == "required" else NOT_CLAIMED
    return MET if state == GIVEN else PARTLY_MET


def build(a: Assessment, places: Mapping[str, str]) -> Index:
    """The checklist, the disclosures of the profile and the index. `places`: anchor of each table and section, and its name."""
    resolver = Resolver(a, places)
    checklist = catalogue.load(catalogue.CHECKLIST)
    bodies: list[Body] = []
    chosen: list[Disclosure] = []
    for name in dict.fromkeys(a.profile.disclosures):
        try:
            chosen.append(catalogue.load(name))
            bodies.append(_body(a, chosen[-1], resolver))
        except LcaError as error:
            bodies.append(_broken(name, str(error)))
    own = [d for d in chosen if d.id not in catalogue.shipped()]
    known = [*(catalogue.load(name) for name in catalogue.shipped()), *own]
    standards, requirements = _index(a, known, {d.id for d in chosen}, resolver)
    rows = [
        x
        for part in checklist.parts
        for x in _rows(say(part.title), [resolver.answer(r, True) for r in part.requirements], resolver)
    ]
    lines = Table(
        title=said("Report contents, line by line"), lead=say(checklist.lead), rows=rows,
        columns=[Column(label=say("Line"), width=6), Column(label=say("Content"), width=28), Column(label=say("In this report"), width=46), Column(label=say("Where"), width=20)],
    )  # fmt: skip
    return Index(checklist=lines, bodies=bodies, standards=standards, requirements=requirements, disclaimer=DISCLAIMER)


def _broken(name: str, why: str) -> Body:
    return Body(id=clean(name, 60), anchor=anchor(f"disclosure {clean(name, 60)}"), name=clean(name, 60), standard="", claim="", lead="", summary="",
                tables=[], notes=[], lacking=None, error=clean(why, 600))  # fmt: skip


def _body(a: Assessment, d: Disclosure, resolver: Resolver) -> Body:
    parts = [(part, [resolver.answer(r, True) for r in part.requirements]) for part in d.parts]
    held = [x for _, made in parts for x in made]
    columns = [
        Column(label=say("Clause"), width=21),
        Column(label=say("What it asks for"), width=23),
        Column(label=say("In this report"), width=40),
        Column(label=say("Where"), width=16),
    ]
    tables = [
        Table(title=said(part.title), prefix=d.id, lead=say(part.lead), rows=_rows("", made, resolver), columns=columns)
        for part, made in parts
    ]
    return Body(
        id=d.id, anchor=f"disclosure-{d.id}", name=say(d.name), standard=f"{say(d.standard)}, {d.edition}" if d.edition not in d.standard else say(d.standard),
        claim=_claim(a, d.id), lead=say(d.lead), summary=_summary(held), tables=tables, notes=[*map(say, d.notes), *_confirm(d)], lacking=_lacking(d.id, held),
    )  # fmt: skip


def _claim(a: Assessment, name: str) -> str:
    claim = a.profile.conformity.get(name, "")
    told = (
        say("The organisation states of its conformity: {claim}.", claim=say(claim))
        if claim
        else say("The organisation claims no conformity.")
    )
    return say(
        "{told} What follows was filled in from the assessment and the profile; it is no statement of conformity.",
        told=told,
    )


def _confirm(d: Disclosure) -> list[str]:
    open_ = [r.ref for r in d.requirements if r.evidence != "V"]
    if not open_:
        return []
    return [
        say(
            "{open} of {clauses} of this template follow secondary sources: confirm them in an official copy before they are cited.",
            open=n.count(len(open_)),
            clauses=n.counted(len(d.requirements), "clause"),
        )
    ]


def _summary(held: list[Answered]) -> str:
    count = {s: sum(x.state == s for x in held) for s in (MET, PARTLY_MET, NOT_MET, NOT_CLAIMED, NONE)}
    told = [
        say("{count} met", count=n.count(count[MET])),
        say("{count} in part", count=n.count(count[PARTLY_MET])),
        say("{count} not met", count=n.count(count[NOT_MET])),
    ]
    told += (
        [say("{count} optional or conditional and not given", count=n.count(count[NOT_CLAIMED]))]
        if count[NOT_CLAIMED]
        else []
    )
    told += [say("{count} do not apply", count=n.count(count[NONE]))] if count[NONE] else []
    return say("Of {requirements}: {names}.", requirements=n.counted(len(held), "requirement"), names=n.listed(told))


def _rows(title: str, made: list[Answered], resolver: Resolver) -> list[Row]:
    rows = [Row(head=True, cells=[Cell(text=title)])] if title else []
    for x in made:
        for position, item in enumerate(_together(x.items)):
            at, name = resolver.place(item)
            first = (
                [Cell(text=x.requirement.ref), Cell(text=say(x.requirement.text), sub=LEVELS[x.requirement.level])]
                if not position
                else [Cell(text=""), Cell(text="")]
            )
            rows.append(
                Row(
                    cells=[
                        *first,
                        _said(item),
                        Cell(text=name or n.DOES_NOT_APPLY, href=at, page=bool(at), kind="" if at else "none"),
                    ],
                    continues=position > 0,
                )
            )
    return rows


def _together(items: list[Item]) -> list[Item]:
    """Items with all statements that one and the same should make in one."""
    made: list[Item] = []
    asked: dict[str, list[Item]] = {}
    for item in items:
        held = asked.setdefault(item.who, []) if item.asks else []
        held.append(item)
        if len(held) == 1:
            made.append(item)
    for who, held in asked.items():
        if len(held) > 1:
            paths = n.listed(x.asks for x in held)
            label = "; ".join(small(again(x.label)) if position else again(x.label) for position, x in enumerate(held))
            made[made.index(held[0])] = answers.missing(
                label, say("the profile does not state {paths}", paths=paths), who
            )
    return made


def _said(item: Item) -> Cell:
    why = again(item.reason) if item.state != GIVEN else ""
    who = say("{why}. Who can supply it: {who}", why=why, who=again(item.who)) if why and item.who else why
    kind: Kind = "missing" if item.state == MISSING else "none" if item.state == NONE else ""
    return Cell(text=clean(f"{again(item.label)}: {again(item.text)}", 700), sub=clean(who, 400), kind=kind)


def _lacking(name: str, held: list[Answered]) -> Table | None:
    lines: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for x in held:
        for item in x.items:
            if item.state in (MISSING, PARTLY):
                lines.setdefault((item.label, item.reason), (item.who, []))[1].append(x.requirement.ref)
    if not lines:
        return None
    rows = [
        Row(cells=[Cell(text=clean(again(label), 160)), Cell(text=clean(again(reason), 240)), Cell(text=who), Cell(text=clean(n.listed(dict.fromkeys(refs)), 120), kind="muted")])
        for (label, reason), (who, refs) in lines.items()
    ]  # fmt: skip
    return Table(title=said("What is still missing"), prefix=name, rows=rows, dense=True,
                 columns=[Column(label=say("What"), width=28), Column(label=say("Because"), width=34), Column(label=say("Who can supply it"), width=18), Column(label=say("Clause"), width=20)])  # fmt: skip


def _index(a: Assessment, known: list[Disclosure], chosen: set[str], resolver: Resolver) -> tuple[Table, Table]:
    """All standards in one table, and all their requirements in another."""
    short: list[Row] = []
    rows: list[Row] = []
    for d in known:
        claim = a.profile.conformity.get(d.id, "")
        held = [resolver.answer(r, claim in ("claimed", "partly") or d.id in chosen) for r in d.requirements]
        count = [sum(x.state == s for x in held) for s in (MET, PARTLY_MET, NOT_MET, NOT_CLAIMED)]
        name = Cell(
            text=say(d.name), sub=f"{say(d.standard)}, {d.edition}", href=f"disclosure-{d.id}" if d.id in chosen else ""
        )
        short.append(
            Row(
                cells=[
                    name,
                    Cell(text=say(claim) if claim else NOT_CLAIMED, kind="" if claim else "muted"),
                    *(Cell(text=n.count(x)) for x in count),
                ]
            )
        )
        rows.append(Row(head=True, cells=[Cell(text=f"{say(d.name)}: {d.edition}")]))
        rows += [_line(x, resolver) for x in held]
    standards = Table(
        title=said("Standards"), rows=short,
        lead=say("What this report would give each standard. “Claimed” is what the profile says; a requirement that is met is no conformity, which only the organisation can claim and a reviewer confirm."),
        columns=[Column(label=say("Standard"), width=46), Column(label=say("Claim"), width=14), *(Column(label=x, width=10, right=True) for x in (say("Met"), say("Partly"), say("Not met"), say("Not claimed")))],
    )  # fmt: skip
    requirements = Table(
        title=said("Index of requirements"), rows=rows, dense=True,
        lead=say("Every requirement of every standard, by clause. “Not claimed” is what nobody says to follow, or what is optional, and has no data."),
        columns=[Column(label=say("Clause"), width=26), Column(label=say("What it asks for"), width=36), Column(label=say("State"), width=12), Column(label=say("Where"), width=26)],
    )  # fmt: skip
    return standards, requirements


def _line(x: Answered, resolver: Resolver) -> Row:
    at, name = next((p for p in map(resolver.place, x.items) if p[0]), ("", ""))
    where = Cell(text=name, href=at, page=True) if at else Cell(text=n.DOES_NOT_APPLY, kind="none")
    state = Cell(text=x.state, kind=KINDS[x.state])
    return Row(cells=[Cell(text=x.requirement.ref), Cell(text=say(x.requirement.text)), state, where])


def as_data(a: Assessment) -> list[dict[str, Any]]:
    """The disclosures of the profile as data: each requirement with its state and answers, figures with value and unit."""
    resolver = Resolver(a, {})
    made: list[dict[str, Any]] = []
    for name in dict.fromkeys(a.profile.disclosures):
        try:
            d = catalogue.load(name)
        except LcaError as error:
            made.append({"id": name, "error": str(error)})
            continue
        held = [resolver.answer(r, True) for r in d.requirements]
        made.append({
            "id": d.id, "name": d.name, "standard": d.standard, "edition": d.edition, "claim": a.profile.conformity.get(d.id, NOT_CLAIMED),
            "requirements": [
                {"ref": x.requirement.ref, "text": x.requirement.text, "level": x.requirement.level, "state": x.state, "answers": [_answer(i) for i in x.items]}
                for x in held
            ],
        })  # fmt: skip
    return made


def _answer(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {"label": item.label, "state": item.state, "text": item.text}
    if item.value is not None:
        made |= {"value": item.value, "low": item.low, "high": item.high, "unit": item.unit}
    return made | {k: v for k, v in (("reason", item.reason), ("who", item.who)) if v}
