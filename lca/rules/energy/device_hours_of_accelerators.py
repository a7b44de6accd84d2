from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-hours-of-accelerators",
    tier=1,
    gives="device_hours",
    unit="h",
    needs={"reserved_hours": "h", "is_accelerator": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"reserved_hours": 245760.0, "is_accelerator": 1.0},
            245760.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def device_hours_of_accelerators(reserved_hours: Any, is_accelerator: Any) -> Any:
    """Hours of accelerators that the run reserved; processors, memory and storage listed as devices count as zero."""
    return reserved_hours * is_accelerator
