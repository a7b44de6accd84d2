from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="inference-device-hours",
    tier=4,
    gives="inference_device_hours",
    unit="h",
    needs={"inference_devices": "1", "inference_latency": "h", "batch_size": "1"},
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {"inference_devices": 1.0, "inference_latency": 0.001388888888888889, "batch_size": 64.0},
            2.170138888888889e-05,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def inference_device_hours(inference_devices: Any, inference_latency: Any, batch_size: Any) -> Any:
    """Hours of GPUs that the answers take: the GPUs of one copy of the model, for the time of the requests divided by the batch.

    Takes the GPUs as always full.
    """
    return inference_devices * inference_latency / batch_size
