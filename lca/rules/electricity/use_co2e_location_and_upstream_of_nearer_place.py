from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-and-upstream-of-nearer-place",
    tier=1,
    rank=2,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"use_co2e_location": "kgCO2e", "use_co2e_upstream": "kgCO2e", "direct_is_nearer": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_location": 893.1, "use_co2e_upstream": 84.3, "direct_is_nearer": 1.0},
            977.4,
            "constructed: a coal state of a country whose mean life-cycle factor is 384 g/kWh",
        ),
    ],
)
def use_co2e_location_and_upstream_of_nearer_place(
    use_co2e_location: Any, use_co2e_upstream: Any, direct_is_nearer: Any
) -> Any:
    """Direct emissions of the state or zone plus upstream emissions and losses, where the life-cycle factor is only that of the country.

    The mean of a country says little about a state: it may lie far below what is emitted there directly.
    """
    return (use_co2e_location + use_co2e_upstream) * direct_is_nearer
