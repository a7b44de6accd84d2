from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-device-and-host",
    tier=3,
    rank=2,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_device": "kgCO2e", "lifetime_share": "1", "embodied_host": "kgCO2e", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "EcoLogits 0.11.3, embodied model: devices plus server share",
    ],
    examples=[
        Example(
            {"embodied_device": 164.0, "lifetime_share": 0.01, "embodied_host": 5700.0, "host_lifetime_share": 0.00125},
            8.765,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_device_and_host(
    embodied_device: Any, lifetime_share: Any, embodied_host: Any, host_lifetime_share: Any
) -> Any:
    """Footprint of the accelerator from the catalogue plus its share of the server around it.

    Leaves out network, storage outside the server and the building.
    """
    return embodied_device * lifetime_share + embodied_host * host_lifetime_share
