from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="contract-factor-of-one",
    tier=1,
    rank=2,
    gives="contract_factor",
    unit="kgCO2e/kWh",
    needs={"contract_1_factor": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example({"contract_1_factor": 0.011}, 0.011, "constructed: arithmetic of the definition"),
    ],
)
def contract_factor_of_one(contract_1_factor: Any) -> Any:
    """One instrument, or several of one intensity: its direct emissions per kWh."""
    return contract_1_factor
