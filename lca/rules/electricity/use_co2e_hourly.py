from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-hourly",
    tier=1,
    rank=1,
    gives="use_co2e_hourly",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "hourly_lifecycle": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
        "Dodge et al. 2022, Measuring the Carbon Intensity of AI in Cloud Instances, FAccT 2022, arXiv:2206.05229",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "hourly_lifecycle": 0.29715}, 29.715, "constructed: arithmetic of the definition"
        ),
    ],
)
def use_co2e_hourly(facility_energy: Any, hourly_lifecycle: Any) -> Any:
    """Facility energy times the life-cycle factors of its hours, weighted with the energy of each.

    It applies where losses of the grid are inside the factors, and where no loss share of the place is known: losses are
    then left out. Stands beside the annual figure; hours without a factor are left out of the mean, and a finding counts them.
    """
    return facility_energy * hourly_lifecycle
