from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="host-lifetime-share-reserved-time",
    tier=2,
    choice=("embodied_allocation", "reserved-time"),
    gives="host_lifetime_share",
    unit="1",
    version=2,
    needs={"host_hours": "h", "host_lifetime": "h", "lifetime_utilisation": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {"host_hours": 1.0, "host_lifetime": 35040.0, "lifetime_utilisation": 1.0},
            2.8538812785388127e-05,
            "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, worked example: 1 h of 4 years",
        ),
    ],
)
def host_lifetime_share_reserved_time(host_hours: Any, host_lifetime: Any, lifetime_utilisation: Any) -> Any:
    """Share of the servers' life that the run reserved; a server is in use for the share of its life in which its devices are."""
    return host_hours / (host_lifetime * lifetime_utilisation)
