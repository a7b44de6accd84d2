"""Instruments that cannot be right: each is told in full, in runs and in the profile."""

from __future__ import annotations

import json

import pytest
from conftest import assess, run, write
from test_electricity import WIND as BOUGHT
from test_electricity import told as found
from test_electricity import with_
from test_register import WIND, holding, left, told, used

#: bad instruments beside a good run: what is changed, and all that is said about it
BAD_IN_A_RUN = {
    "share over 100 %": ({"share": "120 %"}, "electricity.instruments[0].share: must be at most 1 (found 120 %). Correct the value."),
    "negative share": ({"share": -0.2}, "electricity.instruments[0].share: must be at least 0 (found -0.2). Correct the value."),
    "negative energy": ({"share": None, "energy": "-5 kWh"}, "electricity.instruments[0].energy: must be at least 0 (found -5 kWh). Correct the value."),
    "no factor": ({"technology": None}, "electricity.instruments[0]: a certificate needs its factor, such as 0 kgCO2e/kWh. State it, or name a technology."),
    "market": ({"market": "Europe"}, "electricity.instruments[0].market: not a market (found Europe). The nearest known is EU; write that, or a market such as EU, a country, a subdivision or a grid zone, such as FR, US-VA or SE-EL-SE3."),
    "period": ({"start": "2023-12-31", "end": "2023-01-01"}, "electricity.instruments[0].end: it is not after start 2023-12-31 (found 2023-01-01). Correct one of the two."),
    "unknown market": ({"market": "Xanadu"}, "electricity.instruments[0].market: not a market (found Xanadu). Write a market such as EU, a country, a subdivision or a grid zone, such as FR, US-VA or SE-EL-SE3."),
    "serials twice": ({"serials": ["DE-17 to DE-40", "DE-40"]}, "electricity.instruments[0].serials: DE-40 is in it twice. List each certificate once."),
    "no range": ({"serials": "DE-17 to FR-40"}, "electricity.instruments[0].serials: not a range of serial numbers (found DE-17 to FR-40). Write FIRST to LAST, such as DE-17 to DE-4816."),
    "no such day": ({"end": "2023-02-30"}, "electricity.instruments[0].end: not a time (found 2023-02-30). Write RFC 3339 with an offset, such as 2024-05-01T12:00:00Z."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_IN_A_RUN)
def test_a_bad_instrument_is_told_in_full(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    change, message = BAD_IN_A_RUN[name]
    bad = {k: v for k, v in (BOUGHT | change).items() if v is not None}
    write(tmp_path / "runs.json", [run("good"), {**with_(bad), "id": "bad"}])
    done = cli("assess", "runs.json", "--json")
    assert done.err == f"lca: runs.json: run 2: {message}\n"
    assert done.code == 1
    assert json.loads(done.out)["inputs"][0]["quarantined"] == 1


@pytest.mark.parametrize(("coverage", "message"), [
    (-0.5, "must be more than 0 (found -0.5)"), (1.2, "must be at most 1 (found 1.2)"), ("150 %", "must be at most 1 (found 150 %)"),
])  # fmt: skip
def test_coverage_of_a_meter_outside_0_to_1(cli, tmp_path, monkeypatch, coverage, message):
    monkeypatch.chdir(tmp_path)
    bad = run("bad", energy=[{"value": "40 kWh", "boundary": "node", "coverage": coverage}])
    write(tmp_path / "runs.json", [run("good"), bad])
    assert message in cli("assess", "runs.json", "--json").err


def test_an_unknown_technology_is_an_error_that_names_the_nearest():
    a = assess(with_(BOUGHT | {"technology": "onshre wnd"}))
    assert found(a, "instrument-not-counted") == [
        ("error", "electricity.instruments[0].technology", "the certificate is not counted: it states no factor, and no factor "
         "set gives the direct emissions of 'onshre wnd'; the nearest known is wind_onshore")
    ]  # fmt: skip
    assert a.failed


BAD = {
    "negative energy": ({"energy": "-5 kWh"}, "instruments[0].energy: must be at least 0 (found -5 kWh). Correct the value."),
    "unknown market": ({"market": "Germny"}, "instruments[0].market: not a market (found Germny). The nearest known is DE; write that, or a market such as EU, a country, a subdivision or a grid zone, such as FR, US-VA or SE-EL-SE3."),
    "reversed period": ({"start": "2024-01-01"}, "instruments[0].end: it is not after start 2024-01-01 (found 2023-12-31). Correct one of the two."),
    "serials twice": ({"serials": ["1 to 9", "4"]}, "instruments[0].serials: 4 is in it twice. List each certificate once."),
    "unknown site": ({"site": "nort"}, "instruments[0].site: no site of the profile has this name (found nort). The nearest is north."),
    "unknown key": ({"sight": "north"}, "instruments[0].sight: unknown key (found sight). Known keys are end, energy, evidence, factor, lifecycle_factor, market, retired, serials, share, site, start, system, technology, type."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_instrument_of_the_profile_is_told_in_full(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    change, message = BAD[name]
    write(tmp_path / "runs.json", [used("a")])
    (tmp_path / "alder.json").write_text(json.dumps(holding(WIND | {"energy": "60 kWh"} | change)), "utf-8")
    done = cli("assess", "runs.json", "--profile", "alder.json")
    assert done.code == 2
    assert message in done.err


def test_an_instrument_of_a_system_without_runs_is_told():
    a = assess(used("a"), profile=holding(WIND | {"energy": "60 kWh", "system": "Model X"}))
    assert told(a, "instrument-not-counted") == [
        ("warning", None, "instruments[0]", "the certificate is held for the system Model X, of which there is no run: it covers nothing")
    ]  # fmt: skip


def test_days_of_a_yaml_profile_are_days(tmp_path):
    path = tmp_path / "alder.yaml"
    path.write_text("id: alder\ninstruments:\n  - {type: certificate, technology: wind, market: FR, start: 2023-01-01, end: 2023-05-01, evidence: entry 17, energy: 60 kWh}\n", "utf-8")  # fmt: skip
    a = assess(used("a", duration="24 h"), profile=path)
    assert left(a) == pytest.approx(0.4)
    [quoted] = a.profile.quoted()["instruments"]
    assert (quoted["start"], quoted["end"], quoted["energy"]) == ("2023-01-01", "2023-05-01", "60 kWh")
