from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-devices",
    tier=3,
    gives="primary_energy_devices",
    unit="MJ",
    needs={"device_primary_energy": "MJ", "lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"device_primary_energy": 3721.0, "lifetime_share": 0.01},
            37.21,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def primary_energy_devices(device_primary_energy: Any, lifetime_share: Any) -> Any:
    """Primary energy of making the devices, by their share of life."""
    return device_primary_energy * lifetime_share
