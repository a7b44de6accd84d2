from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-rated-accelerator",
    tier=3,
    rank=2,
    gives="it_energy",
    unit="kWh",
    needs={"rated_accelerator_energy": "kWh", "accelerator_share": "1"},
    references=[
        "Newkirk et al. 2025, Node power of AI training and inference, arXiv:2506.14551",
    ],
    examples=[
        Example(
            {"rated_accelerator_energy": 30.4, "accelerator_share": 0.7},
            43.42857142857143,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def it_energy_from_rated_accelerator(rated_accelerator_energy: Any, accelerator_share: Any) -> Any:
    """Energy of the accelerators by their rating, divided by the share of server power that accelerators take."""
    return rated_accelerator_energy / accelerator_share
