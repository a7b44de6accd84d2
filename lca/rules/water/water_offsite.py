from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="water-offsite",
    tier=1,
    gives="water_offsite",
    unit="L",
    needs={"facility_energy": "kWh", "grid_water": "L/kWh"},
    references=[
        "Reig et al. 2020, Guidance for calculating water use embedded in purchased electricity, World Resources Institute",
        "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
    ],
    examples=[
        Example(
            {"facility_energy": 1505790.0, "grid_water": 3.142},
            4731192.18,
            "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
        ),
    ],
)
def water_offsite(facility_energy: Any, grid_water: Any) -> Any:
    """Water consumed in generating the electricity: grid factor times facility energy. Withdrawal is not counted."""
    return facility_energy * grid_water
