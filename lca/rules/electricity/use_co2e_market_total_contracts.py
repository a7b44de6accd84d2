from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-contracts",
    version=2,
    tier=1,
    rank=1,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "contract_lifecycle": "kgCO2e/kWh", "contract_is_full": "1"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
        "ISO 14067:2018, 6.4.9.4 Electricity",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "contract_lifecycle": 0.011, "contract_is_full": 1.0},
            11.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_total_contracts(facility_energy: Any, contract_lifecycle: Any, contract_is_full: Any) -> Any:
    """Life-cycle view of the market-based method: all of the consumption is under instruments, at their own life-cycle intensity."""
    return facility_energy * contract_lifecycle * contract_is_full
