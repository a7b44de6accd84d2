from typing import Any

import numpy

from lca.engine.rule import Example, rule


@rule(
    id="inference-devices",
    tier=4,
    gives="inference_devices",
    unit="1",
    needs={"memory_overhead": "1", "parameters_total": "1", "memory_per_parameter": "GB", "gpu_memory": "GB"},
    references=["EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits"],
    examples=[
        Example(
            {
                "memory_overhead": 1.2,
                "parameters_total": 7300000000.0,
                "memory_per_parameter": 2e-09,
                "gpu_memory": 80.0,
            },
            1.0,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
        Example(
            {
                "memory_overhead": 1.2,
                "parameters_total": 70000000000.0,
                "memory_per_parameter": 2e-09,
                "gpu_memory": 80.0,
            },
            4.0,
            "constructed: 168 GB on GPUs of 80 GB",
        ),
    ],
)
def inference_devices(memory_overhead: Any, parameters_total: Any, memory_per_parameter: Any, gpu_memory: Any) -> Any:
    """GPUs that one copy of the model takes: its memory over that of one GPU, up to the next power of two.

    All parameters are held, also those of a mixture of experts that a token does not use. Leaves out room for long contexts.
    """
    return numpy.exp2(
        numpy.ceil(numpy.log2(numpy.ceil(memory_overhead * parameters_total * memory_per_parameter / gpu_memory)))
    )
