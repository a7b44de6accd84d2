from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="total-co2e-with-idle",
    tier=1,
    gives="total_co2e_with_idle",
    unit="kgCO2e",
    needs={"total_co2e": "kgCO2e", "idle_shift_co2e": "kgCO2e"},
    references=[
        "ISO 14044:2006, 4.3.4 Allocation: a physical relationship between the flows, shares that add up to the whole",
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification: energy of hardware reserved or provisioned, not just used",
    ],
    examples=[
        Example(
            {"total_co2e": 24690.0, "idle_shift_co2e": 14600.0},
            39290.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), Table 3: idle 14.6 t beside training 24.69 t",
        ),
    ],
)
def total_co2e_with_idle(total_co2e: Any, idle_shift_co2e: Any) -> Any:
    """Total of a run with its share of the idle time of its pool; of an idle run, what is left after sharing."""
    return total_co2e + idle_shift_co2e
