from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-accelerator-and-server-sheet",
    tier=2,
    rank=3,
    gives="it_energy",
    unit="kWh",
    needs={"accelerator_energy": "kWh", "host_hours": "h", "server_power": "kW"},
    references=[
        "Hewlett Packard Enterprise and Dell, product carbon footprint sheets: typical energy consumption per year",
    ],
    examples=[
        Example(
            {"accelerator_energy": 100.0, "host_hours": 10.0, "server_power": 0.2},
            102.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_accelerator_and_server_sheet(accelerator_energy: Any, host_hours: Any, server_power: Any) -> Any:
    """Energy of the accelerators plus the average power of the named server by its sheet, times the hours of the servers.

    The sheet is of a typical use without accelerators: fans and processors that feed accelerators draw more.
    """
    return accelerator_energy + host_hours * server_power
