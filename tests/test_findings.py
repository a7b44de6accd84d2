"""Every finding: documented, raised where it is due, and not raised where it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import assess, factor_set, findings, run, write

import lca.checks
from lca import checks
from lca.numerals import as_written

GPU = {"model": "NVIDIA H100 80GB HBM3", "count": 8, "power": "500 W", "power_boundary": "node"}


def device(**fields):
    return [{k: v for k, v in {**GPU, **fields}.items() if v is not None}]


def metered(value="40 kWh", boundary="node", method="counter", **fields):
    return [{"value": value, "boundary": boundary, "method": method, **fields}]


def bought(*instruments, **fields):
    return {"instruments": [{"factor": "0 gCO2e/kWh", **i} for i in instruments], **fields}


ANSWERS = {"stage": "inference", "duration": None, "devices": []}
SIZED = {"name": "A", "parameters": 7e9}
LARGE = {"name": "A", "parameters": 3e11}
TRAINED = {"tokens_trained": 1e12}
CERTIFICATE = {
    "type": "certificate",
    "share": 1,
    "market": "FR",
    "start": "2023-01-01",
    "end": "2023-12-31",
    "technology": "hydro",
    "evidence": "registry",
}
COMPONENTS = {"accelerator": "30 kWh", "cpu": "10 kWh"}
OWN = {"embodied": "1000 kgCO2e", "lifetime": "4 a"}

DE2020 = {"location": {"country": "DE"}, "start": "2020-05-01T00:00:00Z"}
BY_THE_HOUR = {"id": "p", "grid_matching": "hourly"}
WITHOUT_MIX = {"id": "p", "factor_sets": {"without": ["grid/upstream-mix"]}}

#: code -> (fields of a run for which it is due, fields of one for which it is not); a third element is the profile
CASES = {
    "assumed-default": ({}, {"devices": device(**OWN)}),
    "bill-without-figure": (
        {"devices": [{"model": "m5.large", "device_hours": "2 h"}], "ext": {"billed_cost": "3.0000 EUR"}},
        {"ext": {"billed_cost": "3.0000 EUR"}},
    ),
    "boundary-mismatch": ({"energy": metered("40 kWh") + metered("60 kWh", "accelerator")}, {"energy": metered()}),
    "claim-not-testable": ({"claim": {"text": "less", "by": "somebody", "levers": ["nothing"]}}, {"claim": {"text": "less", "by": "somebody"}}),
    "co2-only-factor": ({"location": {"country": "CN"}, "start": "2022-06-01T00:00:00Z"}, {"electricity": {"factor": "50 gCO2e/kWh"}}),
    "coverage-scaled": ({"energy": metered(coverage=0.8)}, {"energy": metered(coverage=1)}),
    "counter-reset": ({"power": {"samples": [[0, 900], [3600, 930], [7200, 10], [36000, 130]], "unit": "kWh"}}, {"power": {"samples": [[0, 900], [36000, 930]], "unit": "kWh"}}),
    "curve-out-of-range": ({"devices": device(power=None, power_curve=[[0.2, "200 W"], [0.8, "400 W"]], utilisation=0.9)}, {"devices": device(power=None, power_curve=[[0, "200 W"], [1, "400 W"]], utilisation=0.9)}),
    "declared-mismatch": ({"declared": {"energy": "52 kWh"}}, {"declared": {"energy": "48 kWh"}}),
    "declared-not-compared": ({"declared": {"embodied_water": "1 L"}}, {"declared": {"energy": "48 kWh"}}),
    "device-ambiguous": ({"devices": device(model="H100", power=None)}, {}),
    "device-power-range": ({"devices": device(model="NVIDIA GeForce RTX 4090 Laptop GPU", power=None)}, {"devices": device(model="NVIDIA GeForce RTX 4090", power=None)}),
    "device-share": ({"devices": device(model="NVIDIA H100 80GB HBM3 MIG 3g.40gb")}, {}),
    "device-sibling": ({"devices": device(model="NVIDIA A100-SXM-64GB", power=None)}, {"devices": device(model="NVIDIA A100-SXM4-80GB", power=None)}),
    "duration-mismatch": ({"end": "2023-05-01T12:00:00Z"}, {"end": "2023-05-01T10:00:00Z"}),
    "embodied-bottom-up": ({"devices": device(model="V100")}, {}),
    "energy-not-used": ({"energy": metered(boundary="cpu")}, {"energy": metered()}),
    "factor-fallback": ({"location": {"country": "AQ"}}, {}),
    "factor-period": ({"start": None}, {"electricity": {"factor": "50 gCO2e/kWh", "water_factor": "1 L/kWh"}}),
    "host-class": ({"devices": device(model="NVIDIA GeForce RTX 4090", power=None), "energy": metered(boundary="accelerator")}, {"energy": metered(boundary="accelerator")}),
    "grid-zone-assumed": ({"location": {"cloud": "azure", "region": "eastus"}}, {"location": {"cloud": "azure", "region": "eastus2"}}),
    "gwp-mixed": ({}, {"electricity": {"factor": "50 gCO2e/kWh"}}),
    "host-assumed-whole": ({"host": {"count": 1}}, {"host": {"count": 1, "exclusive": True}}),
    "host-parts": ({"devices": [*device(), {"kind": "cpu", "model": "Xeon", "count": 2}]}, {}),
    "hourly-even-spread": ({**DE2020}, {**DE2020, "location": {"country": "FR"}, "start": "2023-05-01T00:00:00Z"}, BY_THE_HOUR),
    "hourly-gap": ({**DE2020, "start": "2020-12-31T20:00:00Z"}, {**DE2020}),
    "hourly-not-matched": ({}, {**DE2020}, BY_THE_HOUR),
    "identity-mismatch": ({"energy": metered("50 kWh", "component_sum", components=COMPONENTS)}, {"energy": metered(boundary="component_sum", components=COMPONENTS)}),
    "implausible-intensity": ({"electricity": {"factor": "57 kgCO2e/kWh"}}, {"electricity": {"factor": "57 gCO2e/kWh"}}),
    "implausible-power": ({"energy": metered("40 MWh")}, {"energy": metered()}),
    "implausible-parameters": ({"system": {"name": "A", "parameters": 7}}, {"system": SIZED}),
    "implausible-pue": ({"facility": {"pue": 4}}, {"facility": {"pue": 3}}),
    "instance-expanded": ({"devices": device(model="p4d.24xlarge", count=1)}, {}),
    "instrument-evidence": ({"electricity": bought({"type": "ppa", "share": 1})}, {"electricity": bought(CERTIFICATE)}, {"id": "p", "instrument_evidence": "claimed"}),
    "instrument-not-evidenced": ({"electricity": bought({"type": "ppa", "share": 1})}, {"electricity": bought(CERTIFICATE)}),
    "instrument-serial": ({"electricity": bought(CERTIFICATE | {"serials": "1 to 9"}, CERTIFICATE | {"share": 0.5, "serials": "9"})}, {"electricity": bought(CERTIFICATE | {"serials": "1 to 9"})}),
    "residual-mix-year": ({"location": {"country": "FI"}, "start": "2026-05-01T00:00:00Z"}, {"location": {"country": "FI"}, "start": "2024-05-01T00:00:00Z"}),
    "instrument-excess": ({"electricity": bought(CERTIFICATE, {k: v for k, v in CERTIFICATE.items() if k != "share"} | {"type": "ppa", "energy": "1 MWh"})}, {"electricity": bought(CERTIFICATE)}),
    "instrument-lifecycle": ({"electricity": bought(CERTIFICATE | {"technology": None})}, {"electricity": bought(CERTIFICATE)}),
    "instrument-market": ({"electricity": bought(CERTIFICATE | {"market": "GB"})}, {"electricity": bought(CERTIFICATE)}),
    "instrument-not-counted": ({"electricity": bought(CERTIFICATE | {"factor": None, "technology": "peat"})}, {"electricity": bought(CERTIFICATE | {"factor": None})}),
    "instrument-period": ({"electricity": bought(CERTIFICATE | {"end": "2023-04-30"})}, {"electricity": bought(CERTIFICATE)}),
    "location-missing": ({"location": None}, {"location": None, "electricity": {"factor": "50 gCO2e/kWh"}}),
    "market-location-based": ({}, {"electricity": bought(CERTIFICATE)}),
    "market-upstream-missing": ({"electricity": bought({"type": "residual", "factor": "500 g/kWh"}, factor="50 g/kWh")}, {"electricity": bought({"type": "residual", "factor": "500 g/kWh"})}),
    "method-not-stated": ({"energy": [{"value": "40 kWh", "boundary": "node"}]}, {"energy": metered()}),
    "modelled-component": ({"devices": device(power_boundary="accelerator")}, {}),
    "not-determined": ({"devices": [], "duration": "1 h"}, {"electricity": {"factor": "50 gCO2e/kWh"}}),
    "outside-period": ({}, {"start": "2024-05-01T00:00:00Z"}, {"id": "p", "period": {"start": "2024-01-01", "end": "2024-12-31"}}),
    "undated-run": ({"start": None}, {"start": "2024-05-01T00:00:00Z"}, {"id": "p", "period": {"start": "2024-01-01", "end": "2024-12-31"}}),
    "length-not-stated": ({"start": "2024-05-01T00:00:00Z", "duration": None, "energy": metered()}, {"start": "2024-05-01T00:00:00Z"}, {"id": "p", "period": {"start": "2024-01-01", "end": "2024-12-31"}}),
    "run-divided": ({"start": "2023-12-31T20:00:00Z"}, {}),
    "kind-contradicts": ({"devices": device(kind="cpu")}, {"devices": device(kind="gpu")}),
    "lifetime-exceeded": ({"devices": device(lifetime="1 h")}, {"devices": device(lifetime="4 years")}),
    "lifecycle-below-direct": ({"location": {"country": "EE"}}, {"location": {"country": "CA"}}),
    "losses-missing": ({"location": None}, {}),
    "upstream-by-mix": ({"location": {"country": "IN"}}, {"location": {"country": "DE"}, "start": "2024-05-01T00:00:00Z"}),
    "place-contradicts": ({"location": {"country": "FR", "cloud": "aws", "region": "us-west-2"}}, {"location": {"country": "US", "cloud": "aws", "region": "us-west-2"}}),
    "pinned": ({}, {"system": "Other"}, {"id": "p", "pins": [{"quantity": "pue", "value": 1.3, "reason": "as audited", "where": {"system": "Model A"}}]}),
    "power-series-cut": ({"power": {"samples": [[0, 900], [72000, 900]]}}, {"power": {"samples": [[0, 900], [36000, 900]]}}),
    "pue-already-applied": ({"energy": metered("48 kWh", includes_pue=True)}, {"energy": metered()}),
    "shared-run-values": ({"energy": metered(), "devices": device() + device(model="L4")}, {"energy": metered()}),
    "consolidation-assumed": ({}, {"location": {"country": "FR", "site": "hall"}}, {"id": "p", "role": "colocation", "sites": {"hall": {"country": "FR", "role": "owner"}}}),
    "role-contradicts": ({"location": {"cloud": "aws", "region": "eu-west-3"}}, {}, {"id": "p", "role": "owner"}),
    "stated-not-used": ({"energy": metered()}, {}),
    "timezone-assumed": ({"start": "2023-05-01T00:00:00"}, {}),
    "unit-suspect": ({"declared": {"energy": "48 MWh"}}, {"declared": {"energy": "52 kWh"}}),
    "unknown-device": ({"devices": device(model="Nothing of the kind")}, {}),
    "unknown-region": ({"location": {"country": "FR", "cloud": "aws", "region": "moon-1"}}, {"location": {"cloud": "aws", "region": "eu-west-3"}}),
    "unknown-site": ({"location": {"country": "FR", "site": "lab"}}, {"location": {"country": "FR", "site": "lab"}}, {"id": "p"}),
    "gap-size": ({"devices": [], "duration": "1 h"}, {}),
    "dense-assumed": ({"system": SIZED, "work": TRAINED}, {"system": {**SIZED, "active_parameters": 7e9}, "work": TRAINED}),
    "implausible-mfu": ({"work": {"flops": 1e25}}, {"work": {"flops": 1e20}}),
    "input-tokens-not-modelled": ({**ANSWERS, "system": SIZED, "work": {"tokens_in": 1, "tokens_out": 1}}, {**ANSWERS, "system": SIZED, "work": {"tokens_out": 1}}),
    "proxy-out-of-range": ({**ANSWERS, "system": LARGE, "work": {"tokens_out": 1}}, {"stage": "inference", "system": LARGE, "work": {"tokens_out": 1}}),
    "training-compute-threshold": ({"work": {"flops": 1e20}}, {"stage": "inference", "work": {"flops": 1e20}}),
    "unknown-model": ({**ANSWERS, "work": {"tokens_out": 1}}, {**ANSWERS, "system": SIZED, "work": {"tokens_out": 1}}),
    "upstream-missing": ({"location": None, "electricity": {"factor": "50 gCO2e/kWh", "factor_scope": "direct"}}, {"electricity": {"factor": "50 gCO2e/kWh"}}),
    "zero-energy": ({"energy": metered("0 kWh")}, {"energy": metered()}),
    "zero-work": ({"work": {"requests": 0}}, {"work": {"requests": 1}}),
    "upstream-partial": ({"location": {"country": "IN"}}, {"location": {"country": "CA", "subdivision": "CA-QC"}}, WITHOUT_MIX),
}  # fmt: skip
#: found while reading; test_bad_input, test_ingest and test_formats raise them
READING = {
    "assigned",
    "stage-assumed",
    "system-assumed",
    "cumulative-rows",
    "boundary-not-stated",
    "bill-coverage",
    "bill-rows-left-out",
    "interval-assumed",
    "series-left-out",
    "adapter-failed",
    "clock-fault",
    "host-gpus",
    "empty-log",
    "flops-estimated",
    "work-multiplied",
    "columns-inferred",
    "delimiter-inferred",
    "overlap-same-host",
    "part-of-run",
    "rows-left-out",
    "repeated-export",
    "lines-not-used",
    "cells-not-used",
    "gpus-not-stated",
    "identical-files",
    "not-a-log",
    "no-energy",
    "utilisation-used",
    "devices-by-order",
    "steps-left-out",
    "duplicate-run",
    "future-date",
    "invalid-run",
    "torn-row",
    "unreadable-input",
}
#: concern a system, not a run
WHOLE = {"gap-size", "bill-without-figure", "gwp-mixed", "training-compute-threshold"}
#: found in a factor set of the user
#: findings about several runs at once; test_attribution and test_scenarios raise them
SEVERAL_RUNS = {
    "evidence-shared", "idle-in-utilisation", "series-devices", "possible-double-count",
    "pin-not-used", "idle-allocated", "idle-not-allocated", "service-not-spread", "service-life-exceeded", "alternatives-added", "claim-outside-evidence",
}  # fmt: skip
#: about the profile; test_statements, test_supplied, test_scope_1 and test_purchases raise them
STATEMENTS = {"claim-without-review", "supplied-inconsistent", "scope-1-factor", "supplier-figure", "purchase-hosts"}
OVERLAY = {"factor-not-usable", "hourly-all-zero"}
#: found in the file of a power series; test_power_series raises them
SERIES_FILES = {"power-samples-empty", "power-unit-assumed"}
#: against a file with what was expected; test_completeness raises them
EXPECTED = {"run-missing", "run-unexpected", "hours-missing", "energy-not-explained"}
CONTRACT = {
    "declared-mismatch", "implausible-power", "implausible-intensity", "identity-mismatch", "torn-row", "duplicate-run",
    "timezone-assumed", "location-missing", "factor-fallback", "factor-period", "pue-already-applied", "unknown-device",
    "modelled-component", "unit-suspect", "instrument-excess", "not-determined", "cumulative-rows", "overlap-same-host",
}  # fmt: skip


def test_no_code_is_without_a_test_and_none_of_the_contract_is_missing():
    assert (
        set(checks.catalogue()) == set(CASES) | READING | OVERLAY | SERIES_FILES | SEVERAL_RUNS | EXPECTED | STATEMENTS
    )
    assert set(checks.catalogue()) >= CONTRACT


@pytest.mark.parametrize("code", CASES)
def test_it_is_raised_where_it_is_due_and_only_there(code):
    due, free, *profile = CASES[code]
    options = {"profile": profile[0]} if profile else {}
    told = findings(assess(run("due", **due), **options), code)
    assert told
    assert {f.run for f in told} == {None if code in WHOLE else "due"}
    assert all(f.message and f.severity in checks.SEVERITIES for f in told)
    if code == "unknown-site":
        options = {"profile": {"id": "p", "sites": {"lab": {"country": "FR"}}}}
    assert findings(assess(run("free", **free), **options), code) == []


@pytest.mark.parametrize("code", sorted(checks.catalogue()))
def test_every_check_is_documented(code):
    check = checks.catalogue()[code]
    name = code.replace("-", "_")
    assert (Path(lca.checks.__file__).parent / f"{name}.py").is_file()
    for text in (check.looks_for, check.why, check.remedy):
        assert len(text) > 8
        assert text[0].isupper() or text.startswith(("kg ", "kW "))
    assert check.why.endswith(".")
    assert check.remedy.endswith(".")
    assert check.severity in checks.SEVERITIES
    assert (check.find is None) == (code in READING)


@pytest.mark.parametrize(
    ("declared", "computed", "severity"),
    [
        ("1289 kWh", 1289.4, None), ("1289 kWh", 1289.6, "info"), ("1290 kWh", 1289.4, None), ("1290 kWh", 1284.9, "info"),
        ("1300 kWh", 1251.0, None), ("1300 kWh", 1249.0, "warning"), ("1.29 MWh", 1294.9, None), ("1.29 MWh", 1295.1, "info"),
        ("1.0 MWh", 1049.0, None), ("1.0 MWh", 1051.0, "warning"), ("1 MWh", 1499.0, None), ("1 MWh", 1501.0, "warning"),
        ("1.29e3 kWh", 1294.0, None), ("1.29e3 kWh", 1296.0, "info"), ("1000.0 kWh", 1000.04, None), ("1000.0 kWh", 1000.06, "info"),
        ("2000 kWh", 1000.0, "warning"),
    ],
)  # fmt: skip
def test_declared_values_are_compared_to_their_printed_digits(declared, computed, severity):
    a = assess(run(energy=metered(f"{computed!r} kWh", "facility"), declared={"energy": declared}))
    told = findings(a, "declared-mismatch")
    assert [f.severity for f in told] == ([severity] if severity else [])
    for f in told:
        assert f.field == "declared.energy"
        assert f"declared {as_written(declared)}" in f.message
        assert "computed / declared = " in f.message


def test_a_mismatch_names_another_quantity_that_would_fit():
    [told] = findings(assess(run(declared={"energy": "40 kWh"})), "declared-mismatch")
    assert told.message == (
        "declared 40 kWh, computed facility_energy 48 kWh (computed / declared = 1.2); it_energy would fit"
    )
    assert told.severity == "warning"


def test_a_declared_interval_that_holds_the_result_agrees():
    inside = {"energy": {"value": 50, "low": 45, "high": 55, "unit": "kWh"}}
    assert not findings(assess(run(declared=inside)), "declared-mismatch")
    outside = {"energy": {"value": 52, "low": 50, "high": 55, "unit": "kWh"}}
    assert findings(assess(run(declared=outside)), "declared-mismatch")


def test_a_factor_that_can_never_be_used_is_told(tmp_path):
    good = {"id": "own-1", "quantity": "grid_lifecycle", "geography": "FR", "value": 0.1, "unit": "kgCO2e/kWh"}
    for number, (change, told) in enumerate(
        (({"quantity": "grid_lifecylce"}, 1), ({"geography": "France"}, 1), ({}, 0))
    ):
        own = factor_set(tmp_path / str(number), [good | change])
        found = findings(assess(run(), factors=[own]), "factor-not-usable")
        assert len(found) == told
        assert all(str(v) in f.message for f in found for v in change.values())
    assert not findings(assess(run()), "factor-not-usable")


def test_nothing_is_a_share_of_a_declared_0(tmp_path):
    [told] = findings(assess(run(declared={"energy": "0 kWh"})), "declared-mismatch")
    assert told.message == (
        "declared 0 kWh, computed facility_energy 48 kWh (computed / declared is not determined: what is declared is 0)"
    )
    assert told.severity == "warning"
    total = [{"by": {}, "quantity": "energy", "value": "0 kWh"}]
    [told] = findings(
        lca.assess(write(tmp_path / "runs.json", {"runs": [run()], "declared": total})), "declared-mismatch"
    )
    assert told.message == (
        "declared 0 kWh for the whole, computed facility_energy 48 kWh (computed / declared is not determined: what is declared is 0)"
    )


def test_numbers_in_findings_read_like_those_of_the_report():
    samples = [[60.0 * n, 333.3 * n] for n in range(37)]
    a = assess(run(power={"samples": samples, "boundary": "node"}, devices=None, duration="2 h"))
    assert [f.message for f in findings(a, "coverage-scaled")] == [
        "3.59964 kWh covers 0.3 of the run: scaled up by 3.333"
    ]
    a = assess(run(work={"flops": 9.61934e29}, declared={"energy": "3e9 kWh"}))
    assert [f.message for f in findings(a, "implausible-mfu")] == [
        "9.619 × 10²⁹ FLOP in 80 device hours are 3.38 × 10⁹ of the dense peak of 989.4 TFLOP/s: more than the devices can do"
    ]
    assert [f.message for f in findings(a, "declared-mismatch")] == [
        "declared 3 × 10⁹ kWh, computed facility_energy 48 kWh (computed / declared = 1.6 × 10⁻⁸)"
    ]
    assert not [f.message for f in a.findings if re.search(r"\d[eE][+-]?\d|\binf\b|\bnan\b", f.message)]


def test_no_hours_imply_no_power_and_no_utilisation():
    a = assess(run(devices=device(device_hours="0 h"), work={"flops": 1e20}, energy=metered()))
    assert not findings(a, "implausible-mfu")
    assert not findings(a, "implausible-power")


def test_declared_values_are_never_used():
    for declared in ({"energy": "1 GWh", "co2e": "5 kt"}, {"total_co2e": "1 kg", "embodied_co2e": "1 kg"}):
        bare, told = assess(run()), assess(run(declared=declared))
        assert told.figure_list() == bare.figure_list()
    assert assess(run(devices=[], declared={"energy": "1 GWh"})).total("facility_energy")["value"] is None


def test_declared_totals_over_several_runs(tmp_path):
    runs = [run("a"), run("b", stage="evaluation"), run("c", system="Model B")]
    declared = [{"by": {"system": "Model A"}, "quantity": "energy", "value": "96 kWh"},
                {"by": {}, "quantity": "facility_energy", "value": "200 kWh"},
                {"by": {"system": "Nobody"}, "quantity": "energy", "value": "1 kWh"}]  # fmt: skip
    a = lca.assess(write(tmp_path / "runs.json", {"runs": runs, "declared": declared}))
    assert [f.message for f in findings(a, "declared-mismatch")] == [
        "declared 200 kWh for the whole, computed facility_energy 144 kWh (computed / declared = 0.72)"
    ]
    assert [f.message for f in findings(a, "declared-not-compared")] == [
        "declared 1 kWh for system Nobody cannot be compared: facility_energy is not determined"
    ]


def test_an_error_finding_sets_the_status(cli, tmp_path):
    for fields, code in ((CASES["identity-mismatch"][0], 1), ({}, 0)):
        path = write(tmp_path / "runs.json", run("a", **fields))
        assert cli("check", path).code == code
        assert cli("assess", path, "-q").code == code


def test_many_runs_make_one_finding():
    a = assess(*[run(f"r{n}", start="2023-05-01T00:00:00") for n in range(40)])
    [told] = findings(a, "timezone-assumed")
    assert (told.run, told.count, len(told.runs)) == (None, 40, 25)
    assert told.message.endswith("(40 runs)")
    assert told.as_dict()["count"] == 40


def test_pue_inside_the_energy_of_accelerators_cannot_be_taken_out_unknown():
    a = assess(
        run(facility=None, energy=metered("40 kWh", "accelerator", includes_pue=True), devices=device(power=None))
    )
    [told] = findings(a, "pue-already-applied")
    assert told.severity == "error"
    assert a.failed


def test_findings_are_in_a_fixed_order():
    runs = [run(str(n), location=None, devices=device(model="X")) for n in range(3)]
    once, again = assess(*runs).findings, assess(*runs[::-1]).findings
    assert once == again
    assert [checks.SEVERITIES.index(f.severity) for f in once] == sorted(
        checks.SEVERITIES.index(f.severity) for f in once
    )
