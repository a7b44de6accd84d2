"""Figures of electricity computed again by plain Python from the factor files, place by place, without the engine."""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

import pytest
from conftest import ROOT, assess, run, value

KWH = 1000


def rows():
    """All factors that ship, by id, as text."""
    found = {}
    for path in sorted((ROOT / "factors").glob("*/*/factors.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["id"]: row for row in csv.DictReader(file)}
    return found


ROWS = rows()


def kg(name: str) -> float:
    """A factor in kg per kWh, or a share."""
    row = ROWS[name]
    return float(row["value"]) / (1000 if row["unit"].startswith("g") else 1)


class Place(NamedTuple):
    """The factors that must serve at a place. `serves`: which of the two life-cycle figures does."""

    where: dict[str, str]
    year: int
    direct: str  # empty: the life-cycle factor stands in
    whole: str
    lost: str
    upstream: str = ""
    losses: str = ""  # emissions of losses as published
    both: str = ""  # fuels and losses in one figure
    serves: str = "whole"
    consumed: bool = False  # losses are inside the direct factor


def country(code: str, year: int, direct: str, whole_year: int = 0, **more: object) -> Place:
    lost = "egrid-ggl-US-2023" if code == "US" else f"factbook-td-{code}-2023"
    return Place({"country": code}, year, direct, f"owid-ember-{code}-{whole_year or year}", lost, **more)  # type: ignore[arg-type]


def difference(code: str, year: int, direct: str) -> str:
    return f"upstream-owid-ember-{code}-{year}-minus-{direct}"


PLACES = [
    *(country(c, 2024, f"eea-{c}-2024", upstream=difference(c, 2024, f"eea-{c}-2024"))
      for c in ("DE", "PL", "SE", "CZ", "IT", "RO", "PT", "DK", "FI")),
    *(country(c, 2023, f"eea-{c}-2023", upstream=f"upstream-mix-{c}-2023") for c in ("CZ", "RO", "FR", "NL", "ES")),
    country("US", 2023, "egrid-US-2023", upstream=difference("US", 2023, "egrid-US-2023")),
    country("GB", 2026, "desnz-GB-2026", 2025, upstream="desnz2026-wtt-generation", losses="desnz2026-td-all"),
    country("NZ", 2025, "mfe-NZ-2025", upstream=difference("NZ", 2025, "mfe-NZ-2025"), losses="mfe-td-NZ-2025"),
    country("CN", 2023, "mee-CN-2023", upstream="upstream-mix-CN-2023", losses="mee-td-CN-2024"),
    country("AU", 2025, "nga-AU-2025", both="nga2025-s3-AU", serves="parts"),
    country("CY", 2024, "eea-CY-2024", upstream="upstream-mix-CY-2024", serves="parts"),
    country("EE", 2023, "eea-EE-2023", upstream="upstream-mix-EE-2023", serves="parts"),
    country("IN", 2025, "cea-IN-2025", upstream="upstream-mix-IN-2025", serves="parts"),
    country("KR", 2023, "mcee-KR-2023", upstream="upstream-mix-KR-2023", consumed=True),
    *(country(c, 2024, "") for c in ("AR", "EG", "UY")),
    Place({"country": "CA", "subdivision": "CA-AB"}, 2024, "eccc-v4-AB-2024", "owid-ember-CA-2024", "factbook-td-CA-2023",
          "upstream-mix-CA-2024", serves="parts", consumed=True),
]  # fmt: skip


def performed(place: Place) -> tuple[float, float, float]:
    """Scope 2, category 3 and the life cycle in kg, by hand."""
    lost, whole = kg(place.lost), KWH * kg(place.whole)
    if not place.direct:
        return whole, whole * lost / (1 - lost), whole / (1 - lost)
    scope_2 = KWH * kg(place.direct)
    if place.both:
        category_3 = KWH * kg(place.both)
    else:
        fuels = KWH * kg(place.upstream)
        if place.consumed:
            category_3 = fuels / (1 - lost)
        elif place.losses:
            category_3 = fuels + KWH * kg(place.losses)
        else:
            category_3 = fuels + (scope_2 + fuels) * lost / (1 - lost)
    return scope_2, category_3, whole / (1 - lost) if place.serves == "whole" else scope_2 + category_3


@pytest.mark.parametrize("place", PLACES, ids=lambda p: f"{'/'.join(p.where.values())} {p.year}")
def test_electricity_of_a_place_follows_from_the_factor_files(place):
    energy = [{"value": f"{KWH} kWh", "boundary": "facility", "method": "bill"}]
    a = assess(
        run(location=place.where, start=f"{place.year}-02-01T00:00:00Z", duration=None, devices=None, energy=energy)
    )
    told = [value(a, name) for name in ("use_co2e_location", "use_co2e_upstream", "use_co2e")]
    assert told == pytest.approx(performed(place), rel=1e-9)
    [line] = [x for x in a.view_data["lines"] if x["id"] == "memo-publishers"]
    scope_2, category_3, whole = performed(place)
    assert line["value"] == pytest.approx(whole - scope_2 - category_3, abs=1e-9)


RESOURCES = (("primary_energy", "primary-energy-mix", 1), ("adpe", "adpe-mix", 1))


@pytest.mark.parametrize("code", ["DE", "PL", "FR", "SE", "US", "IN", "BR", "ZA", "JP", "AE", "EE", "GB"])
def test_resources_of_a_place_follow_from_the_factor_files(code):
    energy = [{"value": f"{KWH} kWh", "boundary": "facility", "method": "bill"}]
    a = assess(
        run(location={"country": code}, start="2024-02-01T00:00:00Z", duration=None, devices=None, energy=energy)
    )
    for quantity, package, scale in RESOURCES:
        row = ROWS[f"{package}-{code}-2024"]
        assert value(a, quantity) == pytest.approx(KWH * scale * float(row["value"]))
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    [figure] = [f for f in a.figure_list(()) if f["quantity"] == "primary_energy"]
    assert figure["missing"] == (1 if value(a, "embodied_co2e") is None else 0)


TERM = re.compile(r"(\w+) ([\d.]+) x ([\d.]+)")


def test_each_figure_by_generation_mix_follows_from_the_terms_that_its_row_names():
    """Sum of share in % times figure of the technology, over the shares that are named; low and high stand around it."""
    counted = 0
    for name, row in ROWS.items():
        if not row["scope"].endswith("by generation mix"):
            continue
        terms = [(float(share), float(figure)) for _, share, figure in TERM.findall(row["notes"].split(";")[0])]
        shares = sum(share for share, _ in terms)
        assert 94.9 < shares < 100.1, name
        assert float(row["value"]) == pytest.approx(sum(s * f for s, f in terms) / shares, rel=2e-3, abs=1e-12), name
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"]), name
        counted += 1
    assert counted > 1500
