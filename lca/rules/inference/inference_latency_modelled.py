from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="inference-latency-modelled",
    tier=4,
    gives="inference_latency_modelled",
    unit="h",
    needs={
        "tokens_out": "1",
        "latency_per_parameter": "h",
        "parameters_active": "1",
        "latency_per_request": "h",
        "batch_size": "1",
        "latency_base": "h",
    },
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {
                "tokens_out": 200.0,
                "latency_per_parameter": 1.8847466928760174e-16,
                "parameters_active": 7300000000.0,
                "latency_per_request": 8.664750865800721e-08,
                "batch_size": 64.0,
                "latency_base": 5.4093659942981636e-06,
            },
            0.002466134326842023,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens without a stated latency",
        ),
    ],
)
def inference_latency_modelled(
    tokens_out: Any,
    latency_per_parameter: Any,
    parameters_active: Any,
    latency_per_request: Any,
    batch_size: Any,
    latency_base: Any,
) -> Any:
    """Time in which the output tokens are decoded, summed over the requests, by the published fit.

    Leaves out the time to the first token and the length of the context.
    """
    return tokens_out * (latency_per_parameter * parameters_active + latency_per_request * batch_size + latency_base)
