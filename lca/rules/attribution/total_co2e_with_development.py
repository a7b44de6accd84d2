from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="total-co2e-with-development",
    tier=1,
    gives="total_co2e_with_development",
    unit="kgCO2e",
    needs={"total_co2e_with_idle": "kgCO2e", "development_shift_co2e": "kgCO2e"},
    references=[
        "ISO 14044:2006, 4.3.4 Allocation: a physical relationship between the flows, shares that add up to the whole",
        "Mistral AI with Carbone 4 and ADEME 2025, life-cycle analysis of Mistral Large 2: training beside inference per request",
    ],
    examples=[
        Example(
            {"total_co2e_with_idle": 20.0, "development_shift_co2e": -5.0},
            15.0,
            "constructed: a quarter of the life of the service is served",
        ),
    ],
)
def total_co2e_with_development(total_co2e_with_idle: Any, development_shift_co2e: Any) -> Any:
    """Total of a service with its share of development; of a development run, what is not yet spread."""
    return total_co2e_with_idle + development_shift_co2e
