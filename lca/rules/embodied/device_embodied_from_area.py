from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-embodied-from-area",
    tier=3,
    rank=1,
    gives="device_embodied",
    unit="kgCO2e",
    needs={"part_area": "cm2", "part_embodied_per_area": "kgCO2e/cm2", "part_embodied_base": "kgCO2e"},
    references=[
        "Umweltbundesamt 2021, Green Cloud Computing, rule for processors",
    ],
    examples=[
        Example(
            {"part_area": 2.94, "part_embodied_per_area": 1.97, "part_embodied_base": 9.14},
            14.93,
            "Boavizta, BoaviztAPI 2.4.1, tests: CPU, 12 cores of 24.5 mm2, 14.93 kg",
            rel=0.0005,
        ),
        Example(
            {"part_area": 17.877094972067038, "part_embodied_per_area": 2.2, "part_embodied_base": 5.22},
            44.55,
            "Boavizta, BoaviztAPI 2.4.1, tests: 12 modules of 32 GB, 534.6 kg",
            rel=0.0005,
        ),
    ],
)
def device_embodied_from_area(part_area: Any, part_embodied_per_area: Any, part_embodied_base: Any) -> Any:
    """Processor, memory module or drive: area of its dies times the emissions per area, and what does not grow with the dies.

    Leaves out process node and yield, unless the figure per area holds them.
    """
    return part_area * part_embodied_per_area + part_embodied_base
