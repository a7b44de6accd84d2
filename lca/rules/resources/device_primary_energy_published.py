from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-primary-energy-published",
    tier=3,
    gives="device_primary_energy",
    unit="MJ",
    needs={"primary_energy_device": "MJ"},
    references=[
        "EcoLogits 0.11.3, constants attributed to ADEME",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example({"primary_energy_device": 3721.0}, 3721.0, "EcoLogits 0.11.3: constant of the H100"),
    ],
)
def device_primary_energy_published(primary_energy_device: Any) -> Any:
    """Primary energy of making the device as published, without the server."""
    return primary_energy_device
