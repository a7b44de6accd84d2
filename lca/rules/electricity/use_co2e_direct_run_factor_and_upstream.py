from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-direct-run-factor-and-upstream",
    tier=1,
    rank=1,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "stated_factor_direct": "kgCO2e/kWh", "use_co2e_upstream": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "stated_factor_direct": 0.2, "use_co2e_upstream": 5.0},
            25.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_direct_run_factor_and_upstream(
    facility_energy: Any, stated_factor_direct: Any, use_co2e_upstream: Any
) -> Any:
    """The run states a direct factor: upstream emissions are added once."""
    return facility_energy * stated_factor_direct + use_co2e_upstream
