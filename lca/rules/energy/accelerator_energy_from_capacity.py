from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-from-capacity",
    tier=3,
    gives="accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "part_capacity": "GB", "memory_power_per_gb": "kW/GB"},
    references=[
        "Lannelongue, Grealey, Inouye 2021, Green Algorithms, doi:10.1002/advs.202100707",
    ],
    examples=[
        Example(
            {"reserved_hours": 12.0, "part_capacity": 64.0, "memory_power_per_gb": 0.0003725},
            0.28608,
            "Green Algorithms 2021: 0.3725 W per GB, 64 GB for 12 h",
        ),
    ],
)
def accelerator_energy_from_capacity(reserved_hours: Any, part_capacity: Any, memory_power_per_gb: Any) -> Any:
    """Memory without a stated power: its capacity times a power per GB, whatever the load. Other models give a fifth of it."""
    return reserved_hours * part_capacity * memory_power_per_gb
