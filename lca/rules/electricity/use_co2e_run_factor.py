from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-run-factor",
    tier=1,
    gives="use_co2e",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "stated_factor_whole": "kgCO2e/kWh"},
    references=[
        "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
    ],
    examples=[
        Example(
            {"facility_energy": 1289376.0, "stated_factor_whole": 0.429},
            553142.304,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def use_co2e_run_factor(facility_energy: Any, stated_factor_whole: Any) -> Any:
    """Facility energy times the factor that the run states, of life-cycle or unstated scope. Nothing is added to it.

    Neither are losses of the grid: whoever states a factor for a run says what its electricity stands for, and whether
    that is per kWh generated or delivered is not known. State it per kWh delivered, or state a direct factor, to which
    upstream emissions and losses of the place are added.
    """
    return facility_energy * stated_factor_whole
