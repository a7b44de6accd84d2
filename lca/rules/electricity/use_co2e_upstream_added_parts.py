from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-added-parts",
    tier=1,
    rank=1,
    gives="use_co2e_upstream_added",
    unit="kgCO2e",
    needs={"use_co2e_wtt": "kgCO2e", "use_co2e_td_loss": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_wtt": 36.82, "use_co2e_td_loss": 16.58},
            53.4,
            "UK Government GHG Conversion Factors 2026: 36.82 + 12.99 + 3.59 g/kWh",
        ),
    ],
)
def use_co2e_upstream_added_parts(use_co2e_wtt: Any, use_co2e_td_loss: Any) -> Any:
    """Fuels and losses apart, to be added to a direct factor."""
    return use_co2e_wtt + use_co2e_td_loss
