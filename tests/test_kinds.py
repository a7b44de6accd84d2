"""Widths by kind: what a factor is decides how wide it is, and what it stands in for, never how carefully it was copied."""

from __future__ import annotations

import csv
import math
from collections import defaultdict

import pytest
from conftest import assess, factor_set, figure, run

from lca.catalogue import store
from lca.catalogue.pedigree import AS_MEANT, Pedigree, Use
from lca.distribution import Z, bounds
from lca.errors import FactorError
from lca.resources import folder

CATALOGUE = store.load()
PEDIGREE = Pedigree(CATALOGUE.sets)
FACTORS = {f.id: f for f in CATALOGUE.factors}
METERED = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]


def ends(name: str, use: Use = AS_MEANT) -> tuple[float, float]:
    """Bounds of a factor over its value."""
    factor = FACTORS[name]
    made = PEDIGREE.distribution(factor, use)
    assert made is not None
    return tuple(bound / factor.value for bound in bounds(made))


def test_no_two_rows_of_one_publication_and_quantity_are_unlike_in_width():
    """Other than those that state an interval themselves, and means, which are as wide as their parts lie apart."""
    widths = defaultdict(set)
    for factor in CATALOGUE.factors:
        if factor.low == factor.low or factor.high == factor.high or not factor.value:
            continue
        made = PEDIGREE.distribution(factor)
        width = (
            None
            if made is None
            else tuple(round((x - made.floor) / (factor.value - made.floor), 9) for x in bounds(made))
        )
        widths[factor.source, factor.quantity].add(width)
    assert {key: found for key, found in widths.items() if len(found) > 1} == {}
    assert len(widths) > 100


@pytest.mark.parametrize(
    ("name", "gsd2"),
    [
        ("desnz-GB-2025", 1.05), ("desnz-GB-2026", 1.05), ("egrid2023-NWPP", 1.05), ("egrid-US-2023", 1.05), ("eea-DE-2023", 1.05),
        ("moe-JP-2024", 1.08), ("factbook-td-DE-2023", 1.08), ("owid-ember-DE-2024", 1.125**2), ("tgo-TH-2026-wtt", math.sqrt(160 / 60)),
    ],
)  # fmt: skip
def test_the_spread_of_a_kind(name, gsd2):
    """1.05: ecoinvent, CO2 of combustion; 1.08: restatements; AR5, gas: GSD 1.125, and upstream of 60 to 160 g."""
    assert ends(name) == pytest.approx((gsd2 ** (-Z / 2), gsd2 ** (Z / 2)), rel=2e-4)


def rows(path: str) -> list[dict[str, str]]:
    with (folder("factors") / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, rest = ordered[int(at)], at - int(at)
    return low + rest * (ordered[min(int(at) + 1, len(ordered) - 1)] - low)


def test_stand_ins_are_as_wide_as_the_sets_lie_apart():
    """Worked out again from the tables: ratios of places and years that two sets, or one in two years, hold."""
    table = {
        r["technology"]: (float(r["low"]), float(r["high"])) for r in rows("uncertainty/kinds/factors.csv") if r["low"]
    }
    ember = {
        (r["geography"], int(r["valid_from"][:4])): float(r["value"]) for r in rows("grid/ember-lifecycle/factors.csv")
    }
    ember = {key: value for key, value in ember.items() if len(key[0]) == 2}
    for years in (1, 2):
        apart = [abs(math.log(ember[g, y + years] / v)) for (g, y), v in ember.items() if (g, y + years) in ember]
        assert table[f"grid_lifecycle {years} years"][1] == pytest.approx(math.exp(quantile(apart, 0.95)), rel=1e-3)
    direct = {
        (r["geography"], int(r["valid_from"][:4])): float(r["value"])
        for name in ("official-direct", "national-direct")
        for r in rows(f"grid/{name}/factors.csv")
        if r["quantity"] == "grid_direct" and r["year_basis"] == "data" and r["losses"] == "outside"
    }
    ratios = [math.log(value / ember[key]) for key, value in direct.items() if key in ember]
    expected = [math.exp(quantile(ratios, share)) for share in (0.025, 0.975)]
    assert table["life-cycle"] == pytest.approx(expected, rel=1e-3)
    for quantity in ("grid_direct", "grid_lifecycle"):
        wide = [table[f"{quantity} {years} years"][1] for years in range(1, 7)]
        assert wide == sorted(wide)


def test_a_life_cycle_factor_in_place_of_a_direct_one_is_wider():
    """Argentina has no direct factor: the life-cycle factor stands in, and may well lie far above what is emitted directly."""
    a = assess(run(location={"country": "AR"}, energy=METERED, start="2024-05-01T00:00:00Z"))
    low, high = next(
        (float(r["low"]), float(r["high"]))
        for r in rows("uncertainty/kinds/factors.csv")
        if r["technology"] == "life-cycle"
    )
    whole, stand_in = (figure(a, name) for name in ("use_co2e", "use_co2e_location"))
    kind, meter = math.log(1.265625) * Z / 2, math.log(1.05) * Z / 2
    for found, below, above in ((whole, 0.0, 0.0), (stand_in, -math.log(low), math.log(high))):
        assert math.log(found["value"] / found["low"]) == pytest.approx(math.hypot(kind, meter, below), rel=0.05)
        assert math.log(found["high"] / found["value"]) == pytest.approx(math.hypot(kind, meter, above), rel=0.05)


def test_another_year_and_a_wider_place_widen():
    of_year, of_place = (Use(stand_ins=(name,)) for name in ("grid_direct 2 years", "country"))
    narrow, year, place = (ends("egrid-US-2023", use) for use in (AS_MEANT, of_year, of_place))
    assert year[0] < narrow[0] < narrow[1] < year[1]
    assert place[0] < narrow[0] < narrow[1] < place[1]
    known = FACTORS["egrid-US-2023"]
    assert PEDIGREE.stand_ins(known, "grid_direct", "country", False, 0.0) == ()
    assert PEDIGREE.stand_ins(known, "grid_direct", "country", True, 2.0) == ("country", "grid_direct 2 years")
    assert PEDIGREE.stand_ins(known, "grid_direct", "country", False, 40.0) == ("grid_direct 6 years",)
    assert PEDIGREE.stand_ins(known, "grid_direct", "country", False, math.nan) == ("grid_direct 6 years",)


def test_a_small_difference_of_large_figures_is_wide():
    """US 2023: 392.89 - 349.667; 1.96 deviations of the two are 392.89 ln(1.265625) Z / 2 and 349.667 ln(1.05) Z / 2."""
    factor = FACTORS["upstream-owid-ember-US-2023-minus-egrid-US-2023"]
    reach = math.hypot(392.89 * math.log(1.265625), 349.667 * math.log(1.05)) * Z / 2
    assert factor.high * 1000 == pytest.approx(43.223 + reach, rel=1e-3)
    assert factor.low == 0


def test_a_set_of_ones_own_names_its_kind(tmp_path):
    rows_ = [{"id": "own-aq", "quantity": "grid_direct", "geography": "AQ", "value": 0.4, "unit": "kgCO2e/kWh"}]
    record = run(location={"country": "AQ"}, energy=METERED)
    widths = []
    for name, lca in (
        ("a", {"kind": "national-statistics"}),
        ("b", {"kind": {"grid_direct": "plant-inventory"}}),
        ("c", {}),
    ):
        own = factor_set(tmp_path / name, rows_, lca=lca)
        found = figure(assess(record, factors=[own]), "use_co2e_location")
        widths.append((found["high"] - found["low"]) / found["value"])
    assert widths[0] > widths[1] > widths[2] > 0  # the last is that of the meter alone: its set documents nothing


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("plant-inventry", "@: lca.kind: no such kind of factor (found plant-inventry). The nearest is plant-inventory."),
        (["x"], "@: lca.kind: neither a kind nor an object of them by quantity. Write a kind such as plant-inventory; `lca factors uncertainty/kinds` lists them."),
    ],
)  # fmt: skip
def test_a_kind_that_does_not_exist_is_named(tmp_path, kind, message):
    own = factor_set(tmp_path / "own", [], lca={"kind": kind})
    with pytest.raises(FactorError) as caught:
        assess(run(), factors=[own])
    assert str(caught.value) == message.replace("@", str(own / "datapackage.json"))
