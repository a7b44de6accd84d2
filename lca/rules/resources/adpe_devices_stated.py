from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe-devices-stated",
    tier=2,
    gives="adpe_devices",
    unit="kgSbeq",
    needs={"stated_device_adpe": "kgSbeq", "lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example(
            {"stated_device_adpe": 0.00895, "lifetime_share": 0.01},
            8.95e-05,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def adpe_devices_stated(stated_device_adpe: Any, lifetime_share: Any) -> Any:
    """Abiotic depletion of elements of making the devices as the run states it, by their share of life."""
    return stated_device_adpe * lifetime_share
