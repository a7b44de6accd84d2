from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="training-flops-stated",
    tier=1,
    gives="training_flops",
    unit="FLOP",
    needs={"stated_flops": "FLOP"},
    references=[
        "Kaplan et al. 2020, arXiv:2001.08361; Hoffmann et al. 2022, arXiv:2203.15556",
    ],
    examples=[
        Example({"stated_flops": 3.15e23}, 3.15e23, "constructed: arithmetic of the definition"),
    ],
)
def training_flops_stated(stated_flops: Any) -> Any:
    """Work in floating-point operations as the run states it."""
    return stated_flops
