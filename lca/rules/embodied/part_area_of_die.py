from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="part-area-of-die",
    tier=2,
    gives="part_area",
    unit="cm2",
    needs={"part_die_area": "cm2"},
    references=[
        "Umweltbundesamt 2021, Green Cloud Computing, rule for processors",
    ],
    examples=[
        Example({"part_die_area": 2.94}, 2.94, "Boavizta, BoaviztAPI 2.4.1, tests: 12 cores of 24.5 mm2"),
    ],
)
def part_area_of_die(part_die_area: Any) -> Any:
    """Area of all dies of a processor, as the run or the catalogue states it."""
    return part_die_area
