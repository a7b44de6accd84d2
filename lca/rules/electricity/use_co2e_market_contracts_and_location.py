from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-contracts-and-location",
    tier=1,
    rank=2,
    gives="use_co2e_market",
    unit="kgCO2e",
    needs={
        "facility_energy": "kWh",
        "contract_share": "1",
        "contract_factor": "kgCO2e/kWh",
        "use_co2e_location": "kgCO2e",
    },
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "contract_share": 0.5, "contract_factor": 0.0, "use_co2e_location": 200.0},
            100.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_market_contracts_and_location(
    facility_energy: Any, contract_share: Any, contract_factor: Any, use_co2e_location: Any
) -> Any:
    """Instruments cover a part; no residual mix is known, so the location-based factor stands in for the rest."""
    return facility_energy * contract_share * contract_factor + (1 - contract_share) * use_co2e_location
