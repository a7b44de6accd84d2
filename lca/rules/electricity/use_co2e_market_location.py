from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-location",
    tier=1,
    rank=4,
    gives="use_co2e_market",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example({"use_co2e_location": 200.0}, 200.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_market_location(use_co2e_location: Any) -> Any:
    """Neither instrument nor residual mix is known: the location-based figure stands in, as the guidance asks, and a finding says so."""
    return use_co2e_location
