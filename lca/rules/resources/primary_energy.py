from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy",
    tier=1,
    partial=True,
    gives="primary_energy",
    unit="MJ",
    needs={"primary_energy_use": "MJ", "primary_energy_devices": "MJ", "primary_energy_hosts": "MJ"},
    references=[
        "ISO 14044:2006, 4.4.2, impact categories",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"primary_energy_use": 1.0, "primary_energy_devices": 2.0, "primary_energy_hosts": 3.0},
            6.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def primary_energy(primary_energy_use: Any, primary_energy_devices: Any, primary_energy_hosts: Any) -> Any:
    """Primary energy of electricity, devices and the servers around them. Sums what is determined and counts what is not."""
    return primary_energy_use + primary_energy_devices + primary_energy_hosts
