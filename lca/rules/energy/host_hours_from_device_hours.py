from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="host-hours-from-device-hours",
    tier=3,
    gives="host_hours",
    unit="h",
    needs={"reserved_hours": "h", "devices_per_host": "1"},
    references=[
        "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
    ],
    examples=[
        Example(
            {"reserved_hours": 1650000.0, "devices_per_host": 8.0},
            206250.0,
            "Morrison et al. 2025, arXiv:2503.05804, section 4.1",
        ),
    ],
)
def host_hours_from_device_hours(reserved_hours: Any, devices_per_host: Any) -> Any:
    """Hours of the hosts (servers, racks, desktop computers, laptops) from the reserved hours of the devices and their number per host of the class."""
    return reserved_hours / devices_per_host
