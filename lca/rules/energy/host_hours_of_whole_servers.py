from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="host-hours-of-whole-servers",
    tier=1,
    gives="host_hours",
    unit="h",
    needs={"host_count": "1", "duration": "h"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"host_count": 128.0, "duration": 1611.328125},
            206250.0,
            "Morrison et al. 2025, arXiv:2503.05804, section 4.1: 1.65 million device hours on 8-GPU nodes",
        ),
    ],
)
def host_hours_of_whole_servers(host_count: Any, duration: Any) -> Any:
    """Servers held for the run, times its duration."""
    return host_count * duration
