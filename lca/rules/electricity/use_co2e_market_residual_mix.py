from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-residual-mix",
    tier=1,
    rank=3,
    gives="use_co2e_market",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "residual_mix": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example({"facility_energy": 100.0, "residual_mix": 0.79}, 79.0, "NGA 2026, residual mix factor of Australia"),
    ],
)
def use_co2e_market_residual_mix(facility_energy: Any, residual_mix: Any) -> Any:
    """No instrument is stated: the residual mix of the market applies."""
    return facility_energy * residual_mix
