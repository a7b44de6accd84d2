from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-location-by-the-hour",
    tier=1,
    rank=-1,
    gives="use_co2e_location",
    unit="kgCO2e",
    needs={"use_co2e_location_hourly": "kgCO2e"},
    choice=("grid_matching", "hourly"),
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, location-based method",
        "Dodge et al. 2022, Measuring the Carbon Intensity of AI in Cloud Instances, FAccT 2022, arXiv:2206.05229",
    ],
    examples=[
        Example({"use_co2e_location_hourly": 29.7}, 29.7, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_location_by_the_hour(use_co2e_location_hourly: Any) -> Any:
    """The profile asks for hourly matching: where the hours of a run are matched, the hourly figure takes the place of the annual one. It never applies to a run that states its own factor."""
    return use_co2e_location_hourly
