from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-from-utilisation-idle-share",
    tier=3,
    gives="accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "rated_power": "kW", "idle_share": "1", "utilisation": "1"},
    references=[
        "Fan, Weber, Barroso 2007, Power provisioning for a warehouse-sized computer, ISCA, doi:10.1145/1250662.1250665",
    ],
    examples=[
        Example(
            {"reserved_hours": 100.0, "rated_power": 0.4, "idle_share": 0.125, "utilisation": 0.5},
            22.5,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def accelerator_energy_from_utilisation_idle_share(
    reserved_hours: Any, rated_power: Any, idle_share: Any, utilisation: Any
) -> Any:
    """Linear between idle and rated power, the idle power taken as a share of the rated power because none is published for the device."""
    return reserved_hours * rated_power * (idle_share + utilisation * (1 - idle_share))
