from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-total-contracts-and-rest",
    tier=1,
    rank=2,
    gives="use_co2e_market_total",
    unit="kgCO2e",
    needs={
        "facility_energy": "kWh",
        "contract_share": "1",
        "contract_lifecycle": "kgCO2e/kWh",
        "use_co2e_uncontracted": "kgCO2e",
    },
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
        "ISO 14067:2018, 6.4.9.4 Electricity",
    ],
    examples=[
        Example(
            {
                "facility_energy": 1000.0,
                "contract_share": 0.5,
                "contract_lifecycle": 0.012,
                "use_co2e_uncontracted": 240.0,
            },
            126.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_total_contracts_and_rest(
    facility_energy: Any, contract_share: Any, contract_lifecycle: Any, use_co2e_uncontracted: Any
) -> Any:
    """The part under instruments at their own life-cycle intensity, the rest at the residual mix with its upstream or, where none is known, at the life-cycle figure of the place."""
    return facility_energy * contract_share * contract_lifecycle + (1 - contract_share) * use_co2e_uncontracted
