from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-contracts",
    tier=1,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "contract_share": "1", "contract_factor": "kgCO2e/kWh", "use_co2e": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "contract_share": 0.5, "contract_factor": 0.0, "use_co2e": 240.0},
            120.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_total_contracts(
    facility_energy: Any, contract_share: Any, contract_factor: Any, use_co2e: Any
) -> Any:
    """Life-cycle view of the market-based method: the part under instruments at their factor, the rest at its location-based life-cycle figure."""
    return facility_energy * contract_share * contract_factor + (1 - contract_share) * use_co2e
