from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-market-contracts-and-residual",
    tier=1,
    rank=1,
    gives="use_co2e_market",
    unit="kgCO2e",
    needs={
        "facility_energy": "kWh",
        "contract_share": "1",
        "contract_factor": "kgCO2e/kWh",
        "residual_mix": "kgCO2e/kWh",
    },
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {"facility_energy": 1000000.0, "contract_share": 0.6, "contract_factor": 0.0, "residual_mix": 0.45},
            180000.0,
            "GHG Protocol Scope 2 Guidance, example with certificates for 60 % and residual mix",
        ),
    ],
)
def use_co2e_market_contracts_and_residual(
    facility_energy: Any, contract_share: Any, contract_factor: Any, residual_mix: Any
) -> Any:
    """Instruments cover a part; the residual mix of the market covers the rest."""
    return facility_energy * (contract_share * contract_factor + (1 - contract_share) * residual_mix)
