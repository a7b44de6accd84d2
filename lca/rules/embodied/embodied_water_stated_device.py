from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-water-stated-device",
    tier=2,
    rank=1,
    gives="embodied_water",
    unit="L",
    needs={"stated_device_embodied_water": "L", "lifetime_share": "1"},
    references=[
        "Morrison et al. 2025, Holistically evaluating the environmental impact of creating language models, arXiv:2503.05804, section 4.1",
    ],
    examples=[
        Example(
            {"stated_device_embodied_water": 102.60000000000001, "lifetime_share": 47.08904109589041},
            4831.335616438356,
            "Morrison et al. 2025, Holistically evaluating the environmental impact of creating language models, arXiv:2503.05804, section 4.1",
        ),
    ],
)
def embodied_water_stated_device(stated_device_embodied_water: Any, lifetime_share: Any) -> Any:
    """Water used to make the devices as the run states it, by their share of life. Nothing modelled is added, and it is never part of the water of operation."""
    return stated_device_embodied_water * lifetime_share
