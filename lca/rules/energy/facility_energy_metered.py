from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="facility-energy-metered",
    tier=1,
    gives="facility_energy",
    unit="kWh",
    needs={"metered_facility": "kWh"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE)",
    ],
    examples=[
        Example(
            {"metered_facility": 1287000.0},
            1287000.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def facility_energy_metered(metered_facility: Any) -> Any:
    """Energy metered at the facility: PUE is inside and is not applied again."""
    return metered_facility
