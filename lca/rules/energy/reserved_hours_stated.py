from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-stated",
    tier=1,
    gives="reserved_hours",
    unit="h",
    needs={"stated_device_hours": "h", "device_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, TiR and RR of the embodied term",
    ],
    examples=[
        Example(
            {"stated_device_hours": 1082990.0, "device_share": 1.0},
            1082990.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def reserved_hours_stated(stated_device_hours: Any, device_share: Any) -> Any:
    """Device hours as stated by the log, times the share of each device that was reserved."""
    return stated_device_hours * device_share
