from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="lifetime-share-reserved-time",
    tier=2,
    choice=("embodied_allocation", "reserved-time"),
    gives="lifetime_share",
    unit="1",
    needs={"reserved_hours": "h", "device_lifetime": "h", "lifetime_utilisation": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {"reserved_hours": 1.0, "device_lifetime": 35040.0, "lifetime_utilisation": 1.0},
            2.8538812785388127e-05,
            "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, worked example: 1 h of 4 years",
        ),
    ],
)
def lifetime_share_reserved_time(reserved_hours: Any, device_lifetime: Any, lifetime_utilisation: Any) -> Any:
    """Share of a device's life that the run reserved: hours reserved over hours of life (in use)."""
    return reserved_hours / (device_lifetime * lifetime_utilisation)
