from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-uncontracted-location",
    tier=1,
    rank=2,
    gives="use_co2e_uncontracted",
    unit="kgCO2e",
    needs={"use_co2e": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example({"use_co2e": 200.0}, 200.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_uncontracted_location(use_co2e: Any) -> Any:
    """No residual mix is known, which is not a mix of zero: the life-cycle figure of the place stands in, and a finding says so."""
    return use_co2e
