from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-it-meter",
    tier=1,
    rank=1,
    gives="it_energy",
    unit="kWh",
    needs={"metered_it": "kWh"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE), measurement categories",
    ],
    examples=[
        Example(
            {"metered_it": 433196.0},
            433196.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def it_energy_from_it_meter(metered_it: Any) -> Any:
    """Energy metered at the inlet of all IT equipment."""
    return metered_it
