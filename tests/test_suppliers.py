"""Suppliers' figures of purchased services: compared with our own, and in category 1 by the profile's choice alone."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import assess, findings, run, value
from test_views import closed, lines

from lca.errors import ProfileError
from lca.profile import load

ENERGY = [{"value": "100 kWh", "boundary": "facility", "method": "modelled"}]


def service(id: str, **fields: Any) -> dict[str, Any]:
    """Calls of a service: 100 kWh at 100 g/kWh, 10 kg of electricity."""
    made = {"stage": "inference", "devices": None, "facility": None, "energy": ENERGY, "electricity": {"factor": "100 g/kWh"},
            "system": {"name": "chat", "provider": "Example AI"}, "work": {"tokens_out": 2_000_000}}  # fmt: skip
    return run(id, **(made | fields))


def stated(**fields: Any) -> dict[str, Any]:
    return {
        "supplier": "Example AI",
        "where": {"provider": "Example AI"},
        "evidence": "statement of 2023, assured",
    } | fields


def inventory(*figures: dict[str, Any], runs: tuple[Any, ...] = ()) -> Any:
    held = runs or (
        service("a"),
        service("b"),
        service("c", system={"name": "other", "provider": "Another AI"}),
        run("own"),
    )
    return assess(*held, profile={"id": "p", "supplier_figures": list(figures)})


def test_a_figure_that_is_only_compared_changes_nothing():
    plain, a = inventory(), inventory(stated(co2e="25 kgCO2e"))
    assert lines(a)["scope-3-1"] == lines(plain)["scope-3-1"]
    assert [(f.severity, f.field, f.message) for f in findings(a, "supplier-figure")] == [
        ("info", "supplier_figures[0]", "Example AI states 25 kgCO2e for 2 entries, ours is 20 kgCO2e, a ratio of 1.25; it is compared only"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "kg"),
    [
        ({"co2e": "25 kgCO2e"}, 25.0),
        ({"co2e": "6 gCO2e", "per": "tokens_out", "amount": 1000}, 24.0),  # 4 million tokens
    ],
)
def test_a_figure_that_serves_stands_in_category_1_and_ours_beside_it(figure, kg):
    plain, a = inventory(), inventory(stated(use=True, **figure))
    held, before = lines(a), lines(plain)
    assert before["scope-3-1"]["value"] == pytest.approx(30)
    assert held["scope-3-1"]["value"] == pytest.approx(10 + kg)
    assert (held["scope-3-1"]["rows"], held["scope-3-1"]["supplied"]) == (3, pytest.approx(kg))
    assert held["scope-3-1"]["note"] == (
        f"{kg:g} kgCO2e of it as stated by Example AI, in place of our own figure, which stands beside the total; their interval is not "
        "known"
    )
    assert held["memo-supplier-figures"]["value"] == pytest.approx(kg)
    assert (held["memo-supplier-replaced"]["value"], held["memo-supplier-replaced"]["rows"]) == (pytest.approx(20), 2)
    for id in ("total-location", "total-market", "total-over-scopes", "total-scope-3-location"):
        assert held[id]["value"] - before[id]["value"] == pytest.approx(kg - 20)
    assert value(a, "total_co2e") == value(plain, "total_co2e")
    closed(a)


def test_all_of_category_1_may_be_as_stated():
    a = inventory(stated(use=True, co2e="5 kgCO2e"), runs=(service("a"),))
    held = lines(a)
    assert (held["scope-3-1"]["value"], held["scope-3-1"]["rows"], held["total-location"]["value"]) == (5, 1, 5)
    assert [f.severity for f in findings(a, "supplier-figure")] == ["info"]
    closed(a)


def test_an_export_of_the_provider_gives_its_sum():
    def export(n: int) -> dict[str, Any]:
        ext = {"supplier_total_location": f"{n} kgCO2e", "supplier_total_market": "1 kgCO2e"}
        return run(f"x{n}", devices=None, facility=None, location={"cloud": "gcp", "region": "europe-north1"}, ext=ext)

    cloud = run("cloud", location={"cloud": "gcp", "region": "europe-north1"})
    for method, kg in (("location-based", 7.0), ("market-based", 2.0)):
        figure = {
            "supplier": "Google",
            "where": {"cloud": "gcp"},
            "method": method,
            "evidence": "its export",
            "use": True,
        }
        a = inventory(figure, runs=(export(3), export(4), cloud))
        assert lines(a)["scope-3-1"]["value"] == pytest.approx(kg)
        closed(a)


UNUSED = {
    "no evidence": (stated(use=True, co2e="19 kgCO2e", evidence=""), "Example AI states 19 kgCO2e for 2 entries, ours is 20 kgCO2e, a ratio of 0.95; it does not serve, since it states no evidence"),
    "nobody": (stated(use=True, co2e="19 kgCO2e", where={"provider": "Nobody"}), "Example AI states 19 kgCO2e for 0 entries, of which no own figure is known; it does not serve, since no entry of category 1 is among those that it names"),
    "no work": (stated(use=True, co2e="1 gCO2e", per="images"), "Example AI: no figure for 2 entries; it does not serve, since nothing gives it: the entries state none of the work that it is per, and no export holds it"),
    "own hardware": (stated(use=True, co2e="19 kgCO2e", where={"run": "own"}), "Example AI states 19 kgCO2e for 0 entries, of which no own figure is known; it does not serve, since no entry of category 1 is among those that it names"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSED)
def test_a_figure_that_cannot_serve_is_told_and_not_counted(name):
    figure, told = UNUSED[name]
    a = inventory(figure)
    assert lines(a)["scope-3-1"]["value"] == pytest.approx(30)
    assert [(f.severity, f.message) for f in findings(a, "supplier-figure")] == [("warning", told)]


def test_an_entry_is_replaced_once():
    a = inventory(stated(use=True, co2e="25 kgCO2e"), stated(use=True, co2e="1 kgCO2e", where={"run": "a"}))
    assert lines(a)["scope-3-1"]["value"] == pytest.approx(35)
    told = [f for f in findings(a, "supplier-figure") if f.field == "supplier_figures[1]"]
    assert [(f.severity, f.message) for f in told] == [
        ("warning", "Example AI states 1 kgCO2e for one entry, ours is 10 kgCO2e, a ratio of 0.1; it does not serve, since another "
         "figure of the profile holds some of its entries"),
    ]  # fmt: skip


def test_a_figure_far_from_ours_is_a_warning():
    [told] = findings(inventory(stated(co2e="5 kgCO2e")), "supplier-figure")
    assert told.severity == "warning"


BAD = {
    "no entries named": (stated(where={}), "profile: supplier_figures[0].where: "),
    "a key of nothing": (stated(where={"cluod": "gcp"}), "profile: supplier_figures[0]: runs cannot be told apart by cluod. "),
    "an amount of work alone": (stated(per="requests"), "profile: supplier_figures[0]: co2e is missing. State the emissions per amount of work, such as 0.3 gCO2e."),
    "unknown key": (stated(co2=3), "profile: supplier_figures[0].co2: unknown key (found co2). The nearest known key is co2e."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_broken_supplier_figure_is_named(name):
    figure, told = BAD[name]
    with pytest.raises(ProfileError) as caught:
        load({"id": "p", "supplier_figures": [figure]})
    assert str(caught.value).startswith(told)
