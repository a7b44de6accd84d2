from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-grid",
    tier=1,
    gives="use_co2e_upstream",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_upstream": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_upstream": 0.0534}, 53.4, "DESNZ 2026: 36.82 + 12.99 + 3.59 gCO2e/kWh"
        ),
    ],
)
def use_co2e_upstream_grid(facility_energy: Any, grid_upstream: Any) -> Any:
    """Fuel- and energy-related emissions upstream of generation and losses in transmission, per kWh consumed, to be added to a direct factor."""
    return facility_energy * grid_upstream
