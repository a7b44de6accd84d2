from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-added-wtt-as-delivered",
    tier=1,
    rank=2,
    gives="use_co2e_upstream_added",
    unit="kgCO2e",
    needs={"use_co2e_wtt": "kgCO2e", "upstream_loss_share": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example({"use_co2e_wtt": 38.0, "upstream_loss_share": 0.05}, 40.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_upstream_added_wtt_as_delivered(use_co2e_wtt: Any, upstream_loss_share: Any) -> Any:
    """The direct factor is per kWh consumed, so that generation of what the grid loses is inside it; what is upstream of that generation is not, and is added."""
    return use_co2e_wtt / (1 - upstream_loss_share)
