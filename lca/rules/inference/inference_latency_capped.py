from typing import Any

import numpy

from lca.engine.rule import Example, rule


@rule(
    id="inference-latency-capped",
    tier=4,
    gives="inference_latency",
    unit="h",
    needs={"inference_latency_modelled": "h", "stated_latency": "h"},
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {"inference_latency_modelled": 0.002466134326842023, "stated_latency": 0.001388888888888889},
            0.001388888888888889,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def inference_latency_capped(inference_latency_modelled: Any, stated_latency: Any) -> Any:
    """The modelled time, but never more than the requests took as the run states it. Both are sums over the requests."""
    return numpy.minimum(inference_latency_modelled, stated_latency)
