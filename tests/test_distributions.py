"""Distributions and draws: closed forms, scipy, Brightway, scores; sums of draws without the matrix; bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import assess, factor_set, figure, run
from scipy import stats

import lca
from lca.distribution import KINDS, Distribution, Z, bounds, draw, lognormal
from lca.engine import loader
from lca.engine.exact import Sums, Vectors
from lca.engine.outer import Outer, TooLarge
from lca.errors import FactorError, ProfileError

N = 20000
#: cases MC-LOGN and MC-NORMSUM: inputs and closed forms (test_method_cases compares them with the shared file)
LOGNORMALS = {"e": 1289.376, "s1": 0.05, "f": 0.429, "s2": 0.1}  # MWh and t/MWh, with standard deviations of ln x
NORMALS = {"mu": [100.0, 50.0, 25.0], "sd": [10.0, 5.0, 5.0]}  # t
#: errors that 100,000 draws may have there: of means and deviations, of percentiles
MEAN, PERCENTILE = 0.005, 0.01
#: only what is stated counts
PLAIN = {"id": "p", "uncertainty": {"pedigree": "none"}}
METERED = {
    "energy": [{"value": "100 kWh", "boundary": "facility", "method": "counter"}],
    "devices": None,
    "facility": None,
}


def spread(value: float, s: float) -> dict[str, float | str]:
    """A lognormal with standard deviation `s` of ln x, as a run states it."""
    return {
        "value": value,
        "low": value * math.exp(-Z * s),
        "high": value * math.exp(Z * s),
        "distribution": "lognormal",
    }


def drawn(a, quantity="use_co2e"):
    """Draws of the sum over all runs."""
    return a.summary.sampler.sums([quantity], np.zeros(a.rows, np.int64))[quantity].of(0)


def factors(folder, **of):
    """A grid factor of our own for France, with the columns `of` of its uncertainty."""
    row = {"id": "own-fr", "quantity": "grid_lifecycle", "geography": "FR", "value": 429, "unit": "gCO2e/kWh",
           "valid_from": "2023-01-01", "valid_to": "2023-12-31", "replaces": "owid-ember-FR-2023", "scope": "lifecycle+td-loss"}  # fmt: skip
    made = factor_set(folder, [row], "own/grid")
    if of:
        text = (made / "factors.csv").read_text().splitlines()
        lines = [text[0] + "".join(f",{name}" for name in of), text[1] + "".join(f",{x}" for x in of.values())]
        (made / "factors.csv").write_text("\n".join(lines) + "\n")
    return made


# ---- closed forms --------------------------------------------------------------------------------------------------


def test_the_product_of_two_lognormals(tmp_path):
    """Case MC-LOGN through the whole engine: energy of a run times a factor, each lognormal."""
    sigma = math.hypot(LOGNORMALS["s1"], LOGNORMALS["s2"])
    median = LOGNORMALS["e"] * LOGNORMALS["f"]
    energy = {**spread(LOGNORMALS["e"], LOGNORMALS["s1"]), "unit": "MWh"}
    made = run(energy=[{"value": energy, "boundary": "facility", "method": "counter"}], devices=None, facility=None)
    own = factors(tmp_path, gsd=math.exp(LOGNORMALS["s2"]))
    a = assess(made, profile={"id": "p", "uncertainty": {"draws": N}}, factors=[own])
    tonnes, f = drawn(a) / 1000, figure(a, "use_co2e")
    assert np.median(tonnes) == pytest.approx(median, rel=MEAN)
    assert tonnes.mean() == pytest.approx(median * math.exp(sigma**2 / 2), rel=MEAN)
    assert np.exp(np.log(tonnes).std()) == pytest.approx(math.exp(sigma), rel=PERCENTILE)
    assert f["value"] / 1000 == pytest.approx(median, rel=1e-12)
    assert f["low"] / 1000 == pytest.approx(median * math.exp(-Z * sigma), rel=PERCENTILE)
    assert f["high"] / 1000 == pytest.approx(median * math.exp(Z * sigma), rel=PERCENTILE)


def test_the_sum_of_independent_normals():
    """Case MC-NORMSUM through the whole engine: three runs with intervals of their own."""
    energies = [
        {"value": m, "low": m - Z * s, "high": m + Z * s, "unit": "kWh"} for m, s in zip(*NORMALS.values(), strict=True)
    ]
    runs = [
        run(f"r{n}", **{**METERED, "energy": [{"value": e, "boundary": "facility", "method": "counter"}]})
        for n, e in enumerate(energies)
    ]
    got = drawn(assess(*runs, profile={"id": "p", "uncertainty": {"draws": N}}), "facility_energy")
    assert got.mean() == pytest.approx(175, rel=MEAN)
    assert got.std() == pytest.approx(math.sqrt(150), rel=PERCENTILE)


def test_the_sum_of_runs_that_share_a_factor(tmp_path):
    """Case MC-NORMSUM, fully correlated: the same runs under one factor with a normal of 10 %; deviations add up."""
    own = factors(tmp_path, distribution="normal")
    text = (own / "factors.csv").read_text().replace(",429,,,", f",429,{429 * (1 - 0.1 * Z)},{429 * (1 + 0.1 * Z)},")
    (own / "factors.csv").write_text(text)
    runs = [run(f"r{n}", **{**METERED, "energy": [{"value": f"{m} kWh", "boundary": "facility", "method": "counter"}]})
            for n, m in enumerate(NORMALS["mu"])]  # fmt: skip
    got = (
        drawn(assess(*runs, profile={"id": "p", "uncertainty": {"draws": N, "pedigree": "none"}}, factors=[own]))
        / 0.429
    )
    assert got.mean() == pytest.approx(175, rel=MEAN)
    assert got.std() == pytest.approx(17.5, rel=PERCENTILE)


def test_normals_under_one_name_add_their_deviations():
    """The same by draws alone, with the deviations of the case."""
    pairs = zip(*NORMALS.values(), strict=True)
    total = sum(draw(Distribution("normal", m, m - Z * s, m + Z * s), "one name", N, 1) for m, s in pairs)
    assert (total.mean(), total.std()) == pytest.approx((175, 20), rel=MEAN)


@pytest.mark.parametrize("kind", KINDS)
def test_quantiles_of_each_distribution(kind):
    """Against scipy.stats: triangular, PERT (a beta on its range), uniform, normal, lognormal."""
    low, mode, high = 2.0, 3.0, 7.0
    p = np.asarray([0.01, 0.025, 0.25, 0.5, 0.9, 0.975])
    known = {
        "triangular": stats.triang((mode - low) / (high - low), low, high - low),
        "pert": stats.beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), low, high - low),
        "uniform": stats.uniform(low, high - low),
        "normal": stats.norm(5.0, 1.0),
        "lognormal": stats.lognorm(0.3, scale=5.0),
    }[kind]
    if kind == "normal":
        d = Distribution(kind, 5.0, 5.0 - Z, 5.0 + Z)
    elif kind == "lognormal":
        d = Distribution(kind, 5.0, 5.0 * math.exp(-0.3 * Z), 5.0 * math.exp(0.3 * Z))
    else:
        d = Distribution(kind, mode, low, high)
    from lca.distribution import quantile

    assert quantile(d, p) == pytest.approx(known.ppf(p), rel=1e-9)
    assert np.quantile(draw(d, "x", N, 1), p) == pytest.approx(known.ppf(p), rel=0.005)
    assert bounds(d) == pytest.approx(known.ppf([0.025, 0.975]), rel=1e-9)


def test_a_lopsided_lognormal_has_its_median_and_both_bounds():
    d = Distribution("lognormal", 150.0, 94.0, 575.0)
    assert np.quantile(draw(d, "x", N, 1), [0.025, 0.5, 0.975]) == pytest.approx([94, 150, 575], rel=0.005)


def test_what_stands_in_is_wider_by_a_factor_drawn_apart():
    d = lognormal(10.0, 1.5)._replace(spread=0.2)
    sigma = math.hypot(math.log(1.5) / 2, 0.2)
    assert bounds(d) == pytest.approx((10 * math.exp(-Z * sigma), 10 * math.exp(Z * sigma)))
    assert np.quantile(draw(d, "x", N, 1), [0.025, 0.975]) == pytest.approx(bounds(d), rel=0.02)


def test_nothing_lies_beyond_what_can_be():
    assert draw(Distribution("normal", 0.9, 0.5, 1.3, ceiling=1.0), "x", N, 1).max() == 1.0
    over = draw(lognormal(1.1, 3.0, floor=1.0), "x", N, 1)  # a PUE: the overhead is lognormal, never below 1
    assert over.min() > 1
    assert np.median(over) == pytest.approx(1.1, rel=1e-3)


def test_pedigree_scores_give_the_published_deviation(tmp_path):
    """GSD² = exp(sqrt(sum of (ln U)² + (ln basic)²)) with the coefficients of the reference, both versions."""
    from lca.catalogue import store
    from lca.catalogue.pedigree import Pedigree, Spec

    sets = store.load().sets
    spec = Spec("lognormal", "demand: electricity", (2, 3, 2, 2, 3), "")
    u = {"v2": (1.54, 1.04, 1.03, 1.04, 1.65), "v1": (1.05, 1.05, 1.03, 1.01, 1.2)}
    for version, factors_ in u.items():
        want = math.exp(math.sqrt(sum(math.log(x) ** 2 for x in (*factors_, 1.05))))
        assert Pedigree(sets, version).gsd2(spec) == pytest.approx(want, rel=1e-12)
    assert Pedigree(sets, "none").gsd2(spec) == 1
    assert [Pedigree(sets).temporal(x) for x in (0, 2, 3, 6, 10, 15, math.nan)] == [1, 1, 2, 3, 4, 5, 5]


def test_brightway_agrees_on_lognormals():
    """stats_arrays, the distributions of Brightway: mean, 2.5 % and 97.5 % of the same product of lognormals."""
    from stats_arrays import LognormalUncertainty, MCRandomNumberGenerator, UncertaintyBase

    sigmas, values = (0.05, 0.1, 0.35), (1289.376, 0.429, 2.0)
    rows = [
        {"loc": math.log(v), "scale": s, "uncertainty_type": LognormalUncertainty.id}
        for v, s in zip(values, sigmas, strict=True)
    ]
    theirs = MCRandomNumberGenerator(UncertaintyBase.from_dicts(*rows), seed=1).generate(200_000)
    theirs = np.prod(np.asarray(theirs).reshape(3, -1), axis=0)
    ours = np.prod(
        [draw(Distribution("lognormal", v, v * math.exp(-Z * s), v * math.exp(Z * s)), f"{n}", N, 1)
         for n, (v, s) in enumerate(zip(values, sigmas, strict=True))], axis=0,
    )  # fmt: skip
    assert ours.mean() == pytest.approx(theirs.mean(), rel=0.01)
    assert np.quantile(ours, [0.025, 0.975]) == pytest.approx(np.quantile(theirs, [0.025, 0.975]), rel=0.02)


# ---- rows by draws without the matrix --------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", loader.shipped(), ids=lambda r: r.id)
def test_each_rule_on_products_is_the_rule_on_matrices(rule):
    rng = np.random.default_rng(1)
    for example in rule.examples:
        rows = {n: v * rng.uniform(0.9, 1.1, 5) for n, v in example.given.items()}
        draws = {n: rng.uniform(0.9, 1.1, (2, 4)) for n in rule.needs}
        of = np.asarray([0, 1, 1, 0, 1])  # two combinations of factors
        products = {n: Outer([(rows[n], draws[n])], (5, 4), 5, of) for n in rule.needs}
        got = rule.function(**products)
        got = got.dense() if isinstance(got, Outer) else got
        want = rule.function(**{n: rows[n][:, None] * draws[n][of] for n in rule.needs})
        assert np.allclose(np.broadcast_to(got, (5, 4)), want, rtol=1e-10, atol=1e-300)


def test_a_matrix_that_is_too_large_is_refused():
    a, b, of = np.ones(10), np.ones((1, 3)), np.zeros(10, np.int64)
    two = Outer([(a, b)], (10, 3), 4, of) + Outer([(a * 2, b * 2)], (10, 3), 4, of)
    with pytest.raises(TooLarge):
        _ = 1 / two
    assert (Outer([(a, b)], (10, 3), 10, of) * 2).dense().tolist() == np.full((10, 3), 2.0).tolist()


def test_exact_sums_of_products_and_matrices():
    rng = np.random.default_rng(5)
    values, factor = rng.uniform(1e-9, 1e9, 300), rng.uniform(0.5, 2, 8)
    vectors = Vectors()
    place = np.full(300, vectors.place(factor))
    made = Sums(8)
    made.add_products(np.zeros(300, np.int64), values, place, vectors)
    assert made.of(0) == pytest.approx(math.fsum(values) * factor, rel=1e-9)
    broken = Sums(8)
    broken.add_matrix(np.zeros(1, np.int64), np.full((1, 8), np.inf))
    assert np.isnan(broken.of(0)).all()


# ---- bad input --------------------------------------------------------------------------------------------------------

BAD_ROWS = [
    ({"gsd": "0.5"}, "factors.csv: row 2: gsd: a geometric standard deviation is at least 1 (found 0.5). Give GSD, not its logarithm."),
    ({"distribution": "gauss"}, "factors.csv: row 2: distribution: unknown distribution (found gauss). Use lognormal, normal, triangular, pert, uniform."),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "message"), BAD_ROWS, ids=["gsd", "distribution"])
def test_a_factor_whose_uncertainty_cannot_be(columns, message, tmp_path):
    with pytest.raises(FactorError) as told:
        assess(run(), factors=[factors(tmp_path, **columns)])
    assert str(told.value).removeprefix(f"{tmp_path}/") == message


BAD_SCORES = [
    ("quantity,when,distribution,basic,reliability,completeness,temporal,geographical,technological,why\ngrid_lifecycle,,lognormal,,6,1,1,1,1,w\n",
     "uncertainty.csv: row 2: reliability: not a score (found 6). Write 1 (best) to 5."),
    ("quantity,when,distribution,basic,reliability,completeness,temporal,geographical,technological,why\ngrid_lifecycle,,bell,,1,1,1,1,1,w\n",
     "uncertainty.csv: row 2: distribution: unknown distribution (found bell). Use lognormal, normal, triangular, pert, uniform."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD_SCORES, ids=["score", "distribution"])
def test_scores_that_cannot_be(text, message, tmp_path):
    (factors(tmp_path) / "uncertainty.csv").write_text(text)
    with pytest.raises(FactorError) as told:
        assess(run(), factors=[tmp_path])
    assert str(told.value).removeprefix(f"{tmp_path}/") == message


def test_a_set_without_scores_adds_nothing_and_is_named(tmp_path):
    a = assess(run(**METERED), factors=[factors(tmp_path)])
    assert [a.resolved.factors[c].id for c in a.summary.sampler.spreads.unknown] == ["own-fr"]


@pytest.mark.parametrize("draws", [99, 20001, "many"])
def test_a_profile_with_a_wrong_number_of_draws(draws):
    with pytest.raises(ProfileError) as told:
        assess(run(), profile={"id": "p", "uncertainty": {"draws": draws}})
    assert "uncertainty.draws" in str(told.value)


def test_a_quantity_says_its_distribution():
    energy = {"value": 100, "low": 80, "high": 150, "unit": "kWh", "distribution": "triangular"}
    a = assess(
        run(**{**METERED, "energy": [{"value": energy, "boundary": "facility", "method": "counter"}]}), profile=PLAIN
    )
    want = stats.triang(20 / 70, 80, 70).ppf([0.025, 0.5, 0.975])
    f = figure(a, "facility_energy")
    assert (f["low"], f["median"], f["high"]) == pytest.approx(want, rel=2e-3)
    with pytest.raises(lca.errors.InputError) as told:
        assess(run(energy=[{"value": {**energy, "distribution": "gauss"}, "boundary": "it"}]))
    assert str(told.value) == (
        "argument: run 1: energy[0].value: distribution is none that is known. Use lognormal, normal, triangular, pert, uniform."
    )
