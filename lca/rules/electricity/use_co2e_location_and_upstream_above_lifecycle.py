from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-and-upstream-above-lifecycle",
    tier=1,
    rank=3,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "use_co2e_upstream": "kgCO2e", "lifecycle_is_below_direct": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_location": 620.0, "use_co2e_upstream": 70.0, "lifecycle_is_below_direct": 1.0},
            690.0,
            "National Greenhouse Accounts Factors 2025, Australia: scope 2 of 0.62 and scope 3 of 0.07 kg/kWh",
        ),
    ],
)
def use_co2e_location_and_upstream_above_lifecycle(
    use_co2e_location: Any, use_co2e_upstream: Any, lifecycle_is_below_direct: Any
) -> Any:
    """The life-cycle factor lies below the direct factor of the same place, which it should contain: the larger one serves, with its upstream emissions and losses.

    A finding says which two factors contradict each other.
    """
    return (use_co2e_location + use_co2e_upstream) * lifecycle_is_below_direct
