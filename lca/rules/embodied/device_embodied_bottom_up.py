from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-embodied-bottom-up",
    tier=4,
    gives="device_embodied",
    unit="kgCO2e",
    needs={"die_embodied": "kgCO2e", "memory_embodied": "kgCO2e", "die_memory_share": "1"},
    references=[
        "Gupta et al. 2022, ACT: designing sustainable computer systems with an architectural carbon modeling tool, ISCA 2022",
        "NVIDIA 2025, HGX B200 and HGX H100 product carbon footprint summaries",
    ],
    examples=[
        Example(
            {"die_embodied": 42.0, "memory_embodied": 72.0, "die_memory_share": 0.72},
            158.33333333333334,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def device_embodied_bottom_up(die_embodied: Any, memory_embodied: Any, die_memory_share: Any) -> Any:
    """Footprint of an accelerator card from its dies and memory, where no footprint of the product is published.

    Board, voltage regulators, heatsink, assembly and inbound transport have no open figure: they are scaled by the share of
    dies and memory in published footprints of boards. That share is of boards with stacked memory: for cards with little
    memory it is too large, and the result too low. Leaves out interposers, use and end of life.
    """
    return (die_embodied + memory_embodied) / die_memory_share
