from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-inside-run-factor",
    tier=1,
    rank=1,
    inside="use_co2e_location",
    gives="use_co2e_upstream",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "stated_factor_lifecycle": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 10.0, "stated_factor_lifecycle": 0.5}, 0.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def use_co2e_upstream_inside_run_factor(facility_energy: Any, stated_factor_lifecycle: Any) -> Any:
    """The run states a life-cycle factor: upstream emissions are inside it, and it is taken as it is delivered, so nothing is added."""
    return facility_energy * stated_factor_lifecycle * 0
