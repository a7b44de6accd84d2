from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="sci-operational",
    tier=1,
    gives="sci_operational_co2e",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, O = E x I",
    ],
    examples=[
        Example(
            {"use_co2e_location": 0.0091296},
            0.0091296,
            "Green Software Foundation, eShoppen case study, database server: 9.6 Wh x 951 gCO2e/kWh",
        ),
    ],
)
def sci_operational(use_co2e_location: Any) -> Any:
    """O = E x I: facility energy times the location-based intensity of the place. Certificates, contracts and offsets never enter."""
    return use_co2e_location
