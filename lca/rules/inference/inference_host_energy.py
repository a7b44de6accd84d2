from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="inference-host-energy",
    tier=4,
    gives="inference_host_energy",
    unit="kWh",
    needs={
        "inference_latency": "h",
        "inference_host_power": "kW",
        "inference_devices": "1",
        "gpus_per_server": "1",
        "batch_size": "1",
    },
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {
                "inference_latency": 0.001388888888888889,
                "inference_host_power": 1.2,
                "inference_devices": 1.0,
                "gpus_per_server": 8.0,
                "batch_size": 64.0,
            },
            3.2552083333333335e-06,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def inference_host_energy(
    inference_latency: Any, inference_host_power: Any, inference_devices: Any, gpus_per_server: Any, batch_size: Any
) -> Any:
    """The requests' share of the server around the GPUs: its power, by the GPUs in use, divided among the requests of a batch.

    Takes the server as always full, so that nothing of its idle time is carried.
    """
    return inference_latency * inference_host_power * inference_devices / (gpus_per_server * batch_size)
