from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-stated-device-and-host",
    tier=2,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={
        "stated_device_embodied": "kgCO2e",
        "lifetime_share": "1",
        "stated_host_embodied": "kgCO2e",
        "host_lifetime_share": "1",
    },
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "Morrison et al. 2025, Holistically evaluating the environmental impact of creating language models, arXiv:2503.05804, section 4.1",
    ],
    examples=[
        Example(
            {
                "stated_device_embodied": 0.013,
                "lifetime_share": 47.08904109589041,
                "stated_host_embodied": 3700.0,
                "host_lifetime_share": 5.886130136986301,
            },
            21779.29366438356,
            "Morrison et al. 2025, Holistically evaluating the environmental impact of creating language models, arXiv:2503.05804, section 4.1",
        ),
    ],
)
def embodied_stated_device_and_host(
    stated_device_embodied: Any, lifetime_share: Any, stated_host_embodied: Any, host_lifetime_share: Any
) -> Any:
    """Embodied emissions of devices and servers as the run states them, by their shares of life. Nothing modelled is added."""
    return stated_device_embodied * lifetime_share + stated_host_embodied * host_lifetime_share
