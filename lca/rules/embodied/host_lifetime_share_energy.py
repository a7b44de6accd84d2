from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="host-lifetime-share-energy",
    tier=2,
    choice=("embodied_allocation", "energy-share"),
    gives="host_lifetime_share",
    unit="1",
    version=2,
    needs={
        "lifetime_share": "1",
        "host_hours": "h",
        "reserved_hours": "h",
        "device_lifetime": "h",
        "host_lifetime": "h",
    },
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {
                "lifetime_share": 0.08,
                "host_hours": 10.0,
                "reserved_hours": 80.0,
                "device_lifetime": 40000.0,
                "host_lifetime": 40000.0,
            },
            0.01,
            "constructed: arithmetic of the definition",
        ),
        Example(
            {
                "lifetime_share": 0.08,
                "host_hours": 20.0,
                "reserved_hours": 80.0,
                "device_lifetime": 40000.0,
                "host_lifetime": 80000.0,
            },
            0.01,
            "constructed: twice the servers, each for twice the life",
        ),
    ],
)
def host_lifetime_share_energy(
    lifetime_share: Any, host_hours: Any, reserved_hours: Any, device_lifetime: Any, host_lifetime: Any
) -> Any:
    """Share of the servers' life as that of their devices, for the servers' own hours and length of life."""
    return lifetime_share * (host_hours / reserved_hours) * (device_lifetime / host_lifetime)
