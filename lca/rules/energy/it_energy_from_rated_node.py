from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-node",
    tier=3,
    gives="it_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "node_power": "kW", "default_load": "1"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
        "Latif et al. 2025, IEEE Access 13:61740",
    ],
    examples=[
        Example(
            {"reserved_hours": 1.0, "node_power": 1.275, "default_load": 0.76},
            0.969,
            "Newkirk et al. 2025: 0.76 of 10.2 kW for eight H100",
        ),
    ],
)
def it_energy_from_rated_node(reserved_hours: Any, node_power: Any, default_load: Any) -> Any:
    """Rated power of the node per accelerator, times a cited load, times the reserved hours. No measurement is given."""
    return reserved_hours * node_power * default_load
