from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-wtt-grid",
    tier=1,
    gives="use_co2e_wtt",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_wtt": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_wtt": 0.03682},
            36.82,
            "UK Government GHG Conversion Factors 2026, WTT- UK electricity (generation): 36.82 g/kWh",
        ),
    ],
)
def use_co2e_wtt_grid(facility_energy: Any, grid_wtt: Any) -> Any:
    """Upstream of generation (fuels, and what the source counts beside them), per kWh consumed, without what the grid loses. Looked up only where the factor in use is direct: inside a life-cycle factor it is already."""
    return facility_energy * grid_wtt
