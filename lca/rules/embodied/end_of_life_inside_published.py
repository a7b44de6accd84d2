from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="end-of-life-inside-published",
    tier=3,
    inside="embodied_co2e",
    gives="end_of_life_co2e",
    unit="kgCO2e",
    needs={"embodied_device_with_host": "kgCO2e", "lifetime_share": "1"},
    references=[
        "Schneider et al. 2025, Life-cycle emissions of AI hardware, arXiv:2502.01671",
    ],
    examples=[
        Example(
            {"embodied_device_with_host": 692.0, "lifetime_share": 0.01},
            0.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def end_of_life_inside_published(embodied_device_with_host: Any, lifetime_share: Any) -> Any:
    """The published footprint of the device already holds its end of life: nothing is added."""
    return embodied_device_with_host * lifetime_share * 0
