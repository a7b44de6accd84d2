from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-above-lifecycle",
    tier=1,
    rank=4,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "lifecycle_is_below_direct": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_location": 561.0, "lifecycle_is_below_direct": 1.0},
            561.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_location_above_lifecycle(use_co2e_location: Any, lifecycle_is_below_direct: Any) -> Any:
    """The life-cycle factor lies below the direct factor of the same place, and neither upstream emissions nor losses are known: the direct figure is the least that it can be.

    Findings say which two factors contradict each other, and what is left out.
    """
    return use_co2e_location * lifecycle_is_below_direct
