from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-embodied-of-class",
    tier=4,
    rank=1,
    gives="device_embodied",
    unit="kgCO2e",
    needs={"embodied_class": "kgCO2e"},
    references=[
        "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
    ],
    examples=[
        Example({"embodied_class": 150.0}, 150.0, "Luccioni, Viguier, Ligozat 2023: 150 kg per GPU"),
    ],
)
def device_embodied_of_class(embodied_class: Any) -> Any:
    """Footprint of devices of this class in general, where neither a footprint of the product nor its dies and memory are known."""
    return embodied_class
