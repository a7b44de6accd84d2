"""From the life-cycle total to each other total, line by line: arithmetic that must close, with every gap named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lca.engine import market_bridge
from lca.engine.kernel import Array
from lca.engine.ledger import Sums
from lca.engine.market_bridge import without_noise
from lca.engine.roles import CATEGORIES, OWN, SERVICE
from lca.language import said

#: the line of services as their suppliers state them, where they serve in category 1
SUPPLIED = "memo-supplier-figures"


def splits(columns: Mapping[str, Array], rows: int) -> dict[str, Array]:
    """Columns by which electricity over its life cycle differs from its parts, NaN where a case does not apply.

    Each row is one case at most: all three figures known; the life-cycle figure without one of its parts; parts without
    the life-cycle figure. So a row that lacks a figure stands in a line of its own and does not vanish.
    """

    def of(name: str) -> tuple[Array, Array]:
        values = columns.get(name, np.full(rows, np.nan))
        return values, ~np.isnan(values)

    (use, has_use), (loc, has_loc), (up, has_up) = of("use_co2e"), of("use_co2e_location"), of("use_co2e_upstream")
    (embodied, has_embodied), (_, has_sci) = of("embodied_co2e"), of("sci_co2e")
    parts = np.nan_to_num(loc) + np.nan_to_num(up)
    both = has_loc & has_up
    nan = np.nan
    return {
        **market_bridge.splits(columns, rows),
        "beyond_parts": np.where(has_use & both, without_noise(use - parts, use), nan),
        "without_parts": np.where(has_use & ~both, use - parts, nan),
        "parts_alone": np.where(~has_use & (has_loc | has_up), parts, nan),
        "beyond_location": np.where(has_use & has_loc, use - loc, nan),
        "without_location": np.where(has_use & ~has_loc, use, nan),
        "location_alone": np.where(~has_use & has_loc, loc, nan),
        "incomplete": np.where(~has_sci & (has_loc | has_embodied), np.nan_to_num(loc) + np.nan_to_num(embodied), nan),
    }  # fmt: skip


def bridges(
    held: Sums, split: Sums, ghg: Mapping[str, dict[str, Any]], sides: Mapping[str, dict[str, Any]], bought: str
) -> list[dict[str, Any]]:
    """The bridges: each a list of steps from one total to another. `held` and `split` are sums by place of the role, `bought` a label."""

    def total(name: str, sign: int, label: str, kind: str = "step", role: int | None = None) -> dict[str, Any]:
        of = slice(None) if role is None else slice(role, role + 1)
        known = int(held.known[name][of].sum())
        return _step(name, label, sign * float(held.total[name][of].sum()) if known else None, kind,
                     int(held.rows[of].sum()), int(held.missing[name][of].sum()))  # fmt: skip

    def case(name: str, sign: int, label: str, role: int | None = None) -> dict[str, Any] | None:
        of = slice(None) if role is None else slice(role, role + 1)
        known = int(split.known[name][of].sum())
        return _step(name, label, sign * float(split.total[name][of].sum()), "step", known, 0) if known else None

    def of_line(x: dict[str, Any], label: str, kind: str = "step", sign: int = 1) -> dict[str, Any]:
        value = None if x["value"] is None else sign * x["value"]
        made = _step(x["id"], label, value, kind, x["rows"], x["missing"], x.get("reason", ""))
        return made | ({"without": x["without"]} if x.get("without") else {})

    def supplied(sign: int) -> list[dict[str, Any]]:
        label = said("Category 1: services as their suppliers state them")
        return [of_line(ghg[SUPPLIED], label, sign=sign)] if SUPPLIED in ghg else []

    beside = [
        (place, ghg[id]["category"])
        for place, id in enumerate(CATEGORIES)
        if place not in (OWN, SERVICE) and held.rows[place]
    ]
    start = total("total_co2e", 1, said("Total, life cycle, location-based"), "start")
    location: list[dict[str, Any] | None] = [
        start,
        case(
            "beyond_parts",
            -1,
            said("Difference between publishers: life-cycle factor against direct factor, upstream and losses"),
            OWN,
        ),
        case(
            "without_parts",
            -1,
            said("Life-cycle electricity whose direct or upstream part is not determined apart"),
            OWN,
        ),
        case("parts_alone", 1, said("Direct or upstream emissions of entries without a life-cycle figure"), OWN),
        total("embodied_co2e", -1, said("Hardware amortised over the runs, of the owner"), role=OWN),
        total("end_of_life_co2e", -1, said("End of life amortised over the runs, of the owner"), role=OWN),
        *(
            total("total_co2e", -1, said("Runs of {category}, outside this total", category=category), role=place)
            for place, category in beside
        ),
        *supplied(1),
        of_line(ghg["scope-3-2"], said("Category 2: {bought}, whole", bought=bought)),
        of_line(ghg["total-location"], said("Scope 2 and scope 3, location-based"), "end"),
    ]
    market: list[dict[str, Any] | None] = [
        of_line(ghg["total-location"], said("Scope 2 and scope 3, location-based"), "start"),
        of_line(ghg["scope-2-location"], said("Scope 2, location-based"), sign=-1),
        of_line(ghg["scope-2-market"], said("Scope 2, market-based")),
        of_line(ghg["total-market"], said("Scope 2 and scope 3, market-based"), "end"),
    ]
    life_cycle_market: list[dict[str, Any] | None] = [
        start,
        total("use_co2e", -1, said("Electricity over its life cycle, location-based")),
        total("use_co2e_market_total", 1, said("Electricity over its life cycle, market-based")),
        total("total_co2e_market", 1, said("Total, life cycle, market-based"), "end"),
    ]
    intensity: list[dict[str, Any] | None] = [
        start,
        total("end_of_life_co2e", -1, said("End of life, which SCI leaves out")),
        case("beyond_location", -1, said("Life-cycle electricity beyond E × I, upstream among it")),
        case("without_location", -1, said("Life-cycle electricity of entries without a location-based figure")),
        case("location_alone", 1, said("Location-based electricity of entries without a life-cycle figure")),
        case("incomplete", -1, said("O or M of entries that lack the other one")),
        total("sci_co2e", 1, said("SCI, O + M of all entries"), "subtotal"),
        of_line(sides["idle"], said("Idle runs, in neither boundary"), sign=-1) if "idle" in sides else None,
        of_line(sides["both"], said("SCI, O + M of provider and consumer"), "end"),
    ]
    named: dict[str, tuple[str, list[dict[str, Any] | None]]] = {
        "ghg-location": (said("Life cycle to GHG Protocol, location-based"), location),
        "ghg-market": (said("GHG Protocol, location-based to market-based"), market),
        "life-cycle-market": (said("Life cycle, location-based to market-based"), life_cycle_market),
        "ghg-life-cycle-market": (
            said("GHG Protocol, market-based to life cycle, market-based"),
            market_bridge.steps(total, case, of_line, ghg, bought, beside, supplied(-1)),
        ),
        "sci": (said("Life cycle to Software Carbon Intensity"), intensity),
    }
    return [
        {"id": id, "label": label, "steps": [s for s in steps if s is not None]} for id, (label, steps) in named.items()
    ]


def _step(
    id: str, label: str, value: float | None, kind: str, rows: int, missing: int, reason: str = ""
) -> dict[str, Any]:
    made: dict[str, Any] = {"id": id, "label": label, "kind": kind, "value": None if value is None else value + 0.0, "unit": "kgCO2e", "rows": rows, "missing": missing}  # fmt: skip
    return made | ({"reason": reason} if reason else {})
