from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-hours-from-tokens",
    tier=4,
    gives="device_hours",
    unit="h",
    needs={"inference_device_hours": "h", "inference_fit_ratio": "1"},
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {"inference_device_hours": 2.170138888888889e-05, "inference_fit_ratio": 1.0},
            2.170138888888889e-05,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def device_hours_from_tokens(inference_device_hours: Any, inference_fit_ratio: Any) -> Any:
    """A proxy where a run states output tokens and a model, but no hours: the GPUs of the fit, always full, good to the ratio."""
    return inference_device_hours * inference_fit_ratio
