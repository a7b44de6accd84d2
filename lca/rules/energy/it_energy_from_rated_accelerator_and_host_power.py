from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-accelerator-and-host-power",
    tier=3,
    rank=-1,
    gives="it_energy",
    unit="kWh",
    needs={"rated_accelerator_energy": "kWh", "host_hours": "h", "host_power": "kW"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"rated_accelerator_energy": 30.4, "host_hours": 10.0, "host_power": 1.0},
            40.4,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_rated_accelerator_and_host_power(
    rated_accelerator_energy: Any, host_hours: Any, host_power: Any
) -> Any:
    """Energy of the accelerators by their rating, and the stated power of the servers around them times their hours."""
    return rated_accelerator_energy + host_hours * host_power
