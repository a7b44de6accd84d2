from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="host-lifetime-share-energy",
    tier=2,
    choice=("embodied_allocation", "energy-share"),
    gives="host_lifetime_share",
    unit="1",
    needs={"lifetime_share": "1", "devices_per_host": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example({"lifetime_share": 0.08, "devices_per_host": 8.0}, 0.01, "constructed: arithmetic of the definition"),
    ],
)
def host_lifetime_share_energy(lifetime_share: Any, devices_per_host: Any) -> Any:
    """Share of the servers' life as that of their devices, divided by the devices per server."""
    return lifetime_share / devices_per_host
