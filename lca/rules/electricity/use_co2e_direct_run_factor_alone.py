from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-direct-run-factor-alone",
    tier=1,
    rank=2,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "stated_factor_direct": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "stated_factor_direct": 0.2}, 20.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def use_co2e_direct_run_factor_alone(facility_energy: Any, stated_factor_direct: Any) -> Any:
    """The run states a direct factor and no upstream factor is known: upstream emissions are left out, which understates."""
    return facility_energy * stated_factor_direct
