from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-stated-device",
    tier=2,
    rank=1,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"stated_device_embodied": "kgCO2e", "lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"stated_device_embodied": 1433.12, "lifetime_share": 3.567351598173516e-06},
            0.005112442922374429,
            "Green Software Foundation, eShoppen case study: 5.112 g",
        ),
    ],
)
def embodied_stated_device(stated_device_embodied: Any, lifetime_share: Any) -> Any:
    """Embodied emissions of the devices as the run states them. Nothing modelled is added for the servers."""
    return stated_device_embodied * lifetime_share
