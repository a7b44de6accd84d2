from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-embodied-from-capacity",
    tier=3,
    rank=2,
    gives="device_embodied",
    unit="kgCO2e",
    needs={"part_capacity": "GB", "part_embodied_per_gb": "kgCO2e/GB"},
    references=[
        "Gupta et al. 2022, ACT: designing sustainable computer systems with an architectural carbon modeling tool, ISCA 2022",
        "Faiz et al. 2024, LLMCarbon, arXiv:2309.14393",
    ],
    examples=[
        Example(
            {"part_capacity": 32.0, "part_embodied_per_gb": 0.4}, 12.8, "constructed: arithmetic of the definition"
        ),
    ],
)
def device_embodied_from_capacity(part_capacity: Any, part_embodied_per_gb: Any) -> Any:
    """Memory module or drive: its capacity times the emissions per GB. Sources differ tenfold and more: the interval says so."""
    return part_capacity * part_embodied_per_gb
