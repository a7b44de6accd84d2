from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-hourly-and-losses",
    tier=1,
    gives="use_co2e_hourly",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "hourly_lifecycle": "kgCO2e/kWh", "hourly_loss_share": "1"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
        "Dodge et al. 2022, Measuring the Carbon Intensity of AI in Cloud Instances, FAccT 2022, arXiv:2206.05229",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "hourly_lifecycle": 0.285, "hourly_loss_share": 0.05},
            30.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def use_co2e_hourly_and_losses(facility_energy: Any, hourly_lifecycle: Any, hourly_loss_share: Any) -> Any:
    """Facility energy times the life-cycle factors of its hours, weighted with the energy of each, as delivered: each kWh consumed takes 1 / (1 - share) kWh of generation.

    Stands beside the annual figure; hours without a factor are left out of the mean, and a finding counts them.
    """
    return facility_energy * hourly_lifecycle / (1 - hourly_loss_share)
