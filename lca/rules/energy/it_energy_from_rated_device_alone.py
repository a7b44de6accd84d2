from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-device-alone",
    tier=3,
    rank=3,
    gives="it_energy",
    unit="kWh",
    needs={"rated_accelerator_energy": "kWh", "is_standalone": "1"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"rated_accelerator_energy": 30.4, "is_standalone": 1.0}, 30.4, "constructed: arithmetic of the definition"
        ),
    ],
)
def it_energy_from_rated_device_alone(rated_accelerator_energy: Any, is_standalone: Any) -> Any:
    """Energy of the device by its rating, where no host is to be added."""
    return rated_accelerator_energy * is_standalone
