from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-td-loss-published",
    tier=1,
    gives="use_co2e_td_loss",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_td_loss": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_td_loss": 0.01658},
            16.58,
            "UK Government GHG Conversion Factors 2026: T&D- UK electricity 12.99 + WTT- UK electricity (T&D) 3.59 g/kWh",
        ),
    ],
)
def use_co2e_td_loss_published(facility_energy: Any, grid_td_loss: Any) -> Any:
    """Losses in transmission and distribution at the emissions per kWh consumed that a publisher gives."""
    return facility_energy * grid_td_loss
