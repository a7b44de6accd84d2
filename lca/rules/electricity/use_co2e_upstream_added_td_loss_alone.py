from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-added-td-loss-alone",
    tier=1,
    rank=4,
    gives="use_co2e_upstream_added",
    unit="kgCO2e",
    needs={"use_co2e_td_loss": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_td_loss": 5.96},
            5.96,
            "Ministry for the Environment, New Zealand, 2026: 5.96 g/kWh of losses in 2025",
        ),
    ],
)
def use_co2e_upstream_added_td_loss_alone(use_co2e_td_loss: Any) -> Any:
    """Losses alone: upstream emissions of generation are not known, which understates; a finding says so."""
    return use_co2e_td_loss
