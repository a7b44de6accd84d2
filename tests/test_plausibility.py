"""What cannot be is told beside the figure, and what rests on it alone is not used."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, assess, factor_set, findings, run, value, write

import lca

METERED = [{"value": "40 kWh", "boundary": "node", "method": "counter"}]


def told(a, code):
    return [(f.severity, f.run, f.field, f.message) for f in findings(a, code)]


@pytest.mark.parametrize(("pue", "severity"), [(3.01, "warning"), (10, "warning"), (10.1, "error"), (120, "error")])
def test_a_pue_that_no_site_reports_is_told(pue, severity):
    expected = f"PUE {pue:g}: sites report about 1.05 to 3; the facility energy is that multiple of the IT energy"
    assert told(assess(run(facility={"pue": pue})), "implausible-pue") == [(severity, "r", "facility.pue", expected)]


def test_the_pue_of_a_site_and_of_the_command_line_are_told_alike(cli, tmp_path):
    profile = {"id": "p", "sites": {"hall": {"country": "FR", "pue": 12}}}
    made = assess(run(location={"site": "hall"}, facility=None), profile=profile)
    assert [s for s, *_ in told(made, "implausible-pue")] == ["error"]
    write(tmp_path / "t.map.yaml", "schema: lca-map/1\nmatch: t.csv\ncolumns: {duration: {column: h, unit: h}}\nconstants: {system: m, stage: training, location: {country: FR}, devices: [{model: H100 SXM, count: 1}]}\n")  # fmt: skip
    write(tmp_path / "t.csv", "h\n2\n")
    done = cli("check", tmp_path / "t.map.yaml", tmp_path / "t.csv", "--pue", "12")
    assert done.code == 1
    assert "error\timplausible-pue" in done.out


@pytest.mark.parametrize("boundary", ["accelerator", "component_sum", "node", "rack", "it", "facility"])
def test_an_energy_of_zero_over_hours_of_devices_is_told_and_not_used(boundary):
    made = assess(run(energy=[{"value": "0 kWh", "boundary": boundary, "method": "counter"}]))
    expected = f"0 kWh at the boundary {boundary} over 10 h, although anything switched on draws power; the energy was not used"
    assert told(made, "zero-energy") == [("warning", "r", "energy", expected)]
    assert value(made, "it_energy") == value(assess(run()), "it_energy") > 0  # as if it stated no energy


def test_an_energy_of_zero_gives_way_to_another(tmp_path):
    energy = [{"value": "0 kWh", "boundary": "node", "method": "counter"}, {"value": "42 kWh", "boundary": "component_sum", "method": "modelled"}]  # fmt: skip
    made = assess(run(energy=energy))
    assert value(made, "it_energy") == 42
    assert [s for s, *_ in told(made, "zero-energy")] == ["warning"]
    facility = [{"value": "60 kWh", "boundary": "facility", "method": "counter"}, {"value": "0 kWh", "boundary": "it", "method": "counter"}]  # fmt: skip
    assert value(assess(run(energy=facility, facility={"pue": 1.5})), "it_energy") == pytest.approx(40)


def test_an_energy_of_zero_of_an_unknown_device_is_not_determined():
    made = assess(run(devices=[{"kind": "other", "count": 1}], energy=[{"value": "0 kWh", "boundary": "node", "method": "counter"}]))  # fmt: skip
    assert value(made, "it_energy") is None


def test_an_energy_of_zero_of_a_run_without_devices_is_told_and_counts():
    made = assess(run(devices=[], energy=[{"value": "0 kWh", "boundary": "node", "method": "counter"}]))
    expected = "0 kWh at the boundary node over 10 h, although anything switched on draws power"
    assert told(made, "zero-energy") == [("warning", "r", "energy", expected)]
    assert value(made, "it_energy") == 0


def test_an_energy_of_zero_over_a_minute_is_not_told():
    made = assess(run(duration="1 min", energy=[{"value": "0 kWh", "boundary": "node", "method": "counter"}]))
    assert told(made, "zero-energy") == []


def test_samples_of_zero_watts_are_told(tmp_path):
    rows = "".join(f"2026/03/02 10:{m:02}:00.000, 0, NVIDIA L4, 0.00 W\n" for m in range(0, 60, 2))
    path = write(tmp_path / "smi.csv", "timestamp, index, name, power.draw [W]\n" + rows)
    [(severity, *_, message)] = told(lca.assess([path], now=NOW), "zero-energy")
    assert severity == "warning"
    assert message.startswith("0 kWh at the boundary accelerator over 0.9667 h")


@pytest.mark.parametrize(("watts", "count"), [(2600, 1), (5100, 2)])
def test_an_accelerator_without_a_name_draws_no_more_than_any(watts, count):
    energy = [{"value": f"{watts * 10} Wh", "boundary": "accelerator", "method": "counter"}]
    made = assess(run(devices=[{"kind": "gpu", "count": count}], energy=energy))
    expected = f"the energy implies {watts / count:g} W per accelerator; none draws more than 2500 W"
    assert [(s, m.replace(" ", "")) for s, _, _, m in told(made, "implausible-power")] == [
        ("warning", expected.replace(" ", ""))
    ]
    energy[0]["value"] = f"{24000 * count} Wh"
    assert told(assess(run(devices=[{"kind": "gpu", "count": count}], energy=energy)), "implausible-power") == []


def test_a_scale_up_beyond_that_of_the_profile_is_an_error():
    energy = [METERED[0] | {"coverage": 0.4}]
    assert [s for s, *_ in told(assess(run(energy=energy)), "coverage-scaled")] == ["error"]
    assert [s for s, *_ in told(assess(run(energy=energy), profile={"id": "p", "max_scale_up": 2.5}), "coverage-scaled")] == ["warning"]  # fmt: skip
    assert [s for s, *_ in told(assess(run(energy=[METERED[0] | {"coverage": 0.5}])), "coverage-scaled")] == ["warning"]


def test_a_number_of_parameters_in_billions_is_told():
    made = assess(run(system={"name": "A", "parameters": 70, "active_parameters": 7}))
    few = "parameters: fewer than a million; the number may stand in millions or billions"
    assert told(made, "implausible-parameters") == [
        ("warning", "r", "system.active_parameters", f"7 {few}"),
        ("warning", "r", "system.parameters", f"70 {few}"),
    ]


def test_a_grid_factor_of_zero_is_told():
    made = assess(run(electricity={"factor": "0 gCO2e/kWh"}))
    expected = "0 gCO₂e/kWh: every grid emits something; state what a contract conveys as an instrument, for the market-based method"
    assert [(s, f, m.replace("CO₂e", "CO2e")) for s, _, f, m in told(made, "implausible-intensity")] == [
        ("warning", "electricity.factor", expected.replace("CO₂e", "CO2e"))
    ]


@pytest.mark.parametrize(
    ("value", "severity", "expected"),
    [
        ("0 gCO2e/kWh", "warning", "0 gCO2e/kWh (@): every grid emits something; state what a contract conveys as an instrument, for the market-based method"),
        ("5 kgCO2e/kWh", "error", "5 kgCO2e/kWh (@) is above 2.5 kgCO2e/kWh, more than any grid"),
        ("50 gCO2e/kWh", None, ""),
    ],
)  # fmt: skip
def test_a_grid_factor_that_is_pinned_or_of_ones_own_set_is_judged_too(tmp_path, value, severity, expected):
    amount, unit = value.split()
    row = {
        "id": "own-fr",
        "quantity": "grid_direct",
        "geography": "FR",
        "value": amount,
        "unit": unit,
        "scope": "direct",
    }
    own = assess(run(), factors=[factor_set(tmp_path / "own", [row])])
    profile = {"id": "p", "pins": [{"quantity": "grid_direct", "value": value, "reason": "as the supplier says"}]}
    for made, identity in ((own, "own-fr"), (assess(run(), profile=profile), "pin:0:grid_direct")):
        found = [(s, f, m.replace("CO₂e", "CO2e")) for s, _, f, m in told(made, "implausible-intensity")]
        whole = f"grid_direct: {expected.replace('@', identity)}"
        assert found == ([(severity, "grid_direct", whole)] if severity else [])


def mapped(folder, rows, constants):
    """A table of jobs with hours, kWh and GPUs, and its mapping."""
    columns = (
        "{id: {column: id}, duration: {column: h, unit: h}, energy: {column: kwh, unit: kWh}, count: {column: gpus}}"
    )
    text = f"schema: lca-map/1\nmatch: jobs.csv\ncolumns: {columns}\nenergy: {{boundary: node, method: scheduler}}\nconstants: {json.dumps(constants)}\n"
    write(folder / "jobs.csv", "id,h,kwh,gpus\n" + rows)
    return lca.assess([write(folder / "jobs.map.yaml", text), folder / "jobs.csv"], now=NOW)


BASE = {"system": "m", "stage": "training", "location": {"country": "FR"}, "devices": [{"model": "NVIDIA L4"}]}


def test_an_energy_that_no_machine_draws_is_not_used_and_the_hours_stay(tmp_path):
    made = mapped(tmp_path, "a,10,250,4\nb,10,2,4\n", BASE)  # 25 kW of one machine; 200 W
    assert told(made, "implausible-power") == [
        ("error", "a", "energy", "250 kWh in 10 h is more than 20 kW, which its machines cannot draw; the energy was not used")
    ]  # fmt: skip
    assert value(made, "device_hours") == 80
    assert value(made, "it_energy", run="b") == pytest.approx(2)
    assert value(made, "it_energy", run="a") < 20  # modelled from the rating of four L4


def test_what_machines_can_draw_grows_with_their_number(tmp_path):
    made = mapped(tmp_path, "a,10,250,4\n", BASE | {"host": {"count": 2}})  # 25 kW of two machines
    assert [s for s, *_ in told(made, "implausible-power")] == ["warning"]  # 6.25 kW for each L4
    assert value(made, "it_energy") == pytest.approx(250)


def test_jobs_on_many_nodes_of_a_scheduler_may_draw_more(tmp_path):
    path = write(tmp_path / "sacct.txt", "JobID|JobName|State|Start|End|Elapsed|NNodes|AllocTRES|ConsumedEnergyRaw\n"
                 "3|j|COMPLETED|2026-03-02T10:00:00|2026-03-02T20:00:00|10:00:00|40|billing=1,cpu=960,node=40|720000000\n")  # fmt: skip
    made = lca.assess([path], now=NOW, assign=[{"energy_boundary": "node", "location": {"country": "FR"}}])
    assert value(made, "it_energy") == pytest.approx(200)  # 720 MJ = 200 kWh: 500 W on each of 40 nodes


def test_a_job_with_no_gpus_used_none(tmp_path):
    made = mapped(tmp_path, "a,1,1,4\nb,1,1,0\nc,2,1,2\n", BASE)
    assert made.intake.faults == []
    assert value(made, "device_hours") == 8  # 4 x 1 h + 2 x 2 h
