from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-primary-energy-from-area",
    tier=3,
    rank=1,
    gives="device_primary_energy",
    unit="MJ",
    needs={"part_area": "cm2", "part_primary_energy_per_area": "MJ/cm2", "part_primary_energy_base": "MJ"},
    references=[
        "Boavizta, BoaviztAPI methodology: embodied impacts of components",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"part_area": 2.94, "part_primary_energy_per_area": 26.5, "part_primary_energy_base": 156.0},
            233.9,
            "Boavizta, BoaviztAPI 2.4.1, tests: CPU, 12 cores of 24.5 mm2, 233.9 MJ",
            rel=0.0005,
        ),
    ],
)
def device_primary_energy_from_area(
    part_area: Any, part_primary_energy_per_area: Any, part_primary_energy_base: Any
) -> Any:
    """Processor, memory module or drive: area of its dies times the primary energy per area, and what does not grow with the dies."""
    return part_area * part_primary_energy_per_area + part_primary_energy_base
