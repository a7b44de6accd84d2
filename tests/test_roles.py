"""Who reports: the role by what a log shows, what is stated, where each role stands, and that no role changes an amount."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from conftest import assess, findings, run, value, write
from hypothesis import given
from hypothesis import strategies as st
from strategies import logs
from test_views import closed, few, lines

from lca.engine.roles import SERVICES
from lca.ingest import formats
from lca.report import answer, told_study
from lca.site import ROLES

ENERGY = [{"value": "1000 kWh", "boundary": "facility", "method": "modelled"}]
METERED = [{"value": "1000 kWh", "boundary": "facility", "method": "counter"}]
#: calls of a service: a provider and no hardware
CALLS: dict[str, Any] = {
    "system": {"name": "chat", "provider": "Example AI"}, "stage": "inference", "devices": None, "facility": None, "energy": ENERGY,
    "location": {"country": "DE"},
}  # fmt: skip
USAGE = {"provenance": {"source": "usage.json", "importer": "openai-usage"}, "system": "chat"}


def stands(a: Any) -> list[str]:
    """Lines that hold rows of runs, by what a role decides."""
    held = lines(a)
    ids = ("scope-2-location", "scope-3-1", "scope-3-7", "scope-3-8", "scope-3-11", "scope-3-13")
    return [i for i in ids if i in held and held[i]["rows"]]


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "calls of a provider": (CALLS, {}, ["scope-3-1"]),
    "calls of a provider, told by a tool at a cloud": (CALLS | {"location": {"cloud": "aws", "region": "us-east-1"}}, {}, ["scope-3-1"]),
    "finetuning as a service": (CALLS | {"stage": "finetuning"}, {}, ["scope-3-1"]),
    "a usage export": (CALLS | USAGE, {}, ["scope-3-1"]),
    "a usage export, whatever all runs are": (CALLS | USAGE, {"role": "owner"}, ["scope-3-1"]),
    "calls of a provider, whatever all runs are": (CALLS, {"role": "owner"}, ["scope-3-1"]),
    "training, whose provider is whoever trains": (CALLS | {"stage": "training"}, {}, ["scope-2-location"]),
    "own hardware with a model of others": (CALLS | {"devices": [{"model": "H100 SXM", "count": 8}]}, {}, ["scope-2-location"]),
    "own servers with a model of others": (CALLS | {"host": {"count": 1}}, {}, ["scope-2-location"]),
    "a meter of one's own": (CALLS | {"energy": METERED}, {}, ["scope-2-location"]),
    "the organisation is the provider": (CALLS, {"organisation": {"name": "Example AI"}}, ["scope-2-location"]),
    "the organisation with its legal form": (CALLS, {"organisation": {"name": "EXAMPLE-AI GmbH & Co. KG"}}, ["scope-2-location"]),
    "a unit of the organisation": (CALLS, {"organisation": {"name": "Holding", "unit": "Example AI"}}, ["scope-2-location"]),
    "a company with a longer name": (CALLS, {"organisation": {"name": "Example"}}, ["scope-2-location"]),
    "another organisation": (CALLS, {"organisation": {"name": "Sample AI"}}, ["scope-3-1"]),
    "a site of the organisation": (
        CALLS | {"location": {"site": "lab"}}, {"sites": {"lab": {"country": "DE"}}}, ["scope-2-location"],
    ),
    "a site whose role is stated": (
        CALLS | {"location": {"site": "lab"}}, {"role": "api-customer", "sites": {"lab": {"country": "DE", "role": "owner"}}},
        ["scope-2-location"],
    ),
    "hardware at a cloud": ({"location": {"cloud": "gcp", "region": "europe-west3"}}, {}, ["scope-3-1"]),
    "a rented cloud as leased asset": (
        {"location": {"cloud": "gcp", "region": "europe-west3"}},
        {"cloud_rental": "leased-asset", "organisation": {"consolidation": "operational-control"}}, ["scope-2-location"],
    ),
    "a rented cloud as leased asset under financial control": (
        {"location": {"cloud": "gcp", "region": "europe-west3"}},
        {"cloud_rental": "leased-asset", "organisation": {"consolidation": "financial-control"}}, ["scope-3-8"],
    ),
    "calls are no leased asset": (CALLS, {"cloud_rental": "leased-asset"}, ["scope-3-1"]),
    "colocation": ({}, {"role": "colocation"}, ["scope-2-location"]),
    "colocation by equity share": ({}, {"role": "colocation", "organisation": {"consolidation": "equity-share"}}, ["scope-3-8"]),
    "leased hardware": ({}, {"role": "leased-hardware", "organisation": {"consolidation": "financial-control"}}, ["scope-3-8"]),
    "devices of employees": ({}, {"role": "employee-device"}, ["scope-3-7"]),
    "hardware leased to others": ({}, {"role": "lessor"}, ["scope-3-13"]),
    "what was sold": ({}, {"role": "seller"}, ["scope-3-11"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_role_stands_in_its_scope_or_category_alone(name):
    fields, profile, expected = CASES[name]
    a = assess(run("r", **fields), profile={"id": "p"} | profile)
    assert stands(a) == expected
    held = lines(a)
    assert bool(held["scope-3-3"]["rows"]) == (expected == ["scope-2-location"])
    assert held["scope-3-1"]["value"] == (value(a, "total_co2e") if expected == ["scope-3-1"] else None)
    closed(a)


def test_a_usage_export_read_from_a_file_is_category_1(cli, tmp_path):
    """Tokens by a stated number of parameters: electricity of the provider, in no line of one's own."""
    bucket = {
        "object": "bucket", "start_time": 1735689600, "end_time": 1735776000,
        "results": [{"object": "organization.usage.completions.result", "input_tokens": 90, "output_tokens": 21000,
                     "input_cached_tokens": 0, "num_model_requests": 60, "model": "gpt-x"}],
    }  # fmt: skip
    usage = write(tmp_path / "usage.json", {"object": "page", "data": [bucket], "has_more": False, "next_page": None})
    profile = {
        "pins": [{"quantity": "parameters_total", "value": 2e11, "reason": "assumed for the test"}],
        "role": "owner",
    }
    write(tmp_path / "p.yaml", json.dumps(profile))
    done = cli("assess", usage, "--location", "US", "--json", "--profile", tmp_path / "p.yaml")
    document = json.loads(done.out)
    held = {x["id"]: x for x in document["views"]["lines"] if x["view"] == "ghg-protocol"}
    assert [held[i]["rows"] for i in ("scope-2-location", "scope-2-market", "scope-3-3")] == [0, 0, 0]
    assert held["scope-3-1"]["value"] > 0
    assert held["scope-3-1"]["assumed_role"] == 0
    told = [f for f in document["findings"] if f["code"] == "role-contradicts"]
    assert [f["message"] for f in told] == [
        "the profile states the role owner, but a usage export is the bill of a provider's service; the run counts in category 1 of "
        "scope 3"
    ]


def test_formats_whose_records_are_calls_exist():
    assert set(formats.adapters()) >= SERVICES


LOST = {
    "calls, stated of all runs": (
        CALLS, {"role": "owner"},
        "the profile states the role owner, but the run names a provider and neither hardware nor a meter; it counts as a service of "
        "that provider in category 1 of scope 3",
    ),
    "calls, stated of their site": (
        CALLS | {"location": {"site": "lab", "cloud": "aws", "region": "us-east-1"}},
        {"sites": {"lab": {"country": "US", "cloud": "aws", "role": "owner"}}},
        "the site states the role owner, but the run names a provider and neither hardware nor a meter; the stated role serves",
    ),
    "hardware of a customer of an API": (
        {}, {"role": "api-customer"},
        "the profile states the role api-customer, but the run names hardware or has a meter, which no customer of an API has; the "
        "stated role serves",
    ),
    "an owner at a cloud": (
        {"location": {"cloud": "gcp", "region": "europe-west3"}}, {"role": "owner"},
        "the profile states the role owner, but the run names a cloud; the stated role serves",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_a_role_that_contradicts_the_log_is_told(name):
    fields, profile, told = LOST[name]
    a = assess(run("r", **fields), profile={"id": "p"} | profile)
    assert [(f.severity, f.run, f.field, f.message) for f in findings(a, "role-contradicts")] == [
        ("warning", "r", "role", told)
    ]


@pytest.mark.parametrize("role", ["cloud-customer", "api-customer"])
def test_a_customer_of_calls_is_no_contradiction(role):
    assert findings(assess(run("r", **CALLS), profile={"id": "p", "role": role}), "role-contradicts") == []


def test_an_assumed_consolidation_is_told():
    a = assess(run("r"), profile={"id": "p", "role": "colocation"})
    [told] = findings(a, "consolidation-assumed")
    assert told.message == (
        "the role colocation is scope 2 or category 8 of scope 3 by the consolidation approach, which the profile does not state; "
        "operational control is assumed, so that it is scope 2"
    )
    stated = {"id": "p", "role": "colocation", "organisation": {"consolidation": "operational-control"}}
    assert findings(assess(run("r"), profile=stated), "consolidation-assumed") == []


def test_the_first_page_says_how_much_rests_on_an_assumed_role():
    """3 kWh of 4 kWh, of one place, are of a run without a stated role."""
    one, three = (
        {
            "energy": [{"value": f"{n} kWh", "boundary": "facility", "method": "counter"}],
            "devices": None,
            "facility": None,
        }
        for n in (1, 3)
    )
    sites = {"lab": {"country": "FR", "role": "owner"}}
    a = assess(run("a", **one, location={"site": "lab"}), run("b", **three), profile={"id": "p", "sites": sites})
    [fact] = [f for f in answer.build(a).facts if f.term == "Role"]
    assert fact.text == (
        "An assumed role underlies 75\u202f% of the emissions over the life cycle (1 of 2 entries): owner of the hardware for 1. It decides "
        "between scope 2 and scope 3, never how much; “role” in the profile or of a site states it."
    )
    held = lines(a)["scope-2-location"]
    assert (held["assumed_role"], held["assumed_share"]) == (1, pytest.approx(0.75))
    item = told_study.roles(a)
    assert item.text == "Owner of the hardware for 2"
    assert item.reason == (
        "An assumed role underlies 75\u202f% of the emissions over the life cycle (1 of 2 entries): owner of the hardware for 1. “role” in "
        "the profile states it"
    )
    stated = assess(run("a", **one), profile={"id": "p", "role": "owner"})
    assert [f.term for f in answer.build(stated).facts if f.term == "Role"] == []
    unknown = assess(run("a", devices=None), profile={"id": "p"})
    [fact] = [f for f in answer.build(unknown).facts if f.term == "Role"]
    assert fact.text.startswith("An assumed role underlies 1 of 1 entry: owner of the hardware for 1.")


@few
@given(logs(1, 4), st.data())
def test_a_role_moves_electricity_between_lines_and_changes_none_of_it(records, data):
    """Each row is in one place; what the lines hold of electricity, with the named differences, is that over the life cycle."""
    sites = {}
    for n, record in enumerate(records):
        sites[f"s{n}"] = {"country": "FR", "role": data.draw(st.sampled_from(ROLES))}
        record["location"] = {"site": f"s{n}"}
        for device in record["devices"]:
            device.pop("location", None)
    approach = data.draw(st.sampled_from(("operational-control", "financial-control", "equity-share")))
    cloud = data.draw(st.sampled_from(("purchased-service", "leased-asset")))
    profile = {"id": "p", "sites": sites, "organisation": {"consolidation": approach}, "cloud_rental": cloud}
    a = assess(*records, profile=profile)
    plain = assess(*records, profile={"id": "p", "sites": {name: {"country": "FR"} for name in sites}, "role": "owner"})
    for quantity in ("facility_energy", "use_co2e", "total_co2e", "total_co2e_market"):
        assert value(a, quantity) == value(plain, quantity)
    closed(a)
    held = {i: x["value"] or 0.0 for i, x in lines(a).items() if x["view"] == "ghg-protocol"}
    bridge = {
        s["id"]: s["value"] or 0.0 for b in a.view_data["bridges"] if b["id"] == "ghg-location" for s in b["steps"]
    }
    service = a.roles.place == 1
    hardware = sum(float(np.nansum(a.columns[n][service])) for n in ("embodied_co2e", "end_of_life_co2e"))
    electricity = [held[i] for i in ("scope-2-location", "scope-3-3", "scope-3-1")]
    electricity += [held.get(f"scope-3-{n}", 0.0) for n in (7, 8, 11, 13)]
    named = [-bridge.get(n, 0.0) for n in ("beyond_parts", "without_parts", "parts_alone")]
    whole = value(a, "use_co2e") or 0.0
    assert math.isclose(math.fsum([*electricity, *named, -hardware]), whole, rel_tol=1e-9, abs_tol=1e-9 * (whole + 1))
