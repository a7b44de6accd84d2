from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-upstream-losses-of-stand-in",
    tier=4,
    gives="use_co2e_upstream",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_stand_in": "kgCO2e/kWh", "lifecycle_loss_share": "1"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
    ],
    examples=[
        Example(
            {"facility_energy": 1000.0, "grid_stand_in": 0.34483, "lifecycle_loss_share": 0.19074},
            81.27533,
            "Ember through Our World in Data, Argentina 2024: 344.83 g/kWh; CIA World Factbook: 19.074 % of 2023 lost",
            1e-6,
        ),
    ],
)
def use_co2e_upstream_losses_of_stand_in(facility_energy: Any, grid_stand_in: Any, lifecycle_loss_share: Any) -> Any:
    """A life-cycle factor stands in for the direct one: emissions upstream of generation are inside it, losses of the grid are not and make up the figure.

    Where no loss share is known, what is upstream is not determined: it is not 0.
    """
    return facility_energy * grid_stand_in * lifecycle_loss_share / (1 - lifecycle_loss_share)
