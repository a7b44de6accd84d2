from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="parameters-active-known",
    tier=1,
    gives="parameters_active",
    unit="1",
    needs={"active_parameters": "1"},
    references=["Kaplan et al. 2020, arXiv:2001.08361; Hoffmann et al. 2022, arXiv:2203.15556"],
    examples=[
        Example(
            {"active_parameters": 37000000000.0},
            37000000000.0,
            "DeepSeek-V3 README: 37B of 671B parameters activated for each token",
        ),
    ],
)
def parameters_active_known(active_parameters: Any) -> Any:
    """Active parameters as the run states them, else as the developer of exactly this model prints them."""
    return active_parameters
