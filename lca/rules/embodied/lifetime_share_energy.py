from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="lifetime-share-energy",
    version=2,
    tier=2,
    choice=("embodied_allocation", "energy-share"),
    gives="lifetime_share",
    unit="1",
    needs={"accelerator_energy": "kWh", "rated_power": "kW", "device_lifetime": "h", "active_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {"accelerator_energy": 400.0, "rated_power": 0.4, "device_lifetime": 50000.0, "active_share": 0.8},
            0.025,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def lifetime_share_energy(accelerator_energy: Any, rated_power: Any, device_lifetime: Any, active_share: Any) -> Any:
    """Share of the energy that a device draws over its life: its own energy over rated power times active hours of life."""
    return accelerator_energy / (rated_power * device_lifetime * active_share)
