"""Data quality: shares by what figures rest on, scores by the criteria of ISO 14044, the grade, and primary data."""

from __future__ import annotations

import math
import random

import pytest
from conftest import ROOT, assess, figure, run
from test_uncertainty import METERED, factors

import lca
from lca.catalogue.factor_set import INDICATORS
from lca.engine.quality import CLASSES, RATED, as_data, grade, primary
from lca.quantities import TIER_NAMES
from lca.report import quality as told

ELECTRICITY = METERED | {"location": {"country": "FR"}}


def shares(a, quantity, **by):
    return {k: round(v, 12) for k, v in figure(a, quantity, **by)["shares"].items() if v}


def contracted(id="c", /, share=1.0, **instrument):
    """100 kWh metered at the facility in Ireland, under one instrument."""
    held = {
        "type": "supplier",
        "share": share,
        "factor": "100 gCO2e/kWh",
        "market": "IE",
        "start": "2023-01-01",
        "end": "2023-12-31",
        "evidence": "contract",
    }
    return run(
        id,
        **METERED | {"location": {"country": "IE"}, "duration": "10 h"},
        electricity={"instruments": [held | instrument]},
    )


# ---- shares -----------------------------------------------------------------------------------------------------------


def test_each_figure_is_shared_out_by_what_it_rests_on():
    a = assess(
        run("meter", **ELECTRICITY),
        run("rated", devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8}]),
        run("power"),
    )
    assert shares(a, "facility_energy", run="meter") == {"measured": 1}
    assert shares(a, "it_energy", run="power") == {"modelled": 1}
    assert shares(a, "facility_energy", run="rated") == {"rated": 1}
    energy = {name: figure(a, "facility_energy", run=name)["value"] for name in ("meter", "rated", "power")}
    whole = shares(a, "facility_energy")
    assert whole == pytest.approx(
        {
            name: energy[of] / sum(energy.values())
            for name, of in (("measured", "meter"), ("modelled", "power"), ("rated", "rated"))
        }
    )
    for f in a.figure_list(("run",)):
        if f["value"]:
            assert list(f["shares"]) == list(TIER_NAMES)
            assert math.isclose(math.fsum(f["shares"].values()), 1, rel_tol=1e-12)


def test_a_default_for_one_part_does_not_make_the_whole_total_one():
    a = assess(run(**METERED | {"devices": [{"model": "NVIDIA H100 80GB HBM3", "count": 8}]}))
    use, embodied, end = (figure(a, q)["value"] for q in ("use_co2e", "embodied_co2e", "end_of_life_co2e"))
    total = use + embodied + end
    assert shares(a, "total_co2e")["measured"] == pytest.approx(use / total, rel=1e-9)
    assert figure(a, "total_co2e")["tier"] == 4


def test_figures_per_unit_are_shared_out_over_the_runs_that_state_work():
    a = assess(run("meter", **ELECTRICITY, work={"requests": 10}), run("power", work={"requests": 10}), run("rest"))
    f = figure(a, "facility_energy_per_request")
    meter, power = (figure(a, "facility_energy", run=name)["value"] for name in ("meter", "power"))
    assert f["shares"]["measured"] == pytest.approx(meter / (meter + power))


# ---- scores -----------------------------------------------------------------------------------------------------------


def test_a_metered_run_with_place_and_date_scores_by_its_factor_alone():
    made = assess(run(**ELECTRICITY)).quality
    assert made.scores == {"reliability": 1, "completeness": 1, "temporal": 1, "geographical": 1, "technological": 1}
    assert (made.rating, made.grade, made.causes) == (1, "excellent", [])
    assert made.evidence == {"A": 1, "B": 0, "C": 0}


@pytest.mark.parametrize(
    ("without", "indicator", "score", "causes"),
    [
        ({"start": None}, "temporal", 5, ["grid_lifecycle", "lifecycle_loss_share"]),
        ({"location": {}}, "geographical", 4, ["grid_lifecycle"]),
    ],
)
def test_what_the_log_does_not_say_lowers_its_own_indicator(without, indicator, score, causes):
    made = assess(run(**ELECTRICITY | without)).quality
    assert made.scores == dict.fromkeys(INDICATORS, 1) | {indicator: score}
    assert made.weakest == indicator
    assert made.rating == pytest.approx((3 + score) / 4)
    assert [c.column for c in made.causes] == causes
    assert made.causes[0].share == 1


def test_scores_are_weighted_by_emissions():
    big, small = run("big", **ELECTRICITY), run("small", **ELECTRICITY | {"start": None})
    a = assess(big, small)
    held = [figure(a, "use_co2e", run=name)["value"] for name in ("big", "small")]
    assert a.quality.scores["temporal"] == pytest.approx((held[0] + 5 * held[1]) / sum(held))
    assert a.quality.causes[0].share == pytest.approx(held[1] / sum(held))


def test_a_part_is_as_good_as_its_weakest_input():
    made = assess(run(devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8}], facility=None)).quality
    assert made.parts["use_co2e"]["technological"] == 4  # an average PUE, however well the device is known
    assert made.rating == pytest.approx(sum(made.scores[name] for name in RATED) / 4)


def test_factors_that_nobody_scored_count_as_worst_and_are_named(tmp_path):
    a = assess(run(**ELECTRICITY), factors=[factors(tmp_path)])
    assert a.quality.scores == {
        "reliability": 5,
        "completeness": 5,
        "temporal": 1,
        "geographical": 1,
        "technological": 1,
    }
    assert as_data(a)["unscored"] == ["own-fr"]
    notes = told.tables(a)[1].notes
    assert notes[1] == "1 factor that nobody scored count with 5 for precision and completeness: own-fr."


@pytest.mark.parametrize(("rating", "name"), [(1, "excellent"), (1.5, "excellent"), (1.51, "very good"), (2.9, "good"), (4, "fair"), (4.01, "poor"), (5, "poor")])  # fmt: skip
def test_classes(rating, name):
    assert grade(rating) == name
    assert CLASSES[-1][0] == 5


def test_the_scores_are_the_same_in_whatever_order_runs_come():
    runs = [run(f"r{i}", start=None if i % 3 else "2023-05-01T00:00:00Z", duration=f"{1 + i / 7} h") for i in range(40)]
    shuffled = random.Random(1).sample(runs, len(runs))
    assert as_data(assess(*runs)) == as_data(assess(*shuffled))


def test_nothing_known_has_no_grade():
    a = assess(run(devices=[{"model": "no such device", "count": 1}]))
    assert a.quality is None
    assert a.as_dict()["data_quality"] is None
    assert told.fact(a).text == "Not determined: no part of the total is known."


# ---- primary data -----------------------------------------------------------------------------------------------------


def test_grid_averages_are_secondary_data():
    a = assess(run(**ELECTRICITY))
    assert primary(a, figure(a, "facility_energy")) == (1, 1)
    assert primary(a, figure(a, "use_co2e")) == (1, 0)


def test_what_an_instrument_states_is_primary():
    a = assess(contracted(share=0.5))
    market = figure(a, "use_co2e_market")["value"]
    held = primary(a, figure(a, "use_co2e_market"))
    assert held.activity == 1
    assert held.both == pytest.approx(100 * 0.5 * 0.1 / market)
    assert 0 < held.both < 1
    assert primary(a, figure(a, "use_co2e_location")).both == 0


def test_literature_on_a_technology_is_not_primary():
    a = assess(contracted(factor=None, technology="gas"))
    assert primary(a, figure(a, "use_co2e_market")) == (0, 0)


def test_energy_that_is_not_metered_has_no_primary_share():
    a = assess(contracted() | {"energy": [], "devices": run()["devices"], "facility": {"pue": 1.2}})
    assert primary(a, figure(a, "use_co2e_market")) == (0, 0)


# ---- report -----------------------------------------------------------------------------------------------------------


def test_the_grade_stands_on_the_first_page_with_its_reason():
    text = told.fact(assess(run(**ELECTRICITY | {"start": None}))).text
    assert text == (
        "Very good: 2.0 on a scale from 1, the best, to 5. The weakest is time-related coverage, 5.0, set by the life-cycle factor of the grid "
        "in 100\N{NARROW NO-BREAK SPACE}% of the total. 100\N{NARROW NO-BREAK SPACE}% of the total rests on metered energy. Section 3 gives every score."
    )


def test_the_samples_have_every_criterion_of_the_standard():
    a = lca.assess([str(p) for p in sorted((ROOT / "samples").glob("*.json"))])
    table = told.tables(a)[1]
    assert [row.cells[0].text for row in table.rows] == [
        "Time-related coverage", "Geographical coverage", "Technology coverage", "Precision", "Completeness", "Representativeness",
        "Consistency", "Reproducibility", "Sources of the data", "Uncertainty", "Data quality rating",
    ]  # fmt: skip
    assert all(cell.text for row in table.rows for cell in row.cells)
