from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-tokens",
    tier=4,
    gives="it_energy",
    unit="kWh",
    needs={"inference_device_energy": "kWh", "inference_host_energy": "kWh", "inference_fit_ratio": "1"},
    references=[
        "EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits",
        "ML.ENERGY leaderboard v3, University of Michigan, https://ml.energy/leaderboard",
    ],
    examples=[
        Example(
            {
                "inference_device_energy": 8.93720056859519e-06,
                "inference_host_energy": 3.2552083333333335e-06,
                "inference_fit_ratio": 1.0,
            },
            1.2192408901928525e-05,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s, PUE 1.26",
        ),
    ],
)
def it_energy_from_tokens(inference_device_energy: Any, inference_host_energy: Any, inference_fit_ratio: Any) -> Any:
    """A proxy where a run states output tokens and a model, but neither energy nor device hours: GPUs and their share of the server.

    The ratio is 1 and carries the spread of measurements around the fit. Leaves out input tokens, cached tokens, idle and network.
    """
    return (inference_device_energy + inference_host_energy) * inference_fit_ratio
