"""Claims as claims: the five scenarios of an article are computed, looked at under other views, and set beside the evidence."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from conftest import NOW, ROOT, assess, factor_set, findings, run, value, write

import lca
from lca.catalogue import store
from lca.catalogue.levers import levers
from lca.claims import AS_CLAIMED, LIFE_CYCLE
from lca.errors import FactorError
from lca.report.claims import _savings
from lca.report.write import write as write_report

FOLDER = ROOT / "samples" / "scenarios"
#: energy in kWh and emissions in kg as the article gives them; "about 0" is 0, at the energy of the first row
ARTICLE = {"scenario-gpu": (1000, 500), "scenario-tpu": (700, 350), "scenario-pruned": (400, 200),
           "scenario-federated": (300, 150), "scenario-renewable": (1000, 0)}  # fmt: skip
DECLARED = {"a": {"energy": "100 kWh"}, "b": {"energy": "20 kWh"}}


@pytest.fixture(scope="module")
def made():
    return lca.assess(str(FOLDER / "*.json"), now=NOW)


@pytest.fixture(scope="module")
def html(made, tmp_path_factory):
    return write_report(made, tmp_path_factory.mktemp("scenarios"), ["html"]).files["html"].read_text("utf-8")


def examined(a, name):
    return next(t for t in a.claims.tested if t.run.id == name)


def of(t, view, quantity):
    return t.view(view).figures[quantity]["value"]


def claim(**fields):
    return {"text": "It saves", "by": "Somebody 2026", **fields}


def pair(**fields):
    """Two runs, of which the second is claimed to save against the first."""
    return (
        run("a", declared=DECLARED["a"]),
        run("b", declared=DECLARED["b"], claim=claim(saving_against="a", **fields)),
    )


@pytest.mark.parametrize("name", ARTICLE)
def test_the_engine_returns_what_the_article_says(made, name):
    energy, emitted = ARTICLE[name]
    assert value(made, "facility_energy", run=name) == pytest.approx(energy, rel=1e-6)
    assert value(made, "use_co2e_location", run=name) == pytest.approx(emitted, rel=1e-6, abs=1e-6)
    assert value(made, "use_co2e", run=name) == pytest.approx(emitted, rel=1e-6, abs=1e-6)
    assert of(examined(made, name), AS_CLAIMED, "use_co2e_location") == value(made, "use_co2e_location", run=name)


def test_nothing_declared_differs_and_nothing_is_an_error(made):
    assert {f.code for f in made.findings if f.severity == "error"} == set()
    assert findings(made, "declared-mismatch") == []
    assert len(findings(made, "alternatives-added")) == 4


@pytest.mark.parametrize("name", ARTICLE)
def test_life_cycle_is_the_energy_times_the_factor_of_the_world(made, name):
    factor = next(f for f in made.catalogue.factors if f.id == "owid-ember-WORLD-2025")
    t = examined(made, name)
    assert of(t, LIFE_CYCLE, "use_co2e") == pytest.approx(ARTICLE[name][0] * factor.value)
    assert factor.id in t.view(LIFE_CYCLE).figures["use_co2e"]["factors"]
    for quantity in (
        "facility_energy",
        "embodied_co2e",
        "end_of_life_co2e",
    ):  # a view of electricity changes nothing else
        assert of(t, LIFE_CYCLE, quantity) == of(t, AS_CLAIMED, quantity)


def test_hardware_is_on_top_where_a_device_is_assumed_and_missing_where_none_is(made):
    for name in ARTICLE:
        t = examined(made, name)
        parts = [of(t, LIFE_CYCLE, q) for q in ("use_co2e", "embodied_co2e", "end_of_life_co2e")]
        assert of(t, LIFE_CYCLE, "total_co2e") == pytest.approx(sum(p for p in parts if p is not None))
        assert (parts[1] is None) == (name == "scenario-federated")
    total = examined(made, "scenario-federated").view(LIFE_CYCLE).figures["total_co2e"]
    assert total["missing"] == 1
    assert examined(made, "scenario-federated").saved(LIFE_CYCLE, "total_co2e") is None
    # 1,031 GPU-hours at (164 + 5700 / 8) kg over 43,800 h
    assert of(examined(made, "scenario-gpu"), AS_CLAIMED, "embodied_co2e") == pytest.approx(
        1031 * (164 + 5700 / 8) / 43800
    )


def test_renewable_is_not_zero_over_its_life_cycle(made):
    t = examined(made, "scenario-renewable")
    hardware = of(t, LIFE_CYCLE, "embodied_co2e") + of(t, LIFE_CYCLE, "end_of_life_co2e")
    assert hardware > 1
    for technology, kilograms in (("wind_onshore", 11), ("solar_pv_utility", 48), ("hydropower", 24)):
        assert of(t, f"supply-{technology}", "use_co2e") == pytest.approx(kilograms)
        assert of(t, f"supply-{technology}", "total_co2e") == pytest.approx(kilograms + hardware)
    # what is bought could change the market-based figure alone, and without evidence does not change that either
    assert of(t, LIFE_CYCLE, "use_co2e") == of(examined(made, "scenario-gpu"), LIFE_CYCLE, "use_co2e")
    assert of(t, LIFE_CYCLE, "use_co2e_market") == of(t, LIFE_CYCLE, "use_co2e_location") > 0
    assert [f.code for f in made.findings if f.run == "scenario-renewable" and f.code.startswith("instrument")] == [
        "instrument-not-evidenced"
    ]
    assert of(t, LIFE_CYCLE, "total_co2e_market") >= hardware
    assert t.saved(LIFE_CYCLE, "use_co2e") == pytest.approx(0)


def test_savings_are_ratios_of_figures(made):
    t = examined(made, "scenario-tpu")
    base = examined(made, "scenario-gpu")
    for view, quantity in ((AS_CLAIMED, "use_co2e_location"), (LIFE_CYCLE, "total_co2e")):
        assert t.saved(view, quantity) == pytest.approx(1 - of(t, view, quantity) / of(base, view, quantity))
    assert t.saving == pytest.approx(0.3)
    assert base.saved(LIFE_CYCLE, "total_co2e") is None
    assert t.saved(LIFE_CYCLE, "total_co2e") < t.saving  # its hardware weighs more


def test_claims_beyond_the_evidence_are_found(made):
    told = {(f.run, f.message) for f in findings(made, "claim-outside-evidence")}
    assert told == {
        ("scenario-pruned", "a saving of 0.6 is claimed, lever-10-pruning found at most 0.37"),
        ("scenario-federated", "a saving of 0.7 is claimed, lever-27-federated-learning found at most 0"),
        (
            "scenario-federated",
            "a saving of 0.7 is claimed, lever-28-federated-learning-stragglers found at most −7.34",
        ),
        ("scenario-renewable", "a saving of 1 is claimed, lever-30-renewable-powered found at most 0.98"),
    }
    assert (
        findings(assess(*pair(levers=["lever-01-distillation-small-task-models"])), "claim-outside-evidence") == []
    )  # inference
    assert (
        findings(assess(*pair(levers=["lever-21-accelerator-generation-tpu"])), "claim-outside-evidence") == []
    )  # beside it


def test_the_report_shows_claim_assumptions_verdicts_and_sources(made, html):
    part = unescape(html[html.index('<section id="claims">') : html.index('<section id="basis">')])
    assert "this report endorses none" in part
    sources = unescape(html[html.index('<ol class="sources">') :])
    for t in made.claims.tested:
        for x in t.evidence:
            assert x.verdict.partition(";")[0] in part, x.id
            assert x.source["title"] in sources
        for text in t.run.claim.assumptions:
            assert text.partition("CO2")[0] in part
    assert 'href="#source-' in part
    anchors = set(re.findall(r'href="#(source-\d+)"', html))
    assert anchors <= set(re.findall(r'id="(source-\d+)"', html))
    assert "lowest to highest of 5 alternatives" in html


def test_runs_without_claims_show_none(tmp_path):
    a = assess(run("a"))
    assert a.claims.tested == []
    assert "claims" not in a.as_dict()
    page = write_report(a, tmp_path, ["html"]).files["html"].read_text("utf-8")
    assert 'id="claims"' not in page
    assert "endorses" not in page


def test_text_of_a_claim_is_never_markup(tmp_path):
    bad = "<script>alert(1)</script>\u202e"
    a = assess(run("a", claim=claim(text=bad, by=bad, assumptions=[bad])))
    page = write_report(a, tmp_path, ["html"]).files["html"].read_text("utf-8")
    assert page.count("<script") == 1  # our own
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"levers": ["lever-10-prunin"]}, "claim.levers[0]",
         "no factor set holds the finding 'lever-10-prunin'; the nearest is lever-10-pruning"),
        ({"supply": ["wind_offshor"]}, "claim.supply[0]",
         "no life-cycle factor is known for the technology 'wind_offshor'; the nearest is wind_offshore"),
        ({"saving_against": "zzz"}, "claim.saving_against", "among the other runs there is no 'zzz'"),
        ({"saving_against": "a"}, "claim.saving_against", "the claim compares run 'a' with itself; name the other run"),
    ],
)  # fmt: skip
def test_names_that_lead_nowhere_are_errors(fields, field, message, tmp_path):
    a = assess(run("a", claim=claim(**fields)))
    assert [(f.severity, f.run, f.field, f.message) for f in findings(a, "claim-not-testable")] == [
        ("error", "a", field, message)
    ]
    write_report(a, tmp_path, ["html"])  # the rest of the claim is still shown
    assert a.failed


def test_a_claim_against_its_own_run_or_against_nothing_is_no_saving():
    alone = examined(assess(run("a", claim={"text": "less", "by": "somebody", "saving_against": "a"})), "a")
    assert (alone.base, alone.saving, alone.saved(LIFE_CYCLE, "total_co2e")) == ((), None, None)
    none = [{"value": "0 kWh", "boundary": "facility", "method": "bill"}]
    base = run("b", energy=none, declared={"energy": "0 kWh"}, devices=None)
    made = assess(
        run("a", declared={"energy": "5 kWh"}, claim={"text": "less", "by": "x", "saving_against": "b"}), base
    )
    against = examined(made, "a")
    assert (against.saving, against.saved(LIFE_CYCLE, "use_co2e")) == (None, None)
    table = _savings([against])
    assert table is not None
    assert {c.text for c in table.rows[0].cells[1:]} == {"n/a"}
    assert table.notes == [
        "n/a: not determined, because one of the two runs lacks a part, or the one compared with has 0, of which there is no share."
    ]


def test_an_unknown_key_of_a_claim_is_refused():
    a = assess(run("b"), run("a", claim=claim(lever=["x"])))
    told = [f.message for f in findings(a, "invalid-run")]
    assert told == [
        "argument: run 2: claim.lever: unknown key (found lever). The nearest known key is levers; free data goes under ext."
    ]


def test_the_document_holds_the_claims_and_is_the_same_each_time(made):
    text = made.to_json()
    assert lca.assess(str(FOLDER / "*.json"), now=NOW).to_json() == text
    document = json.loads(text)["claims"]
    assert [c["run"] for c in document["tested"]] == list(ARTICLE)
    view = document["tested"][4]["views"][2]
    assert (view["view"], view["factor"]) == ("supply-wind_onshore", "ar5-lc-wind_onshore")
    assert {"code": "location-missing", "message": "the run names no place and no grid factor"} in document["assumed"]


def test_claims_survive_conversion(made):
    from lca.ingest.convert import as_json

    again = lca.assess(as_json(made.intake), now=NOW)
    assert [t.run.claim for t in again.claims.tested] == [t.run.claim for t in made.claims.tested]


def test_what_the_log_adds_is_marked_in_it():
    for record in json.loads((FOLDER / "energy-efficient-ai.json").read_text("utf-8"))["runs"]:
        assert record["ext"]["illustrative"]
        assert "energy.boundary" in record["ext"]["illustrative_fields"]
        assert ("devices.model" in record["ext"]["illustrative_fields"]) == ("devices" in record)
        assert record["claim"]["assumptions"]
        assert not {"location", "start", "facility"} & set(record)


def test_a_report_of_the_scenarios_has_pages(made, tmp_path):
    written = write_report(made, tmp_path, ["pdf"])
    assert written.files["pdf"].read_bytes().startswith(b"%PDF")


def test_every_finding_on_a_lever_has_a_verdict_and_a_source():
    held = levers(store.load().sets)
    assert len(held) >= 30
    for x in held.values():
        assert x.verdict
        assert x.source["title"]
        assert x.evidence in "ABC"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stance": "praise"}, "stance: unknown stance (found praise). Use for, mixed, against, context."),
        ({"low_saving_pct": "much"}, "low_saving_pct: not a saving in per cent (found much). Write a number up to 100."),
        ({"low_saving_pct": "60"}, "low_saving_pct: it is above high_saving_pct. Correct the range."),
        ({"source": "nobody"}, "source: no such key among the sources of datapackage.json (found nobody). Add the source with title, publisher, year and address."),
    ],
)  # fmt: skip
def test_a_broken_finding_of_the_user_is_named(tmp_path, change, message):
    row = {"id": "own-1", "lever": "Hope", "phase": "training", "effect": "None", "low_saving_pct": "0", "high_saving_pct": "50",
           "stance": "for", "verdict": "weak", "source": "own", "evidence": "C"} | change  # fmt: skip
    factor_set(tmp_path, [])
    write(tmp_path / "levers.csv", f"{','.join(row)}\n{','.join(row.values())}\n")
    with pytest.raises(FactorError) as caught:
        levers(store.load([tmp_path]).sets)
    assert str(caught.value) == f"{tmp_path / 'levers.csv'}: own-1: {message}"


def test_findings_on_levers_are_listed_and_shown(cli):
    done = cli("factors", "levers/published")
    assert done.code == 0
    assert "lever-27-federated-learning\tFederated learning\ttraining\t-9900 to 0 %\tagainst\tC" in done.out
    shown = cli("factors", "lever-10-pruning").out
    assert "against: a saving of 60 % in training is not supported" in shown


def test_the_terminal_says_that_a_sum_of_alternatives_is_no_total(cli, tmp_path):
    done = cli(
        "report",
        *map(str, sorted((ROOT / "samples" / "scenarios").glob("*.json"))),
        "-o",
        str(tmp_path),
        "--format",
        "json",
    )
    assert (
        "Sums in this report add 5 alternatives, of which only one can come true. Such a sum is no total: read the rows one by one."
        in done.out
    )
