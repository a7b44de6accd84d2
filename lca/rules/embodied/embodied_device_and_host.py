from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-device-and-host",
    version=2,
    tier=3,
    rank=2,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"device_embodied": "kgCO2e", "lifetime_share": "1", "embodied_host": "kgCO2e", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "EcoLogits 0.11.3, embodied model: devices plus server share",
    ],
    examples=[
        Example(
            {"device_embodied": 164.0, "lifetime_share": 0.01, "embodied_host": 5700.0, "host_lifetime_share": 0.00125},
            8.765,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_device_and_host(
    device_embodied: Any, lifetime_share: Any, embodied_host: Any, host_lifetime_share: Any
) -> Any:
    """Footprint of the accelerator (published, built from its parts, or of its class) plus its share of the host around it.

    The host is the server that the run names, else the server, rack, desktop computer or laptop of the class of the device.
    Leaves out network, storage outside the host and the building.
    """
    return device_embodied * lifetime_share + embodied_host * host_lifetime_share
