from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-run-factor",
    tier=1,
    gives="use_co2e_location",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "stated_factor": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
    ],
    examples=[
        Example(
            {"facility_energy": 7468.032, "stated_factor": 0.431},
            3218.721792,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def use_co2e_location_run_factor(facility_energy: Any, stated_factor: Any) -> Any:
    """Facility energy times the grid factor that the run states. It wins over every table."""
    return facility_energy * stated_factor
