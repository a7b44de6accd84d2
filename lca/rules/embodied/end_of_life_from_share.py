from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="end-of-life-from-share",
    tier=4,
    gives="end_of_life_co2e",
    unit="kgCO2e",
    needs={"embodied_co2e": "kgCO2e", "end_of_life_share": "1"},
    references=[
        "ISO 14044:2006, 4.2.3.3, system boundary",
        "ADEME, environmental footprint of graphics cards (end of life 0.5 to 1.5 % of a card)",
    ],
    examples=[
        Example({"embodied_co2e": 100.0, "end_of_life_share": 0.01}, 1.0, "constructed: arithmetic of the definition"),
    ],
)
def end_of_life_from_share(embodied_co2e: Any, end_of_life_share: Any) -> Any:
    """End of life as a share of the embodied emissions, a proxy. Credits for recovered material are never counted."""
    return embodied_co2e * end_of_life_share
