"""What is not determined, by its weight and its size: shares of energy and money, and the nearest proxy, in no total."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import assess, figure, findings, run, value
from hypothesis import given
from strategies import logs
from test_views import few

from lca.report import answer, evidence, views

H100 = [{"model": "NVIDIA H100 80GB HBM3", "count": 1, "power": "500 W", "power_boundary": "node"}]


def metered(kwh: float, **fields: Any) -> dict[str, Any]:
    """A run that states its energy at the facility."""
    energy = [{"value": f"{kwh} kWh", "boundary": "facility", "method": "counter"}]
    return run(
        **({"energy": energy, "devices": None, "facility": None, "electricity": {"factor": "100 g/kWh"}} | fields)
    )


def named(id: str, **fields: Any) -> dict[str, Any]:
    return {**metered(fields.pop("kwh", 1.0), **fields), "id": id}


def sized(a: Any, quantity: str) -> list[str]:
    return [f.message for f in findings(a, "gap-size") if f.field == quantity]


def test_energy_that_is_missing_is_sized_by_entries_of_the_same_system_and_stage():
    """30 and 10 kWh of one system, 100 of another: the entry without energy would add 20 kWh and 20 x 0.1 = 2 kg."""
    lacks = run("lacks", devices=None, facility=None, electricity={"factor": "100 g/kWh"})
    a = assess(named("a", kwh=30), named("b", kwh=10), named("c", kwh=100, system="Model B"), lacks)
    assert a.gap_sizes.estimates["facility_energy"].values.tolist() == pytest.approx([30, 10, 100, 20])
    [told] = sized(a, "facility_energy")
    assert told.startswith("facility_energy lacks one entry of 4 (about 12 % of the energy): ")  # 20 of 160 kWh
    assert told.endswith(
        ". By the mean of entries of the same system and stage it would add about 20 kWh, which no total holds"
    )
    [told] = sized(a, "use_co2e")
    assert told.endswith(
        ". By the mean per kWh of entries in the same country it would add about 2 kgCO2e, which no total holds"
    )
    assert value(a, "facility_energy") == 140
    assert value(a, "use_co2e") == pytest.approx(14)
    assert figure(a, "facility_energy")["missing_share"] == {"energy": pytest.approx(20 / 160), "device_hours": None}


def test_electricity_without_a_place_takes_the_mean_of_all_and_else_the_world():
    placeless = named("p", kwh=10, location=None, electricity=None)
    a = assess(
        named("a", kwh=10), named("b", kwh=30, electricity={"factor": "300 g/kWh"}), placeless, profile="ghg-protocol"
    )
    [told] = sized(a, "use_co2e")  # (1 + 9) kg of 40 kWh
    assert told.endswith(". By the mean per kWh of all entries it would add about 2.5 kgCO2e, which no total holds")
    [told] = sized(assess(placeless, profile="ghg-protocol"), "use_co2e")
    assert ". By the life-cycle factor of the world it would add about " in told


def test_hardware_that_is_unknown_is_sized_by_device_hours():
    """10 h of a device of which 100 kg over 1000 h are known; an unknown one of 20 h takes the mean of all: 2 kg."""
    known = run("k", devices=[H100[0] | {"embodied": "100 kgCO2e", "lifetime": "1000 h"}])
    unknown = run("u", devices=[{"model": "Unknown X9", "count": 2, "power": "1 W", "power_boundary": "node"}])
    a = assess(known, unknown)
    [told] = sized(a, "embodied_co2e")
    assert "(about " in told
    assert "67 % of the device hours)" in told
    assert told.endswith(
        ". By the mean per device hour of all entries it would add about 2 kgCO2e, which no total holds"
    )


def test_where_nothing_is_known_no_size_is_given():
    a = assess(run("a", devices=None, facility=None))
    [told] = sized(a, "facility_energy")
    assert told.startswith("facility_energy lacks one entry of 1: ")
    assert told.endswith(". No proxy is known, so the size of the gap is not determined")


def test_money_is_that_of_bills_where_all_runs_have_one():
    runs = [named("a", kwh=30), run("b", devices=None, facility=None)]
    for record, cost in zip(runs, ("3.0000 EUR", "1.0000 EUR"), strict=True):
        record["ext"] = {"billed_cost": cost}
    a = assess(*runs)
    assert figure(a, "facility_energy")["missing_share"] == {"energy": pytest.approx(0.5), "cost": pytest.approx(0.25)}
    assert "(about 50 % of the energy, 25 % of the cost)" in sized(a, "facility_energy")[0]


def test_the_report_tells_gaps_by_their_weight():
    lacks = run("lacks", devices=None, facility=None)
    a = assess(named("a", kwh=30), lacks, profile="ghg-protocol")
    facts = {f.term: f.text for f in answer.build(a).facts}
    assert "Electricity of 1 (about 50\u202f% of the energy)" in facts["Not in the life-cycle total"]
    notes = [note for k in answer.build(a).keys for note in k.notes if "missing" in note]
    assert notes == ["1 of 2 entries missing (about 50\u202f% of the energy)"] * 2
    rows = {row.cells[0].sub: row.cells for row in evidence.basis(a)[-1].table.rows}
    assert rows["facility_energy"][1].sub == "about 50\u202f% of the energy"
    assert (
        rows["facility_energy"][2].sub
        == "about 30.0\u202fkWh by the mean of entries of the same system and stage, in no total"
    )
    held = next(row for row in views.scopes(a).rows if row.cells[0].text == "Electricity, location-based")
    assert held.cells[-1].sub == "without about 50\u202f% of the energy"


@few
@given(logs(1, 5))
def test_an_estimate_leaves_what_is_known_and_enters_no_figure(records):
    a = assess(*records)
    for quantity, held in a.gap_sizes.estimates.items():
        known = ~np.isnan(a.columns[quantity])
        assert (held.values[known] == a.columns[quantity][known]).all()
        assert (held.step[known] == -1).all()
        assert ((held.step >= 0) == (~known & ~np.isnan(held.values))).all()
    lacking = any(np.isnan(a.columns[q]).any() for q in a.gap_sizes.estimates)
    assert bool(findings(a, "gap-size")) == lacking
