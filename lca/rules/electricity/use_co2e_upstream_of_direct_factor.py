from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-of-direct-factor",
    tier=1,
    gives="use_co2e_upstream",
    unit="kgCO2e",
    needs={"use_co2e_upstream_added": "kgCO2e"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"use_co2e_upstream_added": 53.4},
            53.4,
            "UK Government GHG Conversion Factors 2026: 36.82 + 12.99 + 3.59 g/kWh",
        ),
    ],
)
def use_co2e_upstream_of_direct_factor(use_co2e_upstream_added: Any) -> Any:
    """The factor in use is direct: what is upstream of it and lost on the way is outside it (scope 3, category 3)."""
    return use_co2e_upstream_added
