"""What must hold for any runs: sums, partitions, order, boundaries of PUE and water, methods that do not touch each other."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from conftest import assess, figure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import instruments, logs

import lca.engine.kernel
from lca.assessment import Assessment
from lca.engine.summary import exact_sums, partial
from lca.quantities import ALWAYS
from lca.quantities import ALWAYS as NAMES

few = settings(
    max_examples=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
ENERGY = ("device_hours", "it_energy", "facility_energy")
LOCATION = ("use_co2e_location", "use_co2e_upstream", "use_co2e", "total_co2e")


def values(a: Assessment, names: tuple[str, ...] = NAMES) -> dict[str, float | None]:
    return {q: figure(a, q)["value"] for q in names}


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {k: (one[k], other[k]) for k in one if not same(one[k], other[k])}


def added(parts: list[float | None]) -> float | None:
    known = [p for p in parts if p is not None]
    return math.fsum(known) if known else None


@few
@given(logs())
def test_the_total_is_the_sum_of_its_parts(records):
    made = assess(*records)
    for f in (f for f in made.figure_list(("run",)) if f["quantity"] == "total_co2e"):
        parts = [next(g["value"] for g in made.figure_list(("run",)) if g["by"] == f["by"] and g["quantity"] == q)
                 for q in ("use_co2e", "embodied_co2e", "end_of_life_co2e")]  # fmt: skip
        assert same(f["value"], added(parts))
        assert (f["value"] is None) == all(p is None for p in parts)
        assert f["missing"] or all(p is not None for p in parts)
        assert not f["missing"] or f["reason"]


@few
@given(logs())
def test_the_whole_is_the_sum_over_stages_systems_runs_and_places(records):
    made = assess(*records)
    whole = values(made)
    for by in (("stage",), ("system",), ("run",), ("country",), ("system", "stage"), ("device", "year")):
        groups = [f for f in made.figure_list(by) if f["by"]]
        for name in NAMES:
            mine = [f for f in groups if f["quantity"] == name]
            assert same(added([f["value"] for f in mine]), whole[name]), (by, name)
            assert sum(f["rows"] for f in mine) == figure(made, name)["rows"]
            assert sum(f["missing"] for f in mine) == figure(made, name)["missing"]


@few
@given(logs(2, 6), st.randoms(use_true_random=False))
def test_whole_partitions_and_shuffled_agree(records, random):
    made = assess(*records)
    whole = values(made)
    half = len(records) // 2
    parts = [values(assess(*part)) for part in (records[:half], records[half:])]
    assert differences(whole, {q: added([p[q] for p in parts]) for q in NAMES}) == {}
    shuffled = list(records)
    random.shuffle(shuffled)
    other = assess(*shuffled)
    assert differences(whole, values(other)) == {}
    for f in made.figure_list(("run",)):
        g = next(g for g in other.figure_list(("run",)) if g["by"] == f["by"] and g["quantity"] == f["quantity"])
        for key in ("value", "low", "high"):
            assert same(f[key], g[key]), (f["quantity"], key)
        assert (f["rules"], f["factors"], f["tier"]) == (g["rules"], g["factors"], g["tier"])


@few
@given(logs(), st.sampled_from(("reserved-time", "active-time", "energy-share")))
def test_embodied_never_touches_energy(records, allocation):
    bare = copy.deepcopy(records)
    for record in bare:
        for part in (*record.get("devices", ()), record.get("host", {})):
            part.pop("embodied", None)
            part.pop("die_area", None)
            part.pop("lifetime_utilisation", None)
    names = (*ENERGY, *LOCATION[:-1], "use_co2e_market", "water", "water_onsite", "water_offsite")
    other = assess(*bare, profile={"id": "p", "embodied_allocation": allocation})
    assert differences(values(assess(*records), names), values(other, names)) == {}


@few
@given(logs(2, 5))
def test_adding_a_run_never_lowers_a_total(records):
    before, after = values(assess(*records[:-1])), values(assess(*records))
    for name in NAMES:
        if before[name] is not None:
            assert after[name] is not None
            assert after[name] >= before[name] * (1 - 1e-12)


@few
@given(logs(), st.lists(instruments(), max_size=4))
def test_instruments_touch_market_based_figures_alone(records, bought):
    contracted = copy.deepcopy(records)
    for record in contracted:
        record.setdefault("electricity", {})["instruments"] = bought
    names = tuple(n for n in NAMES if "market" not in n)
    one, other = assess(*records), assess(*contracted)
    assert differences(values(one, names), values(other, names)) == {}
    share = other.activities.column("contract_share")
    assert not (share > 1).any()
    # of these none can fail to match a place, a period or a technology
    sure = [i for i in bought if "factor" in i and not {"market", "start", "end"} & set(i)]
    covered = sum(i.get("share", 0) for i in sure)
    if covered > 1 + 1e-9 and not any(i["type"] == "residual" for i in bought):
        assert any(f.code == "instrument-excess" for f in other.findings)


@few
@given(logs(), st.floats(1, 3).map(lambda x: round(x, 4)))
def test_pue_is_applied_once_and_never_to_water_on_site(records, pue):
    """With all energies before PUE, PUE multiplies facility energy once, and IT energy and WUE do not see it."""
    for record in records:
        record["energy"] = [e for e in record["energy"] if e["boundary"] != "facility" and not e.get("includes_pue")]
        record["facility"] = {"wue": "1.5 L/kWh"}
    with_pue = [{**r, "facility": {**r["facility"], "pue": pue}} for r in records]
    without = [{**r, "facility": {**r["facility"], "pue": 1}} for r in records]
    one, other = values(assess(*without)), values(assess(*with_pue))
    for name in ("it_energy", "water_onsite", "embodied_co2e", "device_hours"):
        assert same(one[name], other[name]), name
    for name in ("facility_energy", "use_co2e", "use_co2e_location", "use_co2e_upstream", "water_offsite"):
        assert same(None if one[name] is None else one[name] * pue, other[name]), name
    if one["it_energy"] is not None:
        assert same(other["water_onsite"], other["it_energy"] * 1.5)


@few
@given(logs())
def test_upstream_is_never_counted_twice(records):
    """Life-cycle CO2e is one life-cycle factor, or location plus upstream; never a life-cycle factor plus upstream."""
    made = assess(*records)
    columns, rules = made.columns, made.plan.rules
    for row, code in enumerate(columns["use_co2e__rule"]):
        if code < 0:
            continue
        rule, energy = rules[code], columns["facility_energy"][row]
        upstream = columns["use_co2e_upstream"][row]
        stated = made.activities.column("stated_factor")[row]
        factor = stated if not np.isnan(stated) else made.activities.column("grid_lifecycle")[row]
        if "use_co2e_upstream" not in rule.needs:
            lost = made.activities.column("lifecycle_loss_share")[row] if np.isnan(stated) else 0.0
            assert same(columns["use_co2e"][row], energy * factor / (1 - np.nan_to_num(lost)))
        elif np.isnan(stated):
            assert same(columns["use_co2e"][row], columns["use_co2e_location"][row] + upstream)
        else:
            run = made.activities.runs[made.activities.run_of_row[row]]
            assert run.electricity is not None
            assert run.electricity.factor_scope == "direct"
            assert same(columns["use_co2e"][row], energy * stated + upstream)


@few
@given(logs())
def test_figures_are_finite_positive_and_inside_their_interval(records):
    for f in assess(*records).figure_list(("system", "stage")):
        if f["value"] is None:
            assert f["reason"]
            assert f["low"] is None
            assert f["high"] is None
            continue
        assert math.isfinite(f["value"])
        assert f["value"] >= 0
        assert f["tier"] in (1, 2, 3, 4)
        assert math.isclose(math.fsum(f.get("by_tier", [f["value"]])), f["value"], rel_tol=1e-9, abs_tol=1e-12)
        if f["low"] is not None:
            assert f["low"] <= f["value"] <= f["high"]
        assert f["rules"]


@few
@given(logs(), st.integers(1, 3))
def test_blocks_of_the_kernel_do_not_show(records, block):
    whole = assess(*records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lca.engine.kernel, "BLOCK", block)
        parts = assess(*records)
    assert whole.columns.keys() == parts.columns.keys()
    for name, column in whole.columns.items():
        assert np.array_equal(column, parts.columns[name], equal_nan=column.dtype.kind == "f"), name
    assert whole.to_json() == parts.to_json()


@few
@given(logs())
def test_every_number_can_be_explained(records):
    """`explain` evaluates each rule again and refuses what does not re-compute."""
    made = assess(*records)
    for record in records:
        for quantity in ("total_co2e", "total_co2e_market", "water"):
            assert made.explain(record["id"], quantity).startswith(f"{quantity} of ")


@few
@given(logs(1, 2), st.integers(1, 4))
def test_work_is_counted_once_whatever_the_number_of_device_groups(records, groups):
    for record in records:
        record["work"] = {"flops": 1e21, "requests": 100}
        record["devices"] = [{"model": "H100", "count": n + 1, "power": "500 W"} for n in range(groups)]
    made = assess(*records)
    assert figure(made, "training_flops")["value"] == pytest.approx(len(records) * 1e21)
    energy, ratio = figure(made, "it_energy"), figure(made, "it_energy_per_request")
    if energy["value"] is not None and not energy["missing"]:
        assert ratio["value"] == pytest.approx(energy["value"] / (100 * len(records)))


@few
@given(logs(2, 4))
def test_runs_do_not_touch_each_other(records):
    """The figures of a run are the same alone and among others, with interval, rules and factors; but for the views in which
    amounts move between runs (test_attribution)."""
    together = [f for f in assess(*records).figure_list(("run",)) if f["by"] and "_with_" not in f["quantity"]]
    alone = [f for r in records for f in assess(r).figure_list(("run",)) if f["by"]]
    key = {(f["by"]["run"], f["quantity"]): f for f in alone}
    for f in together:
        g = key.get((f["by"]["run"], f["quantity"]))
        if g is None:  # an optional quantity, which only another run has
            assert f["value"] is None
            assert f["quantity"] not in ALWAYS
            continue
        for bound in ("value", "low", "high"):
            assert same(f[bound], g[bound]), (f["quantity"], bound, f[bound], g[bound])
        assert (f["rules"], f["factors"]) == (g["rules"], g["factors"])
        assert f.get("reason") == g.get("reason")


@few
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e300, 1e300)), max_size=60), st.randoms())
def test_sums_are_exact_and_know_no_order(rows, rng):
    """As `math.fsum`, which rounds once; in whatever order, whatever the range of the numbers."""
    shuffled = rng.sample(rows, len(rows))
    for held in (rows, shuffled):
        group = np.asarray([g for g, _ in held], np.int64)
        got = exact_sums(group, np.asarray([x for _, x in held], np.float64), 4)
        assert got.tolist() == [math.fsum(x for g, x in rows if g == k) for k in range(4)]


@given(st.lists(st.tuples(st.floats(0, 1e12), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=60))
def test_a_sum_is_rounded_once_whatever_it_rests_on(rows):
    """The total of a group is that of its rows to the last bit, not that of its rounded tiers."""
    size, tier, group = (np.asarray(x) for x in zip(*rows, strict=True))
    made = partial({"q": size, "q__tier": tier}, "q", group, 3)
    assert made.total.tolist() == [math.fsum(size[group == g].tolist()) for g in range(3)]
    for t in range(4):
        assert made.by_tier[t].tolist() == [math.fsum(size[(group == g) & (tier == t + 1)].tolist()) for g in range(3)]
