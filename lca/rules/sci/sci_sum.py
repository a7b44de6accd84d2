from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="sci-sum",
    tier=1,
    gives="sci_co2e",
    unit="kgCO2e",
    needs={"sci_operational_co2e": "kgCO2e", "sci_embodied_co2e": "kgCO2e"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, SCI = ((E x I) + M) per R",
    ],
    examples=[
        Example(
            {"sci_operational_co2e": 0.0091296, "sci_embodied_co2e": 0.005112442922374429},
            0.014242042922374429,
            "Green Software Foundation, eShoppen case study, database server: 14.2416 g printed",
        ),
    ],
)
def sci_sum(sci_operational_co2e: Any, sci_embodied_co2e: Any) -> Any:
    """O + M, before the division by R. A score needs both: where one of them is not determined, neither is the sum."""
    return sci_operational_co2e + sci_embodied_co2e
