from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-uncontracted-residual-and-upstream",
    tier=1,
    gives="use_co2e_uncontracted",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "residual_mix": "kgCO2e/kWh", "use_co2e_upstream_added": "kgCO2e"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "residual_mix": 0.79, "use_co2e_upstream_added": 7.0},
            86.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_uncontracted_residual_and_upstream(
    facility_energy: Any, residual_mix: Any, use_co2e_upstream_added: Any
) -> Any:
    """As if nothing were contracted: the residual mix, a direct factor, plus upstream emissions and losses of the grid once. The upstream of the residual mix itself, which has more fuels, is not known."""
    return facility_energy * residual_mix + use_co2e_upstream_added
