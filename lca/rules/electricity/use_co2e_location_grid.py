from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-grid",
    tier=1,
    rank=1,
    gives="use_co2e_location",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_direct": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
    ],
    examples=[
        Example(
            {"facility_energy": 1000000.0, "grid_direct": 0.2},
            200000.0,
            "GHG Protocol Scope 2 Guidance, example of location-based accounting",
        ),
    ],
)
def use_co2e_location_grid(facility_energy: Any, grid_direct: Any) -> Any:
    """Facility energy times the direct (generation) factor of the grid, as the location-based method of scope 2 asks."""
    return facility_energy * grid_direct
