from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-inside-stand-in",
    tier=4,
    inside="use_co2e_location",
    gives="use_co2e_upstream",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_stand_in": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example({"facility_energy": 10.0, "grid_stand_in": 0.5}, 0.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_upstream_inside_stand_in(facility_energy: Any, grid_stand_in: Any) -> Any:
    """A life-cycle factor stands in for the direct one: upstream emissions are inside it, so nothing is added."""
    return facility_energy * grid_stand_in * 0
