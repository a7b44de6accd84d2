from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-accelerator-and-host-power",
    tier=2,
    rank=2,
    gives="it_energy",
    unit="kWh",
    needs={"accelerator_energy": "kWh", "host_hours": "h", "host_power": "kW"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"accelerator_energy": 100.0, "host_hours": 10.0, "host_power": 1.2},
            112.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_accelerator_and_host_power(accelerator_energy: Any, host_hours: Any, host_power: Any) -> Any:
    """Energy of the accelerators plus stated power of the servers around them, times the hours of those servers."""
    return accelerator_energy + host_hours * host_power
