from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-location",
    tier=1,
    rank=2,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={"use_co2e": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method",
    ],
    examples=[
        Example({"use_co2e": 200.0}, 200.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_market_total_location(use_co2e: Any) -> Any:
    """Nothing is contracted and no residual mix is known: the life-cycle figure of the place."""
    return use_co2e
