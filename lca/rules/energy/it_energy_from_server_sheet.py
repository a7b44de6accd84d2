from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-server-sheet",
    tier=3,
    rank=4,
    gives="it_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "device_server_power": "kW"},
    references=[
        "Hewlett Packard Enterprise and Dell, product carbon footprint sheets: typical energy consumption per year",
    ],
    examples=[
        Example(
            {"reserved_hours": 8760.0, "device_server_power": 0.2}, 1752.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def it_energy_from_server_sheet(reserved_hours: Any, device_server_power: Any) -> Any:
    """A server used as a device: its average power by its sheet, times its hours. The load is that of the sheet, not that of the run."""
    return reserved_hours * device_server_power
