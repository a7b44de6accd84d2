from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-device-alone",
    tier=3,
    rank=3,
    gives="it_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "rated_power": "kW", "default_load": "1", "is_standalone": "1"},
    references=["Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551"],
    examples=[
        Example(
            {"reserved_hours": 100.0, "rated_power": 0.4, "default_load": 0.76, "is_standalone": 1.0},
            30.4,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_rated_device_alone(
    reserved_hours: Any, rated_power: Any, default_load: Any, is_standalone: Any
) -> Any:
    """Rated power of the device times a cited load, where no host is to be added. No measurement is given."""
    return reserved_hours * rated_power * default_load * is_standalone
