from typing import Any

import numpy as np

from lca.engine.rule import Example, rule


@rule(
    id="die-yield-murphy",
    tier=3,
    gives="die_yield",
    unit="1",
    needs={"die_area": "cm2", "defect_density": "per_cm2"},
    references=[
        "Murphy 1964, Cost-size optima of monolithic integrated circuits, Proceedings of the IEEE 52(12)",
    ],
    examples=[
        Example(
            {"die_area": 8.26, "defect_density": 0.1},
            0.46,
            "hardware reference of this project, section 4: GA100 of 826 mm2, 0.46",
            rel=0.01,
        ),
    ],
)
def die_yield_murphy(die_area: Any, defect_density: Any) -> Any:
    """Share of good dies by the model of Murphy, from the area of one die and the defects per area.

    Large dies yield less than the constant share of tools made for small ones. Leaves out dies sold with parts switched off,
    which raise the share: the interval of the defect density holds them.
    """
    defects = die_area * defect_density
    good = (1 - np.exp(-defects)) / defects
    return good * good
