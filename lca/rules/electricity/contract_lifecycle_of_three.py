from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="contract-lifecycle-of-three",
    tier=1,
    gives="contract_lifecycle",
    unit="kgCO2e/kWh",
    needs={
        "contract_1_share": "1",
        "contract_1_lifecycle": "kgCO2e/kWh",
        "contract_2_share": "1",
        "contract_2_lifecycle": "kgCO2e/kWh",
        "contract_3_share": "1",
        "contract_3_lifecycle": "kgCO2e/kWh",
    },
    references=[
        "IPCC AR5 WGIII Annex III (2014), Table A.III.2",
        "ISO 14067:2018, 6.4.9.4 Electricity",
    ],
    examples=[
        Example(
            {
                "contract_1_share": 0.5,
                "contract_1_lifecycle": 0.012,
                "contract_2_share": 0.25,
                "contract_2_lifecycle": 0.048,
                "contract_3_share": 0.25,
                "contract_3_lifecycle": 0.1,
            },
            0.043,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def contract_lifecycle_of_three(
    contract_1_share: Any,
    contract_1_lifecycle: Any,
    contract_2_share: Any,
    contract_2_lifecycle: Any,
    contract_3_share: Any,
    contract_3_lifecycle: Any,
) -> Any:
    """Instruments of three intensities: their life-cycle intensity per kWh, weighted by what each covers. Where there are more, the third stands for the mean of the rest. Stated, or the median for the technology; losses of the grid are left out: an instrument covers what is consumed, and category 3 holds them."""
    return (
        contract_1_share * contract_1_lifecycle
        + contract_2_share * contract_2_lifecycle
        + contract_3_share * contract_3_lifecycle
    ) / (contract_1_share + contract_2_share + contract_3_share)
