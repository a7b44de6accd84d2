from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-residual",
    tier=1,
    rank=1,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "residual_mix": "kgCO2e/kWh", "use_co2e_upstream": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method",
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "residual_mix": 0.79, "use_co2e_upstream": 11.0},
            90.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_total_residual(facility_energy: Any, residual_mix: Any, use_co2e_upstream: Any) -> Any:
    """No instrument: the residual mix, to which upstream emissions are added once."""
    return facility_energy * residual_mix + use_co2e_upstream
