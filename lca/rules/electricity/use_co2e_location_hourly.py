from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-hourly",
    tier=1,
    gives="use_co2e_location_hourly",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "hourly_direct": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
        "Dodge et al. 2022, Measuring the Carbon Intensity of AI in Cloud Instances, FAccT 2022, arXiv:2206.05229",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "hourly_direct": 0.25619}, 25.619, "constructed: arithmetic of the definition"
        ),
    ],
)
def use_co2e_location_hourly(facility_energy: Any, hourly_direct: Any) -> Any:
    """Facility energy times the direct factors of its hours, weighted with the energy of each. Stands beside the annual figure; losses and upstream emissions are outside it."""
    return facility_energy * hourly_direct
