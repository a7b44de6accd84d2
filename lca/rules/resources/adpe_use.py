from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe-use",
    tier=2,
    gives="adpe_use",
    unit="kgSbeq",
    needs={"facility_energy": "kWh", "grid_adpe": "kgSbeq/kWh"},
    references=[
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example({"facility_energy": 100.0, "grid_adpe": 0.5}, 50.0, "constructed: arithmetic of the definition"),
    ],
)
def adpe_use(facility_energy: Any, grid_adpe: Any) -> Any:
    """Abiotic depletion of elements of electricity: facility energy times the factor of the grid. No open factor is shipped: a set of your own gives it."""
    return facility_energy * grid_adpe
