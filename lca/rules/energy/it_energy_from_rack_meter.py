from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rack-meter",
    tier=1,
    rank=2,
    gives="it_energy",
    unit="kWh",
    needs={"metered_rack": "kWh"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE), measurement categories",
    ],
    examples=[
        Example(
            {"metered_rack": 433196.0},
            433196.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def it_energy_from_rack_meter(metered_rack: Any) -> Any:
    """Energy metered at the rack: power distribution inside the rack is included."""
    return metered_rack
