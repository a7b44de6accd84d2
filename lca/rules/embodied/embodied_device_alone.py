from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-device-alone",
    tier=3,
    rank=1,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"device_embodied": "kgCO2e", "lifetime_share": "1", "no_host_added": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"device_embodied": 100.0, "lifetime_share": 0.01, "no_host_added": 1.0},
            1.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_device_alone(device_embodied: Any, lifetime_share: Any, no_host_added: Any) -> Any:
    """A device around which no server is modelled: there is none, or the run lists the parts of the server with figures for each.

    Leaves out board, casing and power supply of the server.
    """
    return device_embodied * lifetime_share * no_host_added
