from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-uncontracted",
    tier=1,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={"use_co2e_uncontracted": "kgCO2e", "contract_is_none": "1"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {"use_co2e_uncontracted": 240.0, "contract_is_none": 1.0},
            240.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_total_uncontracted(use_co2e_uncontracted: Any, contract_is_none: Any) -> Any:
    """Nothing is under instruments: the residual mix with its upstream or, where none is known, the life-cycle figure of the place."""
    return use_co2e_uncontracted * contract_is_none
