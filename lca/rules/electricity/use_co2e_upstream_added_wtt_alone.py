from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-added-wtt-alone",
    tier=1,
    rank=3,
    gives="use_co2e_upstream_added",
    unit="kgCO2e",
    needs={"use_co2e_wtt": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_wtt": 36.82},
            36.82,
            "UK Government GHG Conversion Factors 2026, WTT- UK electricity (generation): 36.82 g/kWh",
        ),
    ],
)
def use_co2e_upstream_added_wtt_alone(use_co2e_wtt: Any) -> Any:
    """Upstream of generation alone: losses are inside both factors, or their share is not known (a finding says so)."""
    return use_co2e_wtt
