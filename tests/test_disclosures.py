"""Disclosures and the checklist: every line answered, every reference whole, nothing claimed that no record carries."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from conftest import ROOT, assess, run, value, write

import lca
from lca import statements
from lca.disclosure import catalogue
from lca.disclosure.front import Content
from lca.quantities import BY_NAME
from lca.report import answers, html, view
from lca.report.disclosures import TOLD, Resolver
from lca.run import STAGES

ALL = (*catalogue.shipped(), catalogue.CHECKLIST)
each = pytest.mark.parametrize("name", ALL)


class Page(HTMLParser):
    """Identifiers, links to them, and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._quiet = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.ids += [held["id"]] if "id" in held else []
        self.links += [held["href"]] if "href" in held else []
        self._quiet += tag in ("style", "script")

    def handle_endtag(self, tag):
        self._quiet -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._quiet:
            self.words.append(data)


@pytest.fixture(scope="module")
def samples():
    return lca.assess(
        [str(ROOT / "samples" / "*.json")],
        profile=str(ROOT / "samples" / "profile.yaml"),
        disclosures=catalogue.shipped(),
    )


@pytest.fixture(scope="module")
def page(samples):
    made = html.render(samples)
    assert made.notes == []
    return Page(made.text)


def test_the_checklist_has_46_lines_in_their_order():
    assert [r.lines for r in catalogue.load(catalogue.CHECKLIST).requirements] == [[n] for n in range(1, 47)]


@each
def test_what_a_disclosure_names_exists(name):
    d = catalogue.load(name)
    assert len({r.ref for r in d.requirements} | {r.text for r in d.requirements}) > len(d.requirements)
    for r in d.requirements:
        for c in catalogue.contents(r):
            assert not c.told or c.told in TOLD
            assert not c.figure or c.figure in BY_NAME
            assert not c.unit or c.unit in answers.UNITS
            assert set(c.stages) <= set(STAGES)
        assert r.lacks == "" or r.who


def test_what_is_behind_a_content_is_asked_for():
    assert set(catalogue.BEHIND) <= set(TOLD)
    assert {p for paths in catalogue.BEHIND.values() for p in paths} <= set(statements.known())
    assert {"period.start", "exclusions"} <= set(catalogue.asked(catalogue.load("ghg-product")))


def test_every_content_is_asked_for_by_some_disclosure():
    assert {c.told for name in ALL for r in catalogue.load(name).requirements for c in r.content} - {""} == set(TOLD)


@each
def test_every_line_of_the_view_that_is_named_exists(name, samples):
    lines = {x["id"] for x in samples.view_data["lines"] if x["view"] == "ghg-protocol"}
    assert {c.view for r in catalogue.load(name).requirements for c in r.content} - {""} <= lines


def test_no_reference_is_broken_and_no_identifier_there_twice(page):
    assert [x for x in page.links if x.startswith("#") and x[1:] not in page.ids] == []
    assert [x for x in set(page.ids) if page.ids.count(x) > 1] == []
    assert {f"disclosure-{name}" for name in catalogue.shipped()} <= set(page.ids)


def test_nothing_is_called_reviewed_without_a_record(page):
    text = " ".join(" ".join(page.words).split())
    allowed = (
        "Not reviewed or verified by a third party", "nothing here is called", "Assurance by a third party", "Critical review, verification, assurance",
        "Specific, timely, verified data for scope 3",
    )  # fmt: skip
    for phrase in allowed:
        text = text.replace(phrase, "")
    told = re.findall(r".{40}\b(?:audited|verified|assured|certified|compliant|conforms)\b.{30}", text)
    sources = [x for x in told if "whether values were measured and verified" in x or "checks whether" in x]
    assert [x for x in told if x not in sources] == []


def test_a_line_without_data_says_why_and_who_can_supply_it():
    a = assess(run(devices=None, energy=None, duration="1 h", location=None))
    made = view.build(a).index
    rows = [row for row in made.checklist.rows if not row.head]
    assert sum(not row.continues for row in rows) == 46
    for row in rows:
        said = row.cells[2]
        assert said.text
        assert not re.search(r": 0(?:\u202f|$)", said.text), said.text
        if "not available" in said.text:
            assert said.kind == "missing"
            assert "Who can supply it: " in said.sub, said.text
    lacking = [row.cells[2].text for row in rows if row.cells[2].kind == "missing"]
    assert "Facility energy: training: not available" in lacking


def test_figures_are_those_of_the_assessment_in_the_unit_asked_for():
    a = assess(run("t"), run("i", stage="inference", location={"cloud": "aws", "region": "eu-west-3"}))
    resolver = Resolver(a, {})

    def answer(**c):
        [item] = resolver.items(Content(**c))
        return item

    energy = answer(figure="facility_energy", stages=["training"], unit="MWh", digits=2)
    assert energy.value == pytest.approx(value(a, "facility_energy", stage="training") / 1000)
    assert re.match(r"0\.048\u202fMWh \(0\.0\d+ to 0\.0\d+\)$", energy.text), energy.text
    own = answer(figure="facility_energy", role="owner", unit="kWh")
    assert own.value == pytest.approx(value(a, "facility_energy", run="t"))
    scope_2 = answer(view="scope-2-location", unit="t")
    assert scope_2.value == pytest.approx(value(a, "use_co2e_location", run="t") / 1000)
    [training, serving] = resolver.items(Content(figure="facility_energy", unit="MWh", each_system=True)) * 2
    assert training.label == serving.label == "Model A: facility energy"
    assert answer(figure="facility_energy", stages=["finetuning"]).state == answers.NONE


def test_a_model_is_disclosed_by_itself():
    a = assess(run("a", system="A"), run("b", system="B", duration="20 h"))
    labels = [
        x.label
        for x in Resolver(a, {}).items(
            Content(figure="facility_energy", stages=["training"], unit="MWh", each_system=True)
        )
    ]
    assert labels == ["B: facility energy: training", "A: facility energy: training"]


@pytest.mark.parametrize(
    ("start", "chosen", "state", "told"),
    [
        ("2027-01-01", [], "met", "the set of 2026 applies"), ("2025-01-01", [], "met", "the set of 2023 applies"),
        ("2026-01-01", [], "partly", "either set may be used"), ("2026-01-01", ["esrs-e1"], "met", "this report uses the set of 2026"),
        ("2026-01-01", ["esrs-e1", "esrs-e1-2023"], "partly", "either set may be used"),
    ],
)  # fmt: skip
def test_the_set_of_esrs_follows_from_the_day_on_which_the_year_begins(start, chosen, state, told):
    a = assess(
        run(), profile={"id": "p", "period": {"start": start, "end": f"{start[:4]}-12-31"}, "disclosures": chosen}
    )
    made = Resolver(a, {}).answer(catalogue.load("esrs-e1").requirements[0], True)
    assert made.state == state
    assert told in made.items[0].text


def test_a_role_that_is_assumed_is_told_in_the_disclosure():
    requirements = {r.ref: r for r in catalogue.load("esrs-e1").requirements}
    for profile, state in (({"id": "p"}, "partly"), ({"id": "p", "role": "owner"}, "met")):
        resolver = Resolver(assess(run(), profile=profile), {})
        for ref in ("E1-7 26", "30(a)ii"):
            made = resolver.answer(requirements[ref], True)
            assert made.state == state
            told = "the role is assumed for 1 of 1 entry: “role” in the profile states it"
            assert made.items[0].reason == ("" if state == "met" else told)


def test_indicators_of_a_data_centre_are_formed_from_what_is_stated():
    stated = {"site_energy": "5 GWh", "site_it_energy": "4 GWh", "site_water": "2 ML", "site_heat_reused": "0.5 GWh"}
    a = assess(run(), profile={"id": "p", "supplied": stated})
    made = {name: TOLD[name](a) for name in ("site_pue", "site_wue", "erf", "ref")}
    assert [x.text for x in made.values()] == ["1.25", "0.500\u202fL/kWh", "0.100", "not available"]
    assert made["ref"].reason == "the profile does not state supplied.site_renewable"


def test_cloud_computing_is_no_energy_of_own_operations():
    a = assess(
        run("c", location={"cloud": "aws", "region": "eu-west-3"}), profile={"id": "p", "disclosures": ["esrs-e1"]}
    )
    d = catalogue.load("esrs-e1")
    made = {r.ref: Resolver(a, {}).answer(r, True) for r in d.requirements}
    assert made["E1-7 26"].state == "does not apply"
    assert made["AR 24(g)"].items[0].value == pytest.approx(value(a, "total_co2e") / 1000)


def test_a_disclosure_of_ones_own_is_one_file(tmp_path):
    path = write(tmp_path / "mine.html.j2", (
        "---\nid: mine\nname: My <form>\nstandard: House rules\nedition: '1'\nparts:\n  - title: All\n    requirements:\n"
        "      - {ref: '1', text: Energy, content: [{figure: facility_energy, unit: MWh}]}\n"
        "      - {ref: '2', text: Hall, lacks: nobody knows, who: janitor}\n---\n"
        "<p>{{ d.name }}: {{ d.summary }}</p>\n"
    ))  # fmt: skip
    made = html.render(assess(run(), profile={"id": "p", "disclosures": [str(path)]}))
    assert made.notes == []
    assert "<p>My &lt;form&gt;: Of 2 requirements: 1 met, 0 in part and 1 not met.</p>" in made.text


def test_the_data_hold_what_the_report_says():
    a = assess(run(), profile={"id": "p", "disclosures": ["eu-ai-act", "nope"], "conformity": {"eu-ai-act": "partly"}})
    first, second = a.as_dict()["disclosures"]
    assert (first["id"], first["claim"], len(first["requirements"])) == ("eu-ai-act", "partly", 12)
    energy = next(r for r in first["requirements"] if r["text"] == "Known or estimated energy consumption of the model")
    assert energy["state"] == "met"
    assert energy["answers"][0]["value"] == pytest.approx(value(a, "facility_energy") / 1000)
    assert energy["answers"][0]["unit"] == "MWh"
    lacking = [x for r in first["requirements"] for x in r["answers"] if x["state"] == "not available"]
    assert all(x["reason"] and x["who"] for x in lacking)
    assert second == {"id": "nope", "error": second["error"]}
    assert "disclosures" not in assess(run()).as_dict()


FRONT = "---\nid: mine\nname: M\nstandard: S\nedition: '1'\nparts: [{title: A, requirements: [{ref: '1', text: t, lines: [1]}]}]\n---\n"
BROKEN = {
    "an undefined name": (FRONT + "{{ d.nothing }}", "disclosure mine: its template fails: 'lca.report.disclosures.Body object' has no attribute 'nothing'. Correct the template."),
    "a fault of syntax": (FRONT + "{% if %}", "disclosure mine, line 1 of the template: its template fails: Expected an expression, got 'end of statement block'. Correct the template."),
    "reaching out": (FRONT + "{{ d.__class__.__mro__ }}", "disclosure mine: its template fails: access to attribute '__class__' of 'Body' object is unsafe.. Correct the template."),
    "a division by 0": (FRONT + "{{ 1 / 0 }}", "disclosure mine: its template fails: division by zero. Correct the template."),
    "no front matter": ("<p>", "mine.html.j2: its front matter cannot be read: it does not begin with a line of three dashes. Correct it."),
    "an open front matter": ("---\nid: x\n", "mine.html.j2: its front matter cannot be read: the front matter is not closed by a line of three dashes. Correct it."),
    "an unknown statement": (FRONT.replace("lines: [1]", "content: [{statement: study.comissioner}]"), "mine.html.j2: 1: a profile has no such statement (found study.comissioner). The nearest is study.commissioner."),
    "an unknown line": (FRONT.replace("lines: [1]", "lines: [47]"), "mine.html.j2: 1: the checklist has no such line (found 47). Its lines are 1 to 46."),
    "two contents in one": (FRONT.replace("lines: [1]", "content: [{told: gwp, view: x}]"), "mine.html.j2: parts[0].requirements[0].content[0]: exactly one of figure, view, statement and told belongs here. Correct the value."),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_disclosure_that_fails_costs_itself_alone(case, tmp_path, cli):
    text, told = BROKEN[case]
    path = write(tmp_path / "mine.html.j2", text)
    runs = write(tmp_path / "runs.json", run())
    done = cli("report", runs, "-o", tmp_path / "out", "--format", "html", "--disclosure", f"{path},sci-ai")
    assert done.code == 1
    assert done.err == f"lca: {told}\n"
    made = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "This disclosure could not be written" in made
    assert 'id="disclosure-sci-ai"' in made


def test_an_unknown_disclosure_costs_itself_alone(tmp_path, cli):
    runs = write(tmp_path / "runs.json", run())
    done = cli("report", runs, "-o", tmp_path / "out", "--format", "html", "--disclosure", "eu-ai-akt")
    assert done.code == 1
    assert done.err == (
        f"lca: disclosure eu-ai-akt: no such disclosure. The nearest is eu-ai-act; use one of {', '.join(catalogue.shipped())}, or the path of a template of your own.\n"
    )


def test_disclosures_are_listed_with_what_is_missing(tmp_path, cli):
    listed = cli("disclosures")
    assert listed.code == 0
    assert [line.split("\t")[0] for line in listed.out.splitlines()[1:]] == catalogue.shipped()
    one = cli("disclosures", "--disclosure", "sci-ai")
    assert (
        "study.functional_unit_basis\tWhether the functional unit counts gross or effective amounts\tcompliance team"
        in one.out
    )
    runs = write(tmp_path / "runs.json", run())
    answered = cli("disclosures", runs, "--disclosure", "eu-ai-act").out
    assert (
        "eu-ai-act\t2(e)\tKnown or estimated energy consumption of the model\tmet\tModel A: energy of training: 0.0480\u202fMWh"
        in answered
    )
