from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-grid-lifecycle-and-losses",
    tier=1,
    rank=5,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_lifecycle": "kgCO2e/kWh", "lifecycle_loss_share": "1"},
    references=[
        "ISO 14067:2018, 6.4.9.4 Electricity",
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_lifecycle": 0.33638, "lifecycle_loss_share": 0.04725},
            353.0621883,
            "Ember through Our World in Data, Germany 2024: 336.38 g/kWh; CIA World Factbook: 4.725 % of 2023 lost",
        ),
    ],
)
def use_co2e_grid_lifecycle_and_losses(facility_energy: Any, grid_lifecycle: Any, lifecycle_loss_share: Any) -> Any:
    """Facility energy times the life-cycle factor of the grid, as delivered: each kWh consumed takes 1 / (1 - share) kWh of generation.

    Upstream emissions are inside the factor and never added again. Where direct, upstream and life-cycle factors agree,
    the result equals scope 2 plus category 3 of scope 3; where publishers differ, the views show the difference.
    """
    return facility_energy * grid_lifecycle / (1 - lifecycle_loss_share)
