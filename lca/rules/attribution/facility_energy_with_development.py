from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="facility-energy-with-development",
    tier=1,
    gives="facility_energy_with_development",
    unit="kWh",
    needs={"facility_energy_with_idle": "kWh", "development_shift_energy": "kWh"},
    references=[
        "ISO 14044:2006, 4.3.4 Allocation: a physical relationship between the flows, shares that add up to the whole",
        "Mistral AI with Carbone 4 and ADEME 2025, life-cycle analysis of Mistral Large 2: training beside inference per request",
    ],
    examples=[
        Example(
            {"facility_energy_with_idle": 0.1, "development_shift_energy": 0.01},
            0.11,
            "constructed: a share of development of 0.01 kWh on 0.1 kWh served",
        ),
    ],
)
def facility_energy_with_development(facility_energy_with_idle: Any, development_shift_energy: Any) -> Any:
    """Energy of a service with its share of development; of a development run, what is not yet spread."""
    return facility_energy_with_idle + development_shift_energy
