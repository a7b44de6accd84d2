from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-inside-host",
    tier=2,
    rank=-1,
    gives="it_energy",
    unit="kWh",
    needs={"energy_in_host": "kWh"},
    references=[
        "ISO 14044:2006, 4.2.3.3: each flow enters the inventory once",
    ],
    examples=[
        Example({"energy_in_host": 0.0}, 0.0, "constructed: arithmetic of the definition"),
    ],
)
def it_energy_inside_host(energy_in_host: Any) -> Any:
    """Processors, memory and drives beside accelerators whose host is stated or modelled with its power: nothing is added."""
    return energy_in_host
