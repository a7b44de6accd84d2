from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-and-upstream",
    tier=1,
    rank=7,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "use_co2e_upstream": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_location": 20.0, "use_co2e_upstream": 5.0}, 25.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def use_co2e_location_and_upstream(use_co2e_location: Any, use_co2e_upstream: Any) -> Any:
    """Direct emissions of generation plus upstream emissions and losses, where no life-cycle factor is known."""
    return use_co2e_location + use_co2e_upstream
