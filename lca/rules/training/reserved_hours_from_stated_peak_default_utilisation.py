from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-from-stated-peak-default-utilisation",
    tier=4,
    gives="reserved_hours",
    unit="h",
    needs={"training_flops": "FLOP", "stated_peak_flops": "FLOP/h", "default_mfu": "1"},
    references=["Faiz et al. 2024, LLMCarbon, arXiv:2309.14393, section 4"],
    examples=[
        Example(
            {"training_flops": 3.96e22, "stated_peak_flops": 4.428e17, "default_mfu": 0.37},
            241705.11975390028,
            "Faiz et al. 2024, LLMCarbon, T5-11B, inputs of database.csv",
        ),
    ],
)
def reserved_hours_from_stated_peak_default_utilisation(
    training_flops: Any, stated_peak_flops: Any, default_mfu: Any
) -> Any:
    """A proxy for training that states its work and the peak rate, but no utilisation: hours at a usual one.

    Leaves out restarts, waiting and recomputation.
    """
    return training_flops / (stated_peak_flops * default_mfu)
