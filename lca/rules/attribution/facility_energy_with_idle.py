from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="facility-energy-with-idle",
    tier=1,
    gives="facility_energy_with_idle",
    unit="kWh",
    needs={"facility_energy": "kWh", "idle_shift_energy": "kWh"},
    references=[
        "ISO 14044:2006, 4.3.4 Allocation: a physical relationship between the flows, shares that add up to the whole",
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification: energy of hardware reserved or provisioned, not just used",
    ],
    examples=[
        Example(
            {"facility_energy": 433196.0, "idle_shift_energy": 256646.0},
            689842.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4.2 and Table 3",
        ),
    ],
)
def facility_energy_with_idle(facility_energy: Any, idle_shift_energy: Any) -> Any:
    """Energy of a run with its share of the idle time of its pool; of an idle run, what is left after sharing."""
    return facility_energy + idle_shift_energy
