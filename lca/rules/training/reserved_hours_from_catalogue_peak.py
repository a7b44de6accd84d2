from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-from-catalogue-peak",
    tier=3,
    gives="reserved_hours",
    unit="h",
    needs={"training_flops": "FLOP", "peak_flops": "FLOP/h", "efficiency": "1"},
    references=["Faiz et al. 2024, LLMCarbon, arXiv:2309.14393, section 4"],
    examples=[
        Example(
            {"training_flops": 3.96e22, "peak_flops": 4.428e17, "efficiency": 0.37},
            241705.11975390028,
            "Faiz et al. 2024, LLMCarbon, T5-11B, inputs of database.csv",
        ),
    ],
)
def reserved_hours_from_catalogue_peak(training_flops: Any, peak_flops: Any, efficiency: Any) -> Any:
    """Device hours that the work takes at the device's dense peak rate and the utilisation that the run states.

    Leaves out restarts and waiting.
    """
    return training_flops / (peak_flops * efficiency)
