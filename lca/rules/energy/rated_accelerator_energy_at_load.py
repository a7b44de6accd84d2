from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="rated-accelerator-energy-at-load",
    tier=3,
    rank=1,
    gives="rated_accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "rated_power": "kW", "default_load": "1"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"reserved_hours": 100.0, "rated_power": 0.4, "default_load": 0.76},
            30.4,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def rated_accelerator_energy_at_load(reserved_hours: Any, rated_power: Any, default_load: Any) -> Any:
    """Rated power of the device times a cited load, times the reserved hours. No measurement is given."""
    return reserved_hours * rated_power * default_load
