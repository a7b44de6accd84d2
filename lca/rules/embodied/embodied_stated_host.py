from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-stated-host",
    tier=2,
    rank=2,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"stated_host_embodied": "kgCO2e", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {"stated_host_embodied": 1000.0, "host_lifetime_share": 2.8538812785388127e-05},
            0.028538812785388126,
            "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, worked example",
        ),
    ],
)
def embodied_stated_host(stated_host_embodied: Any, host_lifetime_share: Any) -> Any:
    """Embodied emissions of the servers as the run states them. Nothing modelled is added for the devices."""
    return stated_host_embodied * host_lifetime_share
