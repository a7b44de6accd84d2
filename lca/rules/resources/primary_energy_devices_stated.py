from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-devices-stated",
    tier=2,
    gives="primary_energy_devices",
    unit="MJ",
    needs={"stated_device_primary_energy": "MJ", "lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"stated_device_primary_energy": 3721.0, "lifetime_share": 0.01},
            37.21,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def primary_energy_devices_stated(stated_device_primary_energy: Any, lifetime_share: Any) -> Any:
    """Primary energy of making the devices as the run states it, by their share of life."""
    return stated_device_primary_energy * lifetime_share
