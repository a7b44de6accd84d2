from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="contract-lifecycle-of-one",
    tier=1,
    rank=2,
    gives="contract_lifecycle",
    unit="kgCO2e/kWh",
    needs={"contract_1_lifecycle": "kgCO2e/kWh"},
    references=[
        "IPCC AR5 WGIII Annex III (2014), Table A.III.2",
        "ISO 14067:2018, 6.4.9.4 Electricity",
    ],
    examples=[
        Example(
            {"contract_1_lifecycle": 0.011}, 0.011, "IPCC AR5 WGIII Annex III, Table A.III.2: onshore wind, median"
        ),
    ],
)
def contract_lifecycle_of_one(contract_1_lifecycle: Any) -> Any:
    """One instrument, or several of one intensity: its life-cycle intensity per kWh. Stated, or the median for the technology; losses of the grid are left out: an instrument covers what is consumed, and category 3 holds them."""
    return contract_1_lifecycle
