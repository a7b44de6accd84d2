from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-computer",
    tier=3,
    rank=3,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_computer": "kgCO2e", "lifetime_share": "1", "is_computer": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"embodied_computer": 150.0, "lifetime_share": 0.2, "is_computer": 1.0},
            30.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_computer(embodied_computer: Any, lifetime_share: Any, is_computer: Any) -> Any:
    """Footprint of the laptop, desktop computer or appliance that a system on a chip is part of, by its share of life.

    The chip is inside it: neither a footprint of the chip nor that of a host is added.
    """
    return embodied_computer * lifetime_share * is_computer
