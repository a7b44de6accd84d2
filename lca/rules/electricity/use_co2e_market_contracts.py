from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-contracts",
    tier=1,
    gives="use_co2e_market",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "contract_factor": "kgCO2e/kWh", "contract_is_full": "1"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {"facility_energy": 1000000.0, "contract_factor": 0.18, "contract_is_full": 1.0},
            180000.0,
            "GHG Protocol Scope 2 Guidance, example with certificates for 60 % and residual mix",
        ),
    ],
)
def use_co2e_market_contracts(facility_energy: Any, contract_factor: Any, contract_is_full: Any) -> Any:
    """All of the consumption is covered by instruments (certificates, ppa, supplier, stated residual mix)."""
    return facility_energy * contract_factor * contract_is_full
