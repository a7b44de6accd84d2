from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-embodied-published",
    tier=3,
    gives="device_embodied",
    unit="kgCO2e",
    needs={"embodied_device": "kgCO2e"},
    references=[
        "ISO 14067:2018, Carbon footprint of products",
    ],
    examples=[
        Example({"embodied_device": 164.0}, 164.0, "NVIDIA 2025, HGX H100 product carbon footprint: 1312 kg for 8"),
    ],
)
def device_embodied_published(embodied_device: Any) -> Any:
    """Published footprint of the product: card or module with its share of the board, without the server."""
    return embodied_device
