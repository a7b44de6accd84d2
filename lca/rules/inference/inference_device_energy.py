from typing import Any

import numpy

from lca.engine.rule import Example, rule


@rule(
    id="inference-device-energy",
    tier=4,
    gives="inference_device_energy",
    unit="kWh",
    needs={
        "tokens_out": "1",
        "inference_devices": "1",
        "token_energy_per_parameter": "kWh",
        "token_energy_decay": "1",
        "batch_size": "1",
        "parameters_active": "1",
        "token_energy_base": "kWh",
    },
    references=[
        "EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits",
        "ML.ENERGY leaderboard v3, University of Michigan, https://ml.energy/leaderboard",
    ],
    examples=[
        Example(
            {
                "tokens_out": 200.0,
                "inference_devices": 1.0,
                "token_energy_per_parameter": 1.1665273170451914e-18,
                "token_energy_decay": 0.011205921025579175,
                "batch_size": 64.0,
                "parameters_active": 7300000000.0,
                "token_energy_base": 4.0529281467340045e-08,
            },
            8.93720056859519e-06,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def inference_device_energy(
    tokens_out: Any,
    inference_devices: Any,
    token_energy_per_parameter: Any,
    token_energy_decay: Any,
    batch_size: Any,
    parameters_active: Any,
    token_energy_base: Any,
) -> Any:
    """Energy of the GPUs for the output tokens: a published fit by active parameters and batch size, times the GPUs.

    Leaves out input tokens, cached tokens, the length of the context and idle GPUs.
    """
    return (
        tokens_out
        * inference_devices
        * (
            token_energy_per_parameter * numpy.exp(-token_energy_decay * batch_size) * parameters_active
            + token_energy_base
        )
    )
