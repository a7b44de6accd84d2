from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="facility-energy-from-pue",
    tier=1,
    rank=1,
    gives="facility_energy",
    unit="kWh",
    needs={"it_energy": "kWh", "pue": "1"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE)",
    ],
    examples=[
        Example(
            {"it_energy": 6789.12, "pue": 1.1},
            7468.032,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
        Example(
            {"it_energy": 1172160.0, "pue": 1.1},
            1289376.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def facility_energy_from_pue(it_energy: Any, pue: Any) -> Any:
    """Energy of the IT equipment times the PUE of the facility."""
    return it_energy * pue
