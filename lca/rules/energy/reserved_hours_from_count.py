from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-from-count",
    tier=1,
    rank=1,
    gives="reserved_hours",
    unit="h",
    needs={"device_count": "1", "duration": "h", "device_share": "1"},
    references=[
        "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
    ],
    examples=[
        Example(
            {"device_count": 10000.0, "duration": 355.2, "device_share": 1.0},
            3552000.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def reserved_hours_from_count(device_count: Any, duration: Any, device_share: Any) -> Any:
    """Number of devices times the wall-clock duration, times the share of each device that was reserved.

    Assumes that all devices were held for the whole duration.
    """
    return device_count * duration * device_share
