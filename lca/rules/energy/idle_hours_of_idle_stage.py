from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="idle-hours-of-idle-stage",
    tier=1,
    gives="idle_hours",
    unit="h",
    needs={"reserved_hours": "h", "is_idle_stage": "1"},
    references=[
        "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
    ],
    examples=[
        Example({"reserved_hours": 10.0, "is_idle_stage": 1.0}, 10.0, "constructed: arithmetic of the definition"),
    ],
)
def idle_hours_of_idle_stage(reserved_hours: Any, is_idle_stage: Any) -> Any:
    """Reserved hours of a run whose stage is idle; not defined for other stages."""
    return reserved_hours * is_idle_stage
