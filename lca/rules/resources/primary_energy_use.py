from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-use",
    tier=2,
    gives="primary_energy_use",
    unit="MJ",
    needs={"facility_energy": "kWh", "grid_primary_energy": "MJ/kWh"},
    references=[
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "grid_primary_energy": 0.5}, 50.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def primary_energy_use(facility_energy: Any, grid_primary_energy: Any) -> Any:
    """Primary energy of electricity: facility energy times the factor of the grid. No open factor is shipped: a set of your own gives it."""
    return facility_energy * grid_primary_energy
