from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="parameters-active-of-dense-model",
    tier=2,
    gives="parameters_active",
    unit="1",
    needs={"parameters_total": "1", "is_dense": "1"},
    references=["Kaplan et al. 2020, arXiv:2001.08361; Hoffmann et al. 2022, arXiv:2203.15556"],
    examples=[
        Example(
            {"parameters_total": 175000000000.0, "is_dense": 1.0},
            175000000000.0,
            "Brown et al. 2020, arXiv:2005.14165, GPT-3: a dense model",
        ),
    ],
)
def parameters_active_of_dense_model(parameters_total: Any, is_dense: Any) -> Any:
    """All parameters, where the run states no active ones and the model is not known as a mixture of experts.

    A mixture that the catalogue does not know comes out too large.
    """
    return parameters_total * is_dense
