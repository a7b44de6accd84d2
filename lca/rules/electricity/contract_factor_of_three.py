from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="contract-factor-of-three",
    tier=1,
    gives="contract_factor",
    unit="kgCO2e/kWh",
    needs={
        "contract_1_share": "1",
        "contract_1_factor": "kgCO2e/kWh",
        "contract_2_share": "1",
        "contract_2_factor": "kgCO2e/kWh",
        "contract_3_share": "1",
        "contract_3_factor": "kgCO2e/kWh",
    },
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {
                "contract_1_share": 0.5,
                "contract_1_factor": 0.012,
                "contract_2_share": 0.25,
                "contract_2_factor": 0.048,
                "contract_3_share": 0.25,
                "contract_3_factor": 0.1,
            },
            0.043,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def contract_factor_of_three(
    contract_1_share: Any,
    contract_1_factor: Any,
    contract_2_share: Any,
    contract_2_factor: Any,
    contract_3_share: Any,
    contract_3_factor: Any,
) -> Any:
    """Instruments of three intensities: their direct emissions per kWh, weighted by what each covers. Where there are more, the third stands for the mean of the rest."""
    return (
        contract_1_share * contract_1_factor
        + contract_2_share * contract_2_factor
        + contract_3_share * contract_3_factor
    ) / (contract_1_share + contract_2_share + contract_3_share)
