from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-lifecycle-stand-in",
    tier=4,
    gives="use_co2e_location",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_stand_in": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, 6.11.1, data hierarchy",
    ],
    examples=[
        Example({"facility_energy": 100.0, "grid_stand_in": 0.25}, 25.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_location_lifecycle_stand_in(facility_energy: Any, grid_stand_in: Any) -> Any:
    """No direct factor is known for the place: the life-cycle factor stands in. Upstream emissions are inside and are not added again."""
    return facility_energy * grid_stand_in
