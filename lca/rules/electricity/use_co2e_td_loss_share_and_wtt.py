from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-td-loss-share-and-wtt",
    tier=1,
    rank=1,
    gives="use_co2e_td_loss",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "use_co2e_wtt": "kgCO2e", "td_loss_share": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
        "US EPA, eGRID Technical Guide, grid gross loss",
    ],
    examples=[
        Example(
            {"use_co2e_location": 95.0, "use_co2e_wtt": 19.0, "td_loss_share": 0.05},
            6.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_td_loss_share_and_wtt(use_co2e_location: Any, use_co2e_wtt: Any, td_loss_share: Any) -> Any:
    """A share of the electricity fed in is lost, so that each kWh consumed takes share / (1 - share) kWh of losses, at the direct and the upstream emissions of the grid. Never on a life-cycle factor, nor on one per kWh consumed, in which losses are."""
    return (use_co2e_location + use_co2e_wtt) * td_loss_share / (1 - td_loss_share)
