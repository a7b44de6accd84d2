from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-from-utilisation",
    tier=2,
    rank=2,
    gives="accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "idle_power": "kW", "utilisation": "1", "rated_power": "kW"},
    references=[
        "Fan, Weber, Barroso 2007, Power provisioning for a warehouse-sized computer, ISCA, doi:10.1145/1250662.1250665",
    ],
    examples=[
        Example(
            {"reserved_hours": 100.0, "idle_power": 0.05, "utilisation": 0.5, "rated_power": 0.4},
            22.5,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def accelerator_energy_from_utilisation(
    reserved_hours: Any, idle_power: Any, utilisation: Any, rated_power: Any
) -> Any:
    """Linear between idle and rated power at the stated utilisation.

    Takes utilisation for load, which overstates memory-bound work.
    """
    return reserved_hours * (idle_power + utilisation * (rated_power - idle_power))
