from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="training-flops-from-tokens",
    tier=2,
    gives="training_flops",
    unit="FLOP",
    needs={"flops_per_parameter_token": "FLOP", "parameters_active": "1", "tokens_trained": "1"},
    references=[
        "Kaplan et al. 2020, arXiv:2001.08361; Hoffmann et al. 2022, arXiv:2203.15556",
    ],
    examples=[
        Example(
            {"flops_per_parameter_token": 6.0, "parameters_active": 2300000000.0, "tokens_trained": 1000000000000.0},
            1.38e22,
            "Faiz et al. 2024, LLMCarbon, arXiv:2309.14393, GShard-600B",
        ),
    ],
)
def training_flops_from_tokens(flops_per_parameter_token: Any, parameters_active: Any, tokens_trained: Any) -> Any:
    """Six operations per parameter and token (two forward, four backward), N being the active parameters.

    Leaves out attention and recomputation.
    """
    return flops_per_parameter_token * parameters_active * tokens_trained
