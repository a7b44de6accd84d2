from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-server",
    tier=3,
    rank=1,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_server": "kgCO2e", "lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"embodied_server": 1313.0, "lifetime_share": 0.01}, 13.13, "constructed: arithmetic of the definition"
        ),
    ],
)
def embodied_server(embodied_server: Any, lifetime_share: Any) -> Any:
    """Published footprint of a server used as a device, by its share of life."""
    return embodied_server * lifetime_share
