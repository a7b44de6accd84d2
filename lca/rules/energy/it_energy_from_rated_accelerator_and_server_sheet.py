from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-accelerator-and-server-sheet",
    tier=3,
    rank=1,
    gives="it_energy",
    unit="kWh",
    needs={"rated_accelerator_energy": "kWh", "host_hours": "h", "server_power": "kW"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"rated_accelerator_energy": 30.4, "host_hours": 10.0, "server_power": 0.5},
            35.4,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_rated_accelerator_and_server_sheet(
    rated_accelerator_energy: Any, host_hours: Any, server_power: Any
) -> Any:
    """Energy of the accelerators by their rating, and the average power of the named server by its sheet times its hours."""
    return rated_accelerator_energy + host_hours * server_power
