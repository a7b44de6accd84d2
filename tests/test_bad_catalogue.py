"""Broken factor overlays, profiles and rules: status 2, the whole message, and nothing written."""

from __future__ import annotations

import json

import pytest
from conftest import factor_set, run, write

ROW = {"id": "own-1", "quantity": "grid_lifecycle", "geography": "FR", "valid_from": "2023-01-01",
       "valid_to": "2023-12-31", "value": "0.1", "unit": "kgCO2e/kWh"}  # fmt: skip
EVERY = "Every factor has id, quantity, value, unit, scope, source and evidence."
NUMBER = "Leave a row out whose value is not available; NA is never zero."


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [run("good")])
    return tmp_path


def refused(cli, here, told: str, *options: str) -> None:
    before = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    done = cli("assess", "runs.json", "-o", "out.json", *options)
    assert done == (2, "", f"lca: {told}\n".replace("@", str(here)))
    assert {p: p.read_bytes() for p in here.rglob("*") if p.is_file()} == before, "nothing is written on 2"


ROWS = {
    "text for a number": ({"value": "zero"}, f"value: not a finite number (found zero). {NUMBER}"),
    "NA": ({"value": "NA"}, f"value: not a finite number (found NA). {NUMBER}"),
    "empty value": ({"value": ""}, f"value: not a finite number. {NUMBER}"),
    "infinite": ({"value": "inf"}, f"value: not a finite number (found inf). {NUMBER}"),
    "bad bound": ({"low": "few"}, f"low: not a finite number (found few). {NUMBER}"),
    "unknown source": ({"source": "other"}, "source: no such key among the sources of datapackage.json (found other). Add the source with title, publisher, year and address."),
    "no unit": ({"unit": ""}, f"unit: it is empty. {EVERY}"),
    "no scope": ({"scope": ""}, f"scope: it is empty. {EVERY}"),
    "no evidence": ({"evidence": ""}, f"evidence: it is empty. {EVERY}"),
    "unknown unit": ({"unit": "bananas"}, "unit: 'bananas' is no unit of energy, power, time, mass, volume, work or their ratios (found bananas). Write a unit such as gCO2e/kWh."),
    "no date": ({"valid_from": "soon"}, "valid_from: not a date (found soon). Write YYYY-MM-DD or YYYY."),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_broken_row(cli, here, name):
    change, told = ROWS[name]
    factor_set(here / "own", [ROW | change])
    refused(cli, here, f"@/own/factors.csv: row 2: {told}", "--factors", str(here / "own"))


@pytest.mark.parametrize(
    "change",
    [{"unit": "L/kWh"}, {"unit": "1"}, {"value": "-5"}, {"low": "0.2", "high": "0.05"},
     {"valid_from": "2024-01-01", "valid_to": "2020-01-01"}],
    ids=["another dimension", "no dimension", "negative", "interval", "dates"],
)  # fmt: skip
def test_a_row_that_cannot_be_right(cli, here, change):
    """A grid factor in litres, below zero, outside its own interval or valid before it begins is never used."""
    factor_set(here / "own", [ROW | change])
    done = cli("assess", "runs.json", "--json", "--factors", str(here / "own"))
    assert done.code == 2, "accepted"
    assert done.err.startswith(f"lca: {here}/own/factors.csv: row 2: ")


@pytest.mark.parametrize("change", [{"quantity": "grid_lifecylce"}, {"geography": "France"}], ids=["quantity", "place"])
def test_a_row_that_can_never_be_used_is_told(cli, here, change):
    """Otherwise a slip of the pen in an overlay silently leaves the shipped factor in use."""
    factor_set(here / "own", [ROW | change])
    done = cli("assess", "runs.json", "--json", "--factors", str(here / "own"))
    assert next(iter(change.values())) in done.err + done.out


SETS = {
    "same id twice": (lambda d: factor_set(d, [ROW, ROW]), "factor own-1: two sets hold it (own/test and own/test). Give the new row its own id and name the old one in `replaces`."),
    "shipped id": (lambda d: factor_set(d, [ROW | {"id": "owid-ember-FR-2023"}]), "factor owid-ember-FR-2023: two sets hold it (grid/ember-lifecycle and own/test). Give the new row its own id and name the old one in `replaces`."),
    "replaces nothing": (lambda d: factor_set(d, [ROW | {"replaces": "nothing"}]), "factor own-1: it replaces nothing, which does not exist. Correct the id; `lca factors` lists them."),
    "shipped name": (lambda d: factor_set(d, [ROW], name="grid/ember-lifecycle"), "factor set grid/ember-lifecycle: two sets bear this name. Rename one of them."),
    "no version": (lambda d: factor_set(d, [ROW], version=""), "@/own/datapackage.json: no version. Give the set a version, such as 2026.1."),
    "no name": (lambda d: write(d / "datapackage.json", {}), "@/own/datapackage.json: no `name`. Give the set a name; it is cited by it."),
    "not a map": (lambda d: write(d / "datapackage.json", []), "@/own/datapackage.json: no `name`. Give the set a name; it is cited by it."),
    "not JSON": (lambda d: write(d / "datapackage.json", "{"), "@/own/datapackage.json: cannot be read: EOF while parsing an object at line 1 column 1. Write a Frictionless datapackage.json."),
    "missing column": (lambda d: write(factor_set(d, []) / "factors.csv", "id,quantity,value\nown-1,grid_lifecycle,0.1\n"), f"@/own/factors.csv: row 2: unit: it is empty. {EVERY}"),
    "short row": (lambda d: write(factor_set(d, []) / "factors.csv", "id,quantity,value\nown-1\n"), "@/own/factors.csv: row 2: it has not as many cells as the header. Correct the row."),
    "semicolons": (lambda d: write(factor_set(d, []) / "factors.csv", "id;quantity;value\nown-1;grid_lifecycle;0,1\n"), "@/own/factors.csv: it has semicolons between its cells. Save it with commas between cells and points in numbers."),
    "encoding": (lambda d: write(factor_set(d, []) / "factors.csv", "id,quantité\n".encode("latin-1")), "@/own/factors.csv: cannot be read: 'utf-8' codec can't decode byte 0xe9 in position 10: invalid continuation byte. Save it as CSV in UTF-8."),
    "empty folder": (lambda d: d.mkdir(), "@/own: no factor set in it. A factor set is a folder with a datapackage.json."),
    "no folder": (lambda d: None, "@/own: no such folder of factor sets. Give a folder that holds datapackage.json files."),
    "name of another device": (lambda d: write(factor_set(d, []) / "devices.csv", "id,name,class,aliases\nmine,Mine,gpu,A100-SXM4-80GB\n"), "factor set devices/accelerators: device a100-sxm4-80: the name 'A100-SXM4-80GB' also means mine. Give each name to one device."),
    "instance of nothing": (lambda d: write(factor_set(d, []) / "instances.csv", "name,device,devices_per_instance\nx1,nothing,3\n"), "@/own/instances.csv: x1: no device nothing. Name a device of the catalogue."),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_a_broken_set(cli, here, name):
    make, told = SETS[name]
    make(here / "own")
    refused(cli, here, told, "--factors", str(here / "own"))


@pytest.mark.parametrize(
    ("file", "text"),
    [("devices.csv", "name,class\nMine,gpu\n"), ("instances.csv", "device\nh100-sxm5-80\n"),
     ("instances.csv", "name,device,devices_per_instance\nx1,h100-sxm5-80,many\n"), ("regions.csv", "region\nhere\n"),
     ("datapackage.json", '{"name": "own/x", "version": "1", "sources": "own"}'),
     ("datapackage.json", '{"name": "own/x", "version": "1", "licenses": [1]}')],
)  # fmt: skip
def test_a_broken_registry_names_file_and_fault(cli, here, file, text):
    write(factor_set(here / "own", [ROW]) / file, text)
    done = cli("assess", "runs.json", "--json", "--factors", str(here / "own"))
    assert done.code == 2
    assert file in done.err


LEVELS = (
    "any, class, country, device, fit_device, grid_zone, host_class, industry, kind, memory, model, pin, process, provider, region, region_zone, run, server, site, stage, "
    "state, state_zone, subdivision, technology, world, zone_mean"
)
PROFILES = {
    "unknown key": ("max_teir: 2", "p.yaml: max_teir: unknown key (found max_teir). The nearest known key is max_tier."),
    "wrong type": ("max_tier: many", "p.yaml: max_tier: not a whole number (found many). Write a whole number, such as 8."),
    "out of range": ("max_tier: 9", "p.yaml: max_tier: must be at most 4 (found 9). Correct the value."),
    "ring": ("extends: p.yaml", "p.yaml: `extends` goes round in a ring or too deep. Extend a shipped profile."),
    "extends nothing": ("extends: nowhere", "nowhere: no such profile. Use one of default, ghg-protocol, iso-14044, sci, strict, or the path of a YAML file."),
    "extends a number": ("extends: 5", "p.yaml: `extends` is not a name (found 5). Name one profile."),
    "list": ("- a", "p.yaml: not a map of fields. Write fields such as `extends: default`."),
    "empty": ("", "p.yaml: not a map of fields. Write fields such as `extends: default`."),
    "encoding": ("title: é".encode("latin-1"), "p.yaml: cannot be read: 'utf-8' codec can't decode byte 0xe9 in position 7: unexpected end of data. Correct the YAML."),
    "nested": ("a: " + "[" * 5000, "p.yaml: it is nested too deeply. Correct the YAML."),
    "level": ("forbid: {levels: [planet]}", f"p.yaml: forbid.levels: unknown step (found planet). Use one of {LEVELS}."),
    "period step": ("forbid: {periods: [never]}", "p.yaml: forbid.periods: unknown step (found never). Use one of earlier, exact, later, latest, undated."),
    "fallback": ("fallback: {grid_lifecylce: [country]}", "p.yaml: fallback.grid_lifecylce: no factor of this name is looked up. The nearest known is grid_lifecycle."),
    "period": ("period: {start: 2024-02-01, end: 2024-01-01}", "p.yaml: period: it ends before it starts. Correct one of the two dates."),
    "site key": ("sites: {a: {contry: FR}}", "p.yaml: sites.a.contry: unknown key (found contry). The nearest known key is country."),
    "site PUE": ("sites: {a: {pue: 0.5}}", "p.yaml: sites.a.pue: must be at least 1 (found 0.5). Correct the value."),
    "pin reason": ("pins: [{quantity: pue, value: 1.1, reason: x}]", "p.yaml: pins[0].reason: shorter than 5 characters (found x). Write it out."),
    "work of a service": ("services: [{system: A, work: request, amount: 5, reason: as planned}]", "p.yaml: services[0].work: not one of the known values (found request). Use one of 'requests', 'tokens_in', 'tokens_out', 'samples' or 'images'; the nearest is requests."),
    "key of a service": ("services: [{system: A, worck: requests, amount: 5, reason: as planned}]", "p.yaml: services[0].worck: unknown key (found worck). The nearest known key is work."),
    "amount of a service": ("services: [{system: A, work: requests, amount: 0, reason: as planned}]", "p.yaml: services[0].amount: must be more than 0 (found 0). Correct the value."),
    "stage of a service": ("services: [{system: A, work: requests, amount: 5, reason: as planned, stages: []}]", "p.yaml: services[0].stages: it is empty. Give at least 1."),
    "role": ("role: ownner", "p.yaml: role: not one of the known values (found ownner). Use one of 'owner', 'colocation', 'leased-hardware', 'cloud-customer', 'api-customer', 'employee-device', 'lessor' or 'seller'; the nearest is owner."),
    "view": ("view: life-cycel", "p.yaml: view: not one of the known values (found life-cycel). Use one of 'life-cycle', 'ghg-protocol' or 'sci'; the nearest is life-cycle."),
    "view alike to none": ("view: scopes", "p.yaml: view: not one of the known values (found scopes). Use one of 'life-cycle', 'ghg-protocol' or 'sci'."),
    "country of a site": ("sites: {a: {country: XX}}", "p.yaml: sites.a.country: not an ISO 3166-1 country code (found XX). Write two or three letters, such as FR or FRA."),
    "no date": ("period: {start: 2024-13-01, end: 2024-12-31}", "p.yaml: cannot be read: month must be in 1..12. Correct the YAML."),
    "no day": ("period: {start: '2024-13-01', end: 2024-12-31}", "p.yaml: period.start: not a date (found 2024-13-01). Write a day of the calendar, such as 2025-03-31."),
    "value of a pin": ("pins: [{quantity: pue, value: [1], reason: as audited}]", "p.yaml: pins[0].value: neither a number nor a text. Write 1.2, or a quantity with its unit."),
    "lifetime of 0": ("pins: [{quantity: device_lifetime, value: 0 years, reason: as audited}]", "profile p: pins[0].value: must be more than 0 (found 0 years). Correct the value."),
    "key alike to none": ("sites: {a: {zzz: 1}}", "p.yaml: sites.a.zzz: unknown key (found zzz). Known keys are cloud, country, grid_zone, pue, region, role, source, subdivision, time_zone, wue."),
    "rule alike to none": ("rules_off: [zzz]", "profile p: rules_off: no such rule (found zzz). `lca rules` lists them."),
    "order": ("factor_sets: {order: [nope]}", "factor set nope: no such set. `lca factors` lists the sets."),
}  # fmt: skip


@pytest.mark.parametrize("name", PROFILES)
def test_a_broken_profile(cli, here, name):
    text, told = PROFILES[name]
    write(here / "p.yaml", text)
    refused(cli, here, told, "--profile", "p.yaml")


def test_broken_yaml_names_the_file(cli, here):
    write(here / "p.yaml", "a: [1\n")
    done = cli("assess", "runs.json", "--profile", "p.yaml")
    assert done.code == 2
    assert done.err.startswith("lca: p.yaml: cannot be read: while parsing a flow sequence")


def test_a_missing_profile(cli, here):
    refused(
        cli,
        here,
        "nowhere: no such profile. Use one of default, ghg-protocol, iso-14044, sci, strict, or the path of a YAML file.",
        "--profile",
        "nowhere",
    )


@pytest.mark.parametrize("value", ["5 kWh", "-1", "0.5", "nan", "many"])
def test_a_pin_must_be_a_possible_value_of_its_quantity(cli, here, value):
    write(here / "p.yaml", f'pins: [{{quantity: pue, value: "{value}", reason: because I say so}}]\n')
    done = cli("assess", "runs.json", "--json", "--profile", "p.yaml")
    assert done.code == 2, "accepted"
    assert "pins[0].value" in done.err


def test_a_pin_of_a_quantity_with_a_unit_needs_it(cli, here):
    write(here / "p.yaml", "pins: [{quantity: grid_lifecycle, value: 300, reason: because I say so}]\n")
    assert cli("assess", "runs.json", "--json", "--profile", "p.yaml").code == 2


def test_a_pin_that_is_limited_by_something_unknown(cli, here):
    write(here / "p.yaml", "pins: [{quantity: pue, value: 1.1, reason: because I say so, where: {planet: mars}}]\n")
    done = cli("assess", "runs.json", "--json", "--profile", "p.yaml")
    assert done.code == 2
    assert "planet" in done.err


def test_every_tier_that_a_profile_may_allow_can_be_assessed(cli, here):
    for tier in (1, 2, 3, 4):
        write(here / "p.yaml", f"max_tier: {tier}\n")
        done = cli("assess", "runs.json", "--json", "--profile", "p.yaml")
        assert done.code == 0, f"max_tier {tier}: {done.err}"
        figures = json.loads(done.out)["figures"]
        assert {f["tier"] for f in figures if f["value"] is not None} <= set(range(1, tier + 1))


def test_a_rule_file_that_cannot_be_loaded(cli, here):
    write(here / "rules" / "broken.py", "x = (\n")
    refused(
        cli,
        here,
        "rules/broken.py: the file cannot be loaded: '(' was never closed (broken.py, line 1). Correct the file or leave it out.",
        "--rules",
        "rules",
    )
    refused(
        cli,
        here,
        "nothing: no folder of rules. Give a folder that holds Python files with rules.",
        "--rules",
        "nothing",
    )
