from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="water-sum",
    tier=1,
    gives="water",
    unit="L",
    needs={"water_onsite": "L", "water_offsite": "L"},
    references=[
        "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
    ],
    examples=[
        Example(
            {"water_onsite": 707850.0, "water_offsite": 4731192.18},
            5439042.18,
            "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
        ),
    ],
)
def water_sum(water_onsite: Any, water_offsite: Any) -> Any:
    """On-site plus off-site consumption; not determined unless both are."""
    return water_onsite + water_offsite
