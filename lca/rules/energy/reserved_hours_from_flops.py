from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="reserved-hours-from-flops",
    tier=2,
    gives="reserved_hours",
    unit="h",
    needs={"training_flops": "FLOP", "stated_peak_flops": "FLOP/h", "efficiency": "1"},
    references=[
        "Faiz et al. 2024, LLMCarbon, arXiv:2309.14393, section 4",
        "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
    ],
    examples=[
        Example(
            {"training_flops": 3.96e22, "stated_peak_flops": 4.428e17, "efficiency": 0.37},
            241705.11975390028,
            "Faiz et al. 2024, LLMCarbon, T5-11B, inputs of database.csv",
        ),
    ],
)
def reserved_hours_from_flops(training_flops: Any, stated_peak_flops: Any, efficiency: Any) -> Any:
    """Hours that the stated or derived work takes at the stated peak rate and efficiency (model FLOPs utilisation).

    Applies only where the log states peak and efficiency. Leaves out restarts and waiting.
    """
    return training_flops / (stated_peak_flops * efficiency)
