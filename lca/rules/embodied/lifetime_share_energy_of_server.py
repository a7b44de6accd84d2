from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="lifetime-share-energy-of-server",
    tier=2,
    rank=1,
    choice=("embodied_allocation", "energy-share"),
    gives="lifetime_share",
    unit="1",
    needs={
        "it_energy": "kWh",
        "accelerator_share": "1",
        "rated_power": "kW",
        "device_lifetime": "h",
        "active_share": "1",
    },
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification, M = TE x TS x RS",
        "ISO 14044:2006, 4.3.4 Allocation",
    ],
    examples=[
        Example(
            {
                "it_energy": 500.0,
                "accelerator_share": 0.8,
                "rated_power": 0.4,
                "device_lifetime": 50000.0,
                "active_share": 0.8,
            },
            0.025,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def lifetime_share_energy_of_server(
    it_energy: Any, accelerator_share: Any, rated_power: Any, device_lifetime: Any, active_share: Any
) -> Any:
    """The same where only the energy of the servers is known: the part of it that accelerators take."""
    return it_energy * accelerator_share / (rated_power * device_lifetime * active_share)
