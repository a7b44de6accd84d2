from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="sci-embodied",
    tier=1,
    gives="sci_embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_co2e": "kgCO2e"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x (TiR / EL) x (RR / ToR)",
    ],
    examples=[
        Example(
            {"embodied_co2e": 0.005112442922374429},
            0.005112442922374429,
            "Green Software Foundation, eShoppen case study, database server: 5.112 g",
        ),
    ],
)
def sci_embodied(embodied_co2e: Any) -> Any:
    """M: production of the hardware, by the share of its life and of its resources that was reserved. End of life is left out."""
    return embodied_co2e
