from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="total-co2e",
    tier=1,
    partial=True,
    gives="total_co2e",
    unit="kgCO2e",
    needs={"use_co2e": "kgCO2e", "embodied_co2e": "kgCO2e", "end_of_life_co2e": "kgCO2e"},
    references=[
        "ISO 14040:2006, 5.2.3, system boundary",
        "ISO 14067:2018, 6.3",
    ],
    examples=[
        Example(
            {"use_co2e": 24.69, "embodied_co2e": 11.2, "end_of_life_co2e": 0.0},
            35.89,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def total_co2e(use_co2e: Any, embodied_co2e: Any, end_of_life_co2e: Any) -> Any:
    """Electricity over its life cycle, production of hardware and its end of life. Sums what is determined and counts what is not."""
    return use_co2e + embodied_co2e + end_of_life_co2e
