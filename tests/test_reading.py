"""What a reader of the report is told: period, headline of each view, what an interval covers, why something is missing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import NOW, ROOT, assess, run

import lca
from lca.engine.trace import NOT_DETERMINED
from lca.language import joined, said
from lca.report import (
    alternatives,
    answer,
    compute,
    covers,
    gaps,
    headline,
    method,
    numbers,
    period,
    uncertainty,
    views,
)
from lca.report.view import build

H100 = {"device": "NVIDIA H100 80GB HBM3", "count": 10, "date": "2023-02-01"}
METERED = [{"value": "10 kWh", "boundary": "node", "method": "counter"}]


def flat(text: str) -> str:
    return text.replace(numbers.THIN, " ")


@pytest.fixture(scope="module")
def scenarios() -> Any:
    return lca.assess(str(ROOT / "samples" / "scenarios" / "*.json"), now=NOW)


@pytest.fixture(scope="module")
def samples() -> Any:
    return lca.assess(str(ROOT / "samples" / "*.json"), now=NOW)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"start": "2023-05-01T00:00:00+10:00", "duration": "10 h"}, "1 May 2023"),  # 30 April in UTC
        ({"start": "2023-05-01T23:00:00-08:00", "duration": "30 min"}, "1 May 2023"),  # 2 May in UTC
        ({"start": "2023-05-01T00:00:00+02:00", "duration": "720 h"}, "1 May 2023 to 30 May 2023"),  # ends at midnight
        ({"start": None, "end": "2023-05-02T10:00:00Z", "duration": "24 h"}, "1 May 2023 to 2 May 2023"),
        ({"start": "2023-05-01T10:00:00Z", "duration": None}, "1 May 2023"),
        ({"start": None, "duration": "5 h"}, "no dates stated"),
    ],
)
def test_the_period_is_that_of_the_local_dates(fields, told):
    assert period.told(assess(run(**fields))) == told


def test_energy_without_a_date_is_told_beside_the_period():
    a = assess(run("a", energy=METERED), run("b", energy=[METERED[0] | {"value": "30 kWh"}], start=None))
    assert period.told(a) == "dated runs: 1 May 2023"
    assert flat(period.undated(a)) == "75 % of the energy has no date"
    assert "dated runs: 1 May 2023; 75 % of the energy has no date" in flat(" ".join(build(a).subtitle))
    assert period.undated(assess(run())) == ""
    assert period.undated(assess(run(start=None))) == ""  # "no dates stated" says it
    whole = {"id": "p", "period": {"start": "2023-01-01", "end": "2023-12-31"}, "undated": "include"}
    assert flat(period.undated(assess(run(start=None), profile=whole))) == "100 % of the energy has no date"


def test_runs_without_a_date_and_without_energy_are_counted():
    a = assess(run("dated"), run("bare", start=None, duration=None, devices=None, work={"requests": 5}, energy=None))
    assert flat(period.undated(a)) == "1 of 2 runs has no date"


def test_a_sum_of_alternatives_is_no_headline(scenarios):
    made = answer.build(scenarios)
    assert (flat(made.figure), made.unit, made.interval) == ("20.8 to 521", "kg CO₂e", "")
    assert made.label == "lowest to highest of 5 alternatives"
    assert made.parts is None
    assert flat(made.sentence) == (
        "Only one of the 5 can come true: Scenario: renewable-powered is the lowest, Scenario: standard GPUs the highest. "
        "Their sum, 1.28 t CO₂e, is no total."
    )
    assert flat(made.keys[0].value) == "300 to 1 000 kWh"
    seen = build(scenarios)
    assert seen.caution.startswith("Sums in this report add 5 alternatives, of which only one can come true.")
    rows = [r for block in seen.results for r in block.table.rows if r.total and r.cells[0].text.startswith("Total")]
    assert {r.cells[0].text for r in rows} <= {
        "Total of the life-cycle view, location-based", "Total of the life-cycle view, market-based",
        "Total, life cycle, location-based", "Total, life cycle, market-based",
    }  # fmt: skip
    assert [
        c.title
        for b in seen.results
        for c in b.charts
        if "of the life-cycle total" in c.title or "emits most" in c.title or "adds" in c.title
    ] == ["Of these systems, some of them alternatives, Scenario: standard GPUs emits most"]


def test_other_runs_stand_beside_the_alternatives():
    claim = {"text": "half", "by": "us", "saving_against": "a"}
    runs = [run(n, energy=[METERED[0] | {"value": f"{kwh} kWh"}], claim=claim if n == "b" else None)
            for n, kwh in (("a", 100), ("b", 50), ("c", 7))]  # fmt: skip
    a = assess(*runs)
    made = alternatives.found(a)
    assert made is not None
    assert (made.sets, made.others) == ([[0, 1]], 1)
    assert made.label == "lowest to highest of 2 alternatives, with 1 other run"
    span = alternatives.span(a, made, "facility_energy")
    assert span is not None
    assert (span.low, span.high) == pytest.approx((57 * 1.2, 107 * 1.2))
    assert alternatives.found(assess(run())) is None


def test_the_interval_says_what_it_covers(samples):
    told = flat(covers.told(samples))
    assert re.match(r"The 95 % interval covers the .+ and \d+ more kinds of input\.", told)
    lopsided = {"value": 10, "low": 9, "high": 40, "unit": "kWh", "distribution": "pert"}
    a = assess(
        run(
            energy=[METERED[0] | {"value": lopsided}],
            devices=None,
            electricity={"factor": "100 gCO2e/kWh"},
            facility={"pue": 1.2},
        )
    )
    assert flat(covers.told(a)).endswith(
        "The figure is computed from the values as they stand; the median of 1 000 draws is 1.66 kg CO₂e, since some intervals are lopsided."
    )
    bare = assess(run(energy=METERED, devices=None, electricity={"factor": "100 gCO2e/kWh"}, facility={"pue": 1.2}),
                  profile={"id": "p", "uncertainty": {"pedigree": "none"}})  # fmt: skip
    assert covers.told(bare) == "No interval is given: no input of the total has a known width."
    assert uncertainty.chart(bare) is None


def stated(*runs):
    """Where the inputs behind the interval of the total come from, those behind most of it first."""
    return [row.cells[1].text for row in uncertainty.tables(assess(*runs))[0].rows]


def test_an_input_that_was_scaled_is_not_called_stated_in_the_interval_either():
    record = METERED[0] | {"value": {"value": 10, "low": 8, "high": 12, "unit": "kWh"}, "coverage": 0.5}
    told = next(x for x in stated(run(energy=[record], devices=None)) if x.startswith("run r"))
    assert told.startswith("run r: from energy[0] of the run, ")
    assert told.endswith(", divided by its coverage, 0.5")
    node = {
        "model": "H100",
        "count": 1,
        "power": {"value": 500, "low": 400, "high": 650, "unit": "W"},
        "power_boundary": "node",
    }
    assert "stated by run r" in stated(run(devices=[node]))


def test_scopes_lead_where_the_profile_asks_for_them(samples):
    a = lca.assess(str(ROOT / "samples" / "*.json"), profile="ghg-protocol", now=NOW)
    made = answer.build(a)
    total = next(x for x in a.view_data["lines"] if x["id"] == "total-location")
    assert (made.figure, made.unit) == numbers.amount(total["value"], "kgCO2e")
    assert [k.label for k in made.keys] == ["scope 1", "scope 2, location-based", "scope 2, market-based", "scope 3"]
    assert made.keys[0].value == "not available"
    assert made.sentence.endswith(
        "Not available, and not in the sum: scope 1 and categories 2, 4, 5 and 12 of scope 3."
    )
    assert [f.term for f in made.facts][:2] == ["Life-cycle total", "Role"]
    assert build(a).subtitle[0].startswith("Greenhouse-gas inventory by scope, GHG Protocol")


def test_the_score_leads_where_the_profile_asks_for_it():
    work = {"requests": 1e6}
    a = assess(run("a", stage="inference", work=work), profile="sci")
    made = answer.build(a)
    score = next(x for x in a.view_data["lines"] if x["id"] == "consumer.score.request")
    assert made.figure == numbers.amount(score["value"], "kgCO2e").text
    assert made.unit.endswith("CO₂e per request")
    assert made.label == "Software Carbon Intensity of Model A, consumer, with R = 1.00 × 10⁶ requests"
    assert [f.term for f in made.facts][:2] == ["O + M", "Life-cycle total"]
    none = answer.build(assess(run("a"), profile="sci"))
    assert (none.figure, none.unit) == ("not available", "")
    assert none.sentence.startswith("No score can be formed: each needs O and M of every entry")


@pytest.mark.parametrize("profile", ["default", "iso-14044", "ghg-protocol", "sci", "strict"])
def test_every_profile_has_a_first_page_whatever_the_runs_lack(profile):
    bare = {"schema": "lca-run/1", "id": "x", "system": "S", "stage": "inference"}
    assert build(assess(bare, profile=profile)).answer.figure == "not available"


def test_the_bridge_has_a_heading_over_each_part(samples):
    rows = views.bridge(samples).rows
    heads = [i for i, r in enumerate(rows) if r.head]
    assert [rows[i].cells[0].text for i in heads] == [b["label"] for b in samples.view_data["bridges"]]
    for i in heads:  # each part begins with the figure that it starts from
        assert rows[i + 1].total


@pytest.mark.parametrize(
    ("value", "text"), [(-0.0005, "−0.0005"), (0.0005, "+0.0005"), (-1e-9, "> −0.001"), (1e-9, "< 0.001"), (-0.25, "−0.250"), (12.0, "+12.0")]
)  # fmt: skip
def test_small_changes_are_told_with_their_sign(value, text):
    assert flat(numbers.signed(value, numbers.Scale("t", 1.0))) == text


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["scope 3, category 2"], "category 2 of scope 3"),
        (["scope 3, category 2", "scope 3, category 3"], "categories 2 and 3 of scope 3"),
        (["scope 1", "scope 3, category 2"], "scope 1 and category 2 of scope 3"),
    ],
)
def test_categories_are_named_in_one_phrase(names, told):
    assert views.places(names) == told


def test_categories_that_are_missing_agree_with_their_verb(scenarios):
    told = [c.sub for r in views.scopes(scenarios).rows for c in r.cells[:1] if c.sub.startswith("without")]
    assert told == [
        *["without categories 2 and 3 of scope 3, which are not available"] * 2,
        *["without scope 1 and categories 2, 3, 4, 5 and 12 of scope 3, which are not available"] * 2,
    ]


def test_of_several_reasons_the_most_frequent_is_told_and_the_others_counted():
    bare = {"devices": None, "energy": METERED}
    a = assess(
        run("a", devices=[{"model": "Nobody 1", "count": 1}], energy=METERED), run("b", **bare), run("c", **bare)
    )
    reasons = a.reasons("embodied_co2e")
    assert [count for _, count in reasons] == [2, 1]
    assert gaps.told(reasons) == "the run names no device (2 entries), and 1 more reason"
    assert gaps.told(reasons[:1]) == "the run names no device"
    assert gaps.told([]) == ""


def test_a_reason_names_what_a_reader_knows_and_each_cause_once():
    each = (("embodied_co2e", "no device"), ("end_of_life_co2e", "no device"), ("primary_energy_use", "x"))
    told = joined("; ", (said(NOT_DETERMINED, quantity=quantity, reason=reason) for quantity, reason in each))
    assert str(told).startswith(
        "embodied_co2e is not determined: no device; end_of_life_co2e is not determined: no device; "
    )
    assert gaps.clause(told) == (
        "“Hardware, embodied” and “Hardware, end of life” are not determined: no device; primary energy use is not determined: x"
    )
    assert gaps.clause(told, 90).endswith("; and 1 more part")
    assert (
        gaps.plain("use_co2e_market_total is not determined")
        == "“Electricity, life cycle, market-based” is not determined"
    )
    assert gaps.plain("state work.tokens_trained of depreciation_press-2025 in a_b.json") == (
        "state work.tokens_trained of depreciation_press-2025 in a_b.json"
    )


def test_training_computation_is_written_one_way(samples):
    made = compute.table(samples)
    assert made is not None
    cells = [flat(c.text) for r in made.rows for c in r.cells[3:]]
    assert cells
    assert all(re.fullmatch(r"< 0\.001|[\d .]+", c) for c in cells), cells
    assert flat(made.rows[0].cells[0].text) == "Llama 3.1, 405 billion parameters"


def test_digits_and_waters_are_explained(samples):
    assert next(p.text for p in method.method(samples) if p.term == "Digits").startswith(
        "Text and charts show three significant digits."
    )
    notes = [x for block in build(samples).results for x in block.table.notes]
    assert any(
        x.startswith("Water: on site is what the data centre consumes") and "withdrawal is never mixed in" in x
        for x in notes
    )


def test_a_headline_span_scales_to_what_reads_well():
    assert headline._unit(headline.alt.Span(20.0, 500.0, "", ""), "kgCO2e").unit == "kg CO₂e"
    assert headline._unit(headline.alt.Span(0.0, 5e3, "", ""), "kgCO2e").unit == "t CO₂e"
    assert headline._unit(headline.alt.Span(1e-3, 5e3, "", ""), "kgCO2e").unit == "t CO₂e"
