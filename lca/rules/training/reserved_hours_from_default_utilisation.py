from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-from-default-utilisation",
    tier=4,
    rank=1,
    gives="reserved_hours",
    unit="h",
    needs={"training_flops": "FLOP", "peak_flops": "FLOP/h", "default_mfu": "1"},
    references=[
        "Faiz et al. 2024, LLMCarbon, arXiv:2309.14393, section 4",
        "Chowdhery et al. 2022, PaLM, arXiv:2204.02311 (model FLOPs utilisation)",
    ],
    examples=[
        Example(
            {"training_flops": 3.96e22, "peak_flops": 4.428e17, "default_mfu": 0.37},
            241705.11975390028,
            "Faiz et al. 2024, LLMCarbon, T5-11B, inputs of database.csv",
        ),
    ],
)
def reserved_hours_from_default_utilisation(training_flops: Any, peak_flops: Any, default_mfu: Any) -> Any:
    """A proxy for training that states its work and its device alone: hours at the dense peak rate and a usual utilisation.

    Leaves out restarts, waiting and recomputation, which adds up to a third.
    """
    return training_flops / (peak_flops * default_mfu)
