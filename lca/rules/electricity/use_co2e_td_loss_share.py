from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-td-loss-share",
    tier=1,
    rank=2,
    gives="use_co2e_td_loss",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "td_loss_share": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
        "US EPA, eGRID Technical Guide, grid gross loss",
    ],
    examples=[
        Example({"use_co2e_location": 95.8, "td_loss_share": 0.042}, 4.2, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_td_loss_share(use_co2e_location: Any, td_loss_share: Any) -> Any:
    """A share of the electricity fed in is lost, so that each kWh consumed takes share / (1 - share) kWh of losses, at the direct emissions of the grid; what is upstream of the lost electricity is not known and left out."""
    return use_co2e_location * td_loss_share / (1 - td_loss_share)
