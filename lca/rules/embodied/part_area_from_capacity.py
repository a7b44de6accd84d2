from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="part-area-from-capacity",
    tier=2,
    rank=1,
    gives="part_area",
    unit="cm2",
    needs={"part_capacity": "GB", "part_density": "GB/cm2"},
    references=[
        "Boavizta, BoaviztAPI methodology: embodied impacts of components",
    ],
    examples=[
        Example(
            {"part_capacity": 32.0, "part_density": 1.79},
            17.877094972067038,
            "Boavizta, BoaviztAPI 2.4.1, tests: module of 32 GB",
        ),
    ],
)
def part_area_from_capacity(part_capacity: Any, part_density: Any) -> Any:
    """Area of the dies of a memory module or a drive, from its capacity and the capacity per area."""
    return part_capacity / part_density
