from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-water-stated-device-and-host",
    tier=2,
    gives="embodied_water",
    unit="L",
    needs={
        "stated_device_embodied_water": "L",
        "lifetime_share": "1",
        "stated_host_embodied_water": "L",
        "host_lifetime_share": "1",
    },
    references=[
        "Morrison et al. 2025, Holistically evaluating the environmental impact of creating language models, arXiv:2503.05804, section 4.1",
    ],
    examples=[
        Example(
            {
                "stated_device_embodied_water": 100.0,
                "lifetime_share": 0.5,
                "stated_host_embodied_water": 400.0,
                "host_lifetime_share": 0.25,
            },
            150.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_water_stated_device_and_host(
    stated_device_embodied_water: Any, lifetime_share: Any, stated_host_embodied_water: Any, host_lifetime_share: Any
) -> Any:
    """Water used to make devices and servers as the run states it, by their share of life. Nothing modelled is added, and it is never part of the water of operation."""
    return stated_device_embodied_water * lifetime_share + stated_host_embodied_water * host_lifetime_share
