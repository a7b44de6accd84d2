from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="inference-latency-uncapped",
    tier=4,
    rank=1,
    gives="inference_latency",
    unit="h",
    needs={"inference_latency_modelled": "h"},
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {"inference_latency_modelled": 0.002466134326842023},
            0.002466134326842023,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens without a stated latency",
        ),
    ],
)
def inference_latency_uncapped(inference_latency_modelled: Any) -> Any:
    """The modelled time, where the run states no latency of its requests."""
    return inference_latency_modelled
