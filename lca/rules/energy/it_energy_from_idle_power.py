from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-idle-power",
    tier=3,
    rank=2,
    gives="it_energy",
    unit="kWh",
    needs={"idle_hours": "h", "idle_power": "kW", "accelerator_share": "1"},
    references=[
        "Vadari 2026, Idle power of loaded accelerators, arXiv:2605.23918",
    ],
    examples=[
        Example(
            {"idle_hours": 70.0, "idle_power": 0.05, "accelerator_share": 0.7},
            5.0,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_idle_power(idle_hours: Any, idle_power: Any, accelerator_share: Any) -> Any:
    """Idle stage without a measurement: idle power of the device over its reserved hours, the host added by ratio."""
    return idle_hours * idle_power / accelerator_share
