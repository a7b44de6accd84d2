"""From the market-based total of the GHG Protocol to that of the life cycle, line by line.

Category 3 of consumption under contracts is that of the grid: fuels and losses of what was drawn. The life cycle takes
the technology's own intensity instead. The rest differs where the publishers of life-cycle and direct factors differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lca.engine.kernel import Array
from lca.engine.roles import OWN, SERVICE
from lca.language import said

Step = dict[str, Any]
#: a difference below this share of the whole is that of rounding
ROUNDING = 1e-9


def without_noise(difference: Array, whole: Array) -> Array:
    """Differences, 0 where they are no more than the rounding of the whole."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(difference) > ROUNDING * np.abs(whole), difference, 0.0)


def splits(columns: Mapping[str, Array], rows: int) -> dict[str, Array]:
    """Columns by which market-based electricity over its life cycle differs from scope 2 plus category 3.

    Each row is one case at most: covered and uncovered part where all is known; the life cycle without one of its parts;
    parts without the life cycle.
    """

    def of(name: str) -> tuple[Array, Array]:
        values = columns.get(name, np.full(rows, np.nan))
        return values, ~np.isnan(values)

    (whole, has_whole), (scope_2, has_2), (up, has_up) = (
        of(name) for name in ("use_co2e_market_total", "use_co2e_market", "use_co2e_upstream")
    )
    share, energy, rate, intensity = (
        np.nan_to_num(of(name)[0])
        for name in ("contract_share", "facility_energy", "contract_factor", "contract_lifecycle")
    )
    covered = share * (energy * (intensity - rate) - np.nan_to_num(up))
    parts = np.nan_to_num(scope_2) + np.nan_to_num(up)
    all_known = has_whole & has_2 & has_up
    return {
        "market_covered": np.where(all_known & (share > 0), covered, np.nan),
        "market_beyond": np.where(all_known, without_noise(whole - parts - covered, whole), np.nan),
        "market_without_parts": np.where(has_whole & ~(has_2 & has_up), whole - parts, np.nan),
        "market_parts_alone": np.where(~has_whole & (has_2 | has_up), parts, np.nan),
    }


def steps(
    total: Callable[..., Step], case: Callable[..., Step | None], of_line: Callable[..., Step],
    ghg: Mapping[str, Step], bought: str, beside: Sequence[tuple[int, str]], supplied: Sequence[Step],
) -> list[Step | None]:  # fmt: skip
    """The steps of the bridge, made by the same functions as those of the other bridges.

    `beside` are the roles whose runs the total of the GHG Protocol leaves out, with their categories;
    `supplied` takes out what suppliers state in category 1.
    """
    return [
        of_line(ghg["total-market"], said("Scope 2 and scope 3, market-based"), "start"),
        case(
            "market_covered",
            1,
            said("Covered consumption: life cycle of its technology in place of category 3 of the grid"),
            OWN,
        ),
        case(
            "market_beyond",
            1,
            said("Difference between publishers: life-cycle factor against direct factor, upstream and losses"),
            OWN,
        ),
        case(
            "market_without_parts",
            1,
            said("Life-cycle electricity whose direct or upstream part is not determined apart"),
            OWN,
        ),
        case(
            "market_parts_alone",
            -1,
            said("Direct or upstream emissions of entries without a life-cycle figure"),
            OWN,
        ),
        of_line(ghg["scope-3-2"], said("Category 2: {bought}, whole", bought=bought), sign=-1),
        total("embodied_co2e", 1, said("Hardware amortised over the runs, of the owner"), role=OWN),
        total("end_of_life_co2e", 1, said("End of life amortised over the runs, of the owner"), role=OWN),
        total("total_co2e", -1, said("Purchased cloud services, location-based"), role=SERVICE),
        total("total_co2e_market", 1, said("Purchased cloud services, market-based"), role=SERVICE),
        *supplied,
        *(
            total("total_co2e_market", 1, said("Runs of {category}, in no line above", category=category), role=place)
            for place, category in beside
        ),
        total("total_co2e_market", 1, said("Total, life cycle, market-based"), "end"),
    ]
