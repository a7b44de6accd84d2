from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-grid-lifecycle",
    tier=1,
    rank=6,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_lifecycle": "kgCO2e/kWh"},
    references=[
        "ISO 14067:2018, 6.4.9.4 Electricity",
    ],
    examples=[
        Example(
            {"facility_energy": 433196.0, "grid_lifecycle": 0.057},
            24692.172,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def use_co2e_grid_lifecycle(facility_energy: Any, grid_lifecycle: Any) -> Any:
    """Facility energy times the life-cycle factor of the grid. Upstream emissions are inside it and never added again.

    It applies where losses of the grid are inside the factor too, which is then per kWh consumed and never topped up, and
    where no loss share of the place is known: losses are then left out, which understates, and a finding says so.
    """
    return facility_energy * grid_lifecycle
