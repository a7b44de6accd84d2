from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-accelerator",
    tier=3,
    rank=1,
    gives="it_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "rated_power": "kW", "default_load": "1", "accelerator_share": "1"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"reserved_hours": 100.0, "rated_power": 0.4, "default_load": 0.76, "accelerator_share": 0.7},
            43.42857142857143,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_rated_accelerator(
    reserved_hours: Any, rated_power: Any, default_load: Any, accelerator_share: Any
) -> Any:
    """Rated power of the accelerator times a cited load, divided by the accelerators' share of server power. No measurement is given."""
    return reserved_hours * rated_power * default_load / accelerator_share
