from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-added-combined",
    tier=1,
    gives="use_co2e_upstream_added",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_upstream": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_upstream": 0.07},
            70.0,
            "National Greenhouse Accounts Factors 2025, Australia, scope 3: 0.07 kg/kWh",
        ),
    ],
)
def use_co2e_upstream_added_combined(facility_energy: Any, grid_upstream: Any) -> Any:
    """Fuels and losses in one figure of one publisher, per kWh consumed, to be added to a direct factor."""
    return facility_energy * grid_upstream
