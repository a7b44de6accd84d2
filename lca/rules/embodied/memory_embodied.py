from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="memory-embodied",
    tier=3,
    gives="memory_embodied",
    unit="kgCO2e",
    needs={"memory_size": "GB", "memory_embodied_per_gb": "kgCO2e/GB"},
    references=[
        "Li, Graif, Gupta 2024, Towards carbon-efficient LLM life cycle, HotCarbon 2024, Table 1",
    ],
    examples=[
        Example(
            {"memory_size": 80.0, "memory_embodied_per_gb": 0.9},
            72.0,
            "hardware reference of this project, section 1: 80 x 0.9 kg",
        ),
    ],
)
def memory_embodied(memory_size: Any, memory_embodied_per_gb: Any) -> Any:
    """Memory on the device: its size times the emissions per GB of its kind. Leaves out the yield of stacking, unless the figure holds it."""
    return memory_size * memory_embodied_per_gb
