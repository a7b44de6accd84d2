from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="rated-accelerator-energy-idle",
    tier=3,
    rank=0,
    gives="rated_accelerator_energy",
    unit="kWh",
    needs={"idle_hours": "h", "idle_power": "kW"},
    references=[
        "Vadari 2026, Idle power of loaded accelerators, arXiv:2605.23918",
    ],
    examples=[
        Example({"idle_hours": 70.0, "idle_power": 0.05}, 3.5, "constructed: arithmetic of the definition"),
    ],
)
def rated_accelerator_energy_idle(idle_hours: Any, idle_power: Any) -> Any:
    """Idle stage without a measurement: idle power of the device over its reserved hours."""
    return idle_hours * idle_power
