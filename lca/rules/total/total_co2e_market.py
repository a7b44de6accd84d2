from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="total-co2e-market",
    tier=1,
    partial=True,
    gives="total_co2e_market",
    unit="kgCO2e",
    needs={"use_co2e_market_total": "kgCO2e", "embodied_co2e": "kgCO2e", "end_of_life_co2e": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6",
    ],
    examples=[
        Example(
            {"use_co2e_market_total": 0.0, "embodied_co2e": 11.2, "end_of_life_co2e": 0.1},
            11.3,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def total_co2e_market(use_co2e_market_total: Any, embodied_co2e: Any, end_of_life_co2e: Any) -> Any:
    """The same total with electricity by the market-based method. It stands beside the location-based total and never replaces it."""
    return use_co2e_market_total + embodied_co2e + end_of_life_co2e
