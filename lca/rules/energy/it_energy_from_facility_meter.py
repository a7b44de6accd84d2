from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-facility-meter",
    version=2,
    tier=1,
    rank=4,
    gives="it_energy",
    unit="kWh",
    needs={"metered_facility": "kWh", "pue": "1"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE)",
    ],
    examples=[
        Example(
            {"metered_facility": 1287000.0, "pue": 1.1},
            1170000.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def it_energy_from_facility_meter(metered_facility: Any, pue: Any) -> Any:
    """Energy metered at the facility divided by its PUE, where no meter gives IT energy itself."""
    return metered_facility / pue
