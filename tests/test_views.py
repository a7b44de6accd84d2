"""One inventory, several views: each bridge closes, roles decide the scope, category 2 never meets amortised hardware."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, assess, run, value, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import logs

from lca import site
from lca.catalogue import store
from lca.catalogue.devices import DeviceIndex
from lca.engine import loader
from lca.engine.bottom_up import bottom_up
from lca.engine.bridges import splits
from lca.engine.ledger import sums
from lca.errors import ProfileError
from lca.profile import load
from lca.report.views import bought

few = settings(
    max_examples=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
ROLES = "'owner', 'colocation', 'leased-hardware', 'cloud-customer', 'api-customer', 'employee-device', 'lessor' or 'seller'"
YEAR = {"start": "2023-01-01", "end": "2023-12-31"}
H100 = {"device": "NVIDIA H100 80GB HBM3", "count": 10, "date": "2023-02-01"}
PROFILES = st.fixed_dictionaries({
    "id": st.just("p"), "extends": st.sampled_from(("default", "ghg-protocol")), "instrument_evidence": st.sampled_from(("required", "claimed")),
    "role": st.sampled_from((None, *site.ROLES)),
    "purchases": st.sampled_from(([], [H100], [H100, {"device": "TPU v4", "count": 2, "date": "2023-02-01"}])),
})  # fmt: skip


def lines(a: Any, view: str = "ghg-protocol") -> dict[str, dict[str, Any]]:
    return {x["id"]: x for x in a.view_data["lines"] if x["view"] == view}


def steps(a: Any, bridge: str) -> dict[str, dict[str, Any]]:
    return {s["id"]: s for b in a.view_data["bridges"] if b["id"] == bridge for s in b["steps"]}


def closed(a: Any) -> None:
    """Start plus steps is the end, and each subtotal is the sum so far, within 1e-9 of the largest figure."""
    for bridge in a.view_data["bridges"]:
        so_far: list[float] = []
        size = max((abs(s["value"]) for s in bridge["steps"] if s["value"] is not None), default=0.0)
        for step in bridge["steps"]:
            if step["kind"] in ("subtotal", "end"):
                assert math.isclose(
                    math.fsum(so_far), step["value"] or 0.0, rel_tol=1e-9, abs_tol=1e-9 * size + 1e-12
                ), (bridge["id"], step["id"])
            else:
                so_far.append(step["value"] or 0.0)


@few
@given(logs(), PROFILES)
def test_every_bridge_closes(records, profile):
    closed(assess(*records, profile=profile))


@few
@given(logs(), PROFILES)
def test_what_a_bridge_ends_at_is_the_sum_of_the_lines(records, profile):
    a = assess(*records, profile=profile)
    held = lines(a)
    for method in ("location", "market"):
        parts = [held[i]["value"] or 0.0 for i in (f"scope-2-{method}", "scope-3-1", "scope-3-2", "scope-3-3")]
        assert math.isclose(math.fsum(parts), held[f"total-{method}"]["value"] or 0.0, rel_tol=1e-9, abs_tol=1e-12)
    assert steps(a, "ghg-location")["total-location"]["value"] == held["total-location"]["value"]
    assert lines(a, "life-cycle")["total"]["value"] == value(a, "total_co2e")
    stages = [x["value"] for x in lines(a, "life-cycle").values() if x["id"] != "total" and x["value"] is not None]
    assert math.isclose(math.fsum(stages), value(a, "total_co2e") or 0.0, rel_tol=1e-9, abs_tol=1e-12)


@few
@given(logs())
def test_category_2_and_amortised_hardware_are_never_added(records):
    """Purchases move the GHG totals by category 2 alone; hardware of the owner moves none of them, whatever it amortises."""
    profile = {"id": "p", "role": "owner"}
    none, bought = (lines(assess(*records, profile=profile | {"purchases": p})) for p in ([], [H100]))
    heavier = copy.deepcopy(records)
    for record in heavier:
        for part in (*record["devices"], *([record["host"]] if record.get("host") else [])):
            part["embodied"] = "1e6 kgCO2e"
    heavy = lines(assess(*heavier, profile=profile))
    for method in ("total-location", "total-market"):
        one, other = none[method]["value"] or 0.0, bought[method]["value"] or 0.0
        assert math.isclose(one + bought["scope-3-2"]["value"], other, rel_tol=1e-9, abs_tol=1e-9)
        assert (none[method]["value"] is None) == (heavy[method]["value"] is None)
        assert math.isclose(one, heavy[method]["value"] or 0.0, rel_tol=1e-9, abs_tol=1e-9)


@few
@given(logs(2, 5))
def test_rows_that_lack_a_figure_are_named_in_the_bridge(records):
    """Each row with life-cycle electricity stands in one step of the bridge: none vanishes."""
    a = assess(*records, profile={"id": "p", "role": "owner"})
    use, loc, up = (~np.isnan(a.columns[n]) for n in ("use_co2e", "use_co2e_location", "use_co2e_upstream"))
    made = steps(a, "ghg-location")
    told = {
        name: made[name]["rows"] if name in made else 0 for name in ("beyond_parts", "without_parts", "parts_alone")
    }
    assert told == {
        "beyond_parts": (use & loc & up).sum(), "without_parts": (use & ~(loc & up)).sum(), "parts_alone": (~use & (loc | up)).sum()
    }  # fmt: skip


@few
@given(logs(2, 5), st.integers(1, 4))
def test_sums_of_partitions_merge_to_those_of_the_whole(records, cut):
    a = assess(*records)
    columns = {**a.columns, **splits(a.columns, a.rows)}
    names = ["use_co2e", "total_co2e", "beyond_parts", "without_parts"]
    code = np.arange(a.rows) % 2
    parts = [
        sums({k: v[piece] for k, v in columns.items()}, names, code[piece], 2)
        for piece in (slice(0, cut), slice(cut, None))
    ]
    whole, merged = sums(columns, names, code, 2), parts[0].merge(parts[1])
    assert (whole.rows == merged.rows).all()
    for name in names:
        assert np.allclose(whole.total[name], merged.total[name], rtol=1e-9, atol=1e-12)
        assert (whole.known[name] == merged.known[name]).all()
        assert (whole.missing[name] == merged.missing[name]).all()


CLOUD = run("cloud", location={"cloud": "gcp", "region": "europe-north1"})
OWN = run("own")


def test_the_role_decides_the_scope():
    mixed, owner, customer = (
        assess(OWN, CLOUD, profile={"id": "p"} | p) for p in ({}, {"role": "owner"}, {"role": "cloud-customer"})
    )
    assert [lines(a)["scope-2-location"]["rows"] for a in (mixed, owner, customer)] == [1, 2, 0]
    assert [lines(a)["scope-3-1"]["rows"] for a in (mixed, owner, customer)] == [1, 0, 2]
    assert lines(mixed)["scope-2-location"]["assumed_role"] == lines(mixed)["scope-3-1"]["assumed_role"] == 1
    assert lines(owner)["scope-2-location"]["assumed_role"] == 0
    assert lines(customer)["scope-3-1"]["value"] == pytest.approx(value(customer, "total_co2e")), (
        "amortised hardware is inside"
    )
    assert lines(customer)["scope-2-location"]["value"] is None
    assert lines(customer)["scope-2-location"]["reason"] == "no run is that of an owner of its hardware"
    assert "reason" not in lines(mixed)["scope-3-1"]


def test_the_role_of_a_site_goes_before_that_of_the_profile():
    sites = {"lab": {"country": "FR", "role": "owner"}, "rented": {"country": "FR"}}
    a = assess(run("a", location={"site": "lab"}), run("b", location={"site": "rented"}),
               profile={"id": "p", "role": "cloud-customer", "sites": sites})  # fmt: skip
    assert (lines(a)["scope-2-location"]["rows"], lines(a)["scope-3-1"]["rows"]) == (1, 1)


def test_category_2_is_the_production_of_what_was_bought_in_the_period():
    """Hand calculation with stated footprints: 3 x 100 + 2 x 10 kg; what was bought before the period does not count."""
    stated = [
        {"device": "Wonder 9", "count": 3, "date": "2023-01-31", "embodied": {"value": 100, "low": 90, "high": 110, "unit": "kgCO2e"}},
        {"device": "NVIDIA H100 80GB HBM3", "count": 2, "date": "2023-12-31", "embodied": "10 kgCO2e"},
        {"device": "Wonder 9", "count": 1000, "date": "2022-12-31", "embodied": "100 kgCO2e"},
    ]  # fmt: skip
    a = assess(OWN, profile={"id": "p", "period": {"start": "2023-01-01", "end": "2023-12-31"}, "purchases": stated})
    x = lines(a)["scope-3-2"]
    assert (x["value"], x["rows"], x["missing"]) == (320.0, 2, 0)
    assert (x["low"], x["high"]) == pytest.approx((290.0, 350.0), abs=0.5)  # of 1,000 draws
    assert x["note"] == "1 of 3 purchases lie outside the period and do not count"
    from_catalogue = assess(
        OWN, profile={"id": "p", "purchases": [H100, {**H100, "device": "Dell PowerEdge R640", "count": 1}]}
    )
    x = lines(from_catalogue)["scope-3-2"]
    assert x["value"] == pytest.approx(10 * 164 + 1283)
    assert x["note"] == (
        "NVIDIA H100 SXM5 80GB: without servers of their own, since servers are among the purchases; the profile states no period, so all its purchases count"
    )


def test_a_sum_of_lines_moves_with_what_its_parts_share():
    """Energy alone has a width here (no factor of GB states an interval), and scope 2 and category 3 both follow from it: so does their sum, in proportion."""
    energy = {"value": 100, "low": 80, "high": 120, "unit": "kWh"}
    a = assess(
        run(
            location={"country": "GB"},
            start="2025-05-01T00:00:00Z",
            devices=None,
            facility=None,
            energy=[{"value": energy, "boundary": "facility", "method": "counter"}],
        ),
        profile={"id": "p", "role": "owner", "uncertainty": {"pedigree": "none"}},
    )
    held = lines(a)
    parts, total = [held[i] for i in ("scope-2-location", "scope-3-3")], held["total-location"]
    assert all(p["low"] is not None for p in parts)
    for end in ("low", "median", "high"):
        assert total[end] == pytest.approx(sum(p[end] for p in parts))
        assert total[end] / total["value"] == pytest.approx({"low": 0.8, "median": 1.0, "high": 1.2}[end], abs=2e-3)


def test_purchases_of_one_device_move_together():
    once, twice = (
        lines(assess(OWN, profile={"id": "p", "purchases": held}))["scope-3-2"]
        for held in ([H100 | {"count": 2}], [H100 | {"count": 1}, H100 | {"count": 1}])
    )
    assert [once[k] for k in ("value", "low", "median", "high")] == pytest.approx(
        [twice[k] for k in ("value", "low", "median", "high")]
    )


def test_a_purchase_has_the_footprint_that_its_runs_have():
    """A device without a published footprint is built from its dies and memory in both views, within a profile's limits."""
    profile = {
        "id": "p",
        "purchases": [{"device": "V100", "count": 1, "date": "2023-02-01", "host": "separate"}],
        "rules_off": ["device-embodied-of-class"],
    }
    a = assess(run("r"), profile=profile)
    catalogue = store.load()
    alone = bottom_up(catalogue, DeviceIndex(catalogue.sets).resolve("V100"))
    x = lines(a)["scope-3-2"]
    assert (x["value"], x["low"], x["high"]) == pytest.approx((alone.value, *alone.interval))
    [bought] = a.view_data["purchases"]
    assert "built from its dies and memory" in bought["note"]
    strict = assess(run("r"), profile={**profile, "max_tier": 3})
    assert lines(strict)["scope-3-2"]["value"] is None


@pytest.mark.parametrize(
    ("period", "what"), [({}, "hardware bought, no period stated"), ({"period": YEAR}, "hardware bought in the period")]
)
def test_the_label_of_category_2_names_a_period_only_where_there_is_one(period, what):
    a = assess(OWN, profile={"id": "p", "purchases": [H100], **period})
    assert lines(a)["scope-3-2"]["label"] == f"Capital goods: {what}"
    told = {s["label"] for b in a.view_data["bridges"] for s in b["steps"] if s["id"] == "scope-3-2"}
    assert told == {f"Category 2: {what}, whole"}
    table = bought(a)
    assert table is not None
    assert table.title == what.capitalize()


def test_a_purchase_without_a_footprint_is_not_determined():
    a = assess(OWN, profile={"id": "p", "purchases": [{"device": "TPU v4", "count": 2, "date": "2023-02-01"}]})
    x = lines(a)["scope-3-2"]
    assert x["value"] is None
    assert x["reason"] == (
        "the footprint known for Google TPU v4 (schneider_2025-tpu-v4-embodied-with-host) also holds its host, transport and end of life; "
        "state its `embodied`"
    )
    assert "scope 3, category 2" in lines(a)["total-location"]["reason"]
    assert lines(assess(OWN))["scope-3-2"]["reason"] == "the profile lists no purchases"


BAD = {
    "role": ({"role": "landlord"}, f"role: not one of the known values (found landlord). Use one of {ROLES}."),
    "role of a site": ({"sites": {"a": {"role": "both"}}}, f"sites.a.role: not one of the known values (found both). Use one of {ROLES}."),
    "view": ({"view": "scopes"}, "view: not one of the known values (found scopes). Use one of 'life-cycle', 'ghg-protocol' or 'sci'."),
    "no date": ({"purchases": [{"device": "H100", "count": 3}]}, "purchases[0].date: it is missing. Add it."),
    "no count": ({"purchases": [{"device": "H100", "date": "2024-01-01"}]}, "purchases[0].count: it is missing. Add it."),
    "count of nothing": ({"purchases": [H100 | {"count": 0}]}, "purchases[0].count: must be more than 0 (found 0). Correct the value."),
    "date as a number": ({"purchases": [H100 | {"date": 0}]}, "purchases[0].date: not a date (found 0). Write it as 2025-03-31."),
    "unknown key": ({"purchases": [{"device": "H100", "cuont": 3}]}, "purchases[0].cuont: unknown key (found cuont). The nearest known key is count."),
    "wrong unit": ({"purchases": [H100 | {"embodied": "3 kWh"}]},
                   "purchases[0].embodied: 'kWh' is the wrong dimension here (found 3 kWh). Use gCO2e, kgCO2e or tCO2e."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_broken_role_or_purchase(name):
    fields, told = BAD[name]
    with pytest.raises(ProfileError) as caught:
        load({"id": "p", **fields})
    assert str(caught.value) == f"profile: {told}"


def test_a_purchase_that_nobody_knows_ends_with_status_2(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [OWN])
    write(tmp_path / "p.yaml", "purchases: [{device: H1000, count: 3, date: 2024-01-01}]\n")
    for command in ("assess", "check", "report"):
        done = cli(command, "runs.json", "--profile", "p.yaml", *(("-o", "out") if command == "report" else ()))
        assert done == (2, "", "lca: profile p: purchases[0].device: not in the catalogue (found H1000). The nearest is NVIDIA H100 SXM5 80GB; "
                        "correct the name, or state its `embodied`, such as 164 kgCO2e.\n")  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.yaml", "runs.json"]


@pytest.mark.parametrize("profile", ["iso-14044", "ghg-protocol", "sci"])
def test_each_profile_runs_and_says_what_it_leads_with(cli, tmp_path, profile):
    sample = ROOT / "samples" / "gpt-3.json"
    done = cli("assess", sample, "--json", "--profile", profile)
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    assert document["profile"]["id"] == profile
    assert document["views"]["leads"] == load(profile).view == document["views"]["lines"][0]["view"]
    done = cli("report", sample, "--profile", profile, "-o", tmp_path / "out", "--format", "html")
    assert done.code == 0
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    titles = [
        text.index(t)
        for t in (">Results by life-cycle stage<", ">One inventory, several views<", ">Software Carbon Intensity<")
    ]
    assert titles.index(min(titles)) == ["iso-14044", "ghg-protocol", "sci"].index(profile)


def test_the_frame_holds_the_lines_and_the_bridges():
    frame = assess(OWN, CLOUD).views()
    assert set(frame["table"]) == {"line", "bridge"}
    assert {
        "view",
        "id",
        "label",
        "standard",
        "category",
        "quantity",
        "value",
        "low",
        "high",
        "unit",
        "missing",
        "reason",
    } <= set(frame.columns)


def test_what_is_inside_another_figure_is_no_zero(cli, tmp_path):
    """A rule that gives 0 for what another quantity holds names it, and whoever shows the figure says so."""
    zero = {r.id for r in loader.shipped() if r.formula.endswith("* 0")}
    assert zero == {r.id for r in loader.shipped() if r.inside}
    record = run(
        "tpu",
        devices=[{"model": "TPU v4", "count": 8, "power": "300 W"}],
        electricity={"factor": "400 gCO2e/kWh", "factor_scope": "lifecycle"},
    )
    a = assess(record)
    for quantity in ("end_of_life_co2e", "use_co2e_upstream"):
        assert a.total(quantity)["value"] == 0
        assert a.total(quantity)["inside"] == 1
        assert "0 because it is inside" in a.explain("tpu", quantity)
    path = write(tmp_path / "runs.json", [record])
    assert "\tend_of_life_co2e\tinside\t" in cli("assess", path).out
    assert cli("report", path, "-o", tmp_path / "out", "--format", "html").code == 0
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert ">inside</td>" in text
    assert "inside: already counted in another figure" in text
