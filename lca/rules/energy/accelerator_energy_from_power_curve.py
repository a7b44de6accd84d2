from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-from-power-curve",
    tier=2,
    rank=1,
    gives="accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "curve_power": "kW"},
    references=[
        "Green Software Foundation, Impact Framework, plug-in teads-curve",
    ],
    examples=[
        Example({"reserved_hours": 10.0, "curve_power": 0.032}, 0.32, "constructed: arithmetic of the definition"),
    ],
)
def accelerator_energy_from_power_curve(reserved_hours: Any, curve_power: Any) -> Any:
    """Power read from the power curve of the log at the stated utilisation, times the reserved hours."""
    return reserved_hours * curve_power
