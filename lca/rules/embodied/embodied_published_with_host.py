from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-published-with-host",
    tier=3,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_device_with_host": "kgCO2e", "lifetime_share": "1"},
    references=[
        "Schneider et al. 2025, Life-cycle emissions of AI hardware, arXiv:2502.01671",
    ],
    examples=[
        Example(
            {"embodied_device_with_host": 692.0, "lifetime_share": 0.01},
            6.92,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def embodied_published_with_host(embodied_device_with_host: Any, lifetime_share: Any) -> Any:
    """Published footprint of the accelerator that already holds its share of host, transport, end of life and building."""
    return embodied_device_with_host * lifetime_share
