from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="lifetime-share-active-time",
    tier=2,
    choice=("embodied_allocation", "active-time"),
    gives="lifetime_share",
    unit="1",
    needs={"reserved_hours": "h", "utilisation": "1", "device_lifetime": "h", "active_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {"reserved_hours": 100.0, "utilisation": 0.85, "device_lifetime": 52560.0, "active_share": 0.85},
            0.001902587519025875,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def lifetime_share_active_time(reserved_hours: Any, utilisation: Any, device_lifetime: Any, active_share: Any) -> Any:
    """Share of a device's active life that the run used: active hours over the hours of life in which such devices are active."""
    return reserved_hours * utilisation / (device_lifetime * active_share)
