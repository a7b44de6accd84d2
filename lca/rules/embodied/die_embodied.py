from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="die-embodied",
    tier=3,
    gives="die_embodied",
    unit="kgCO2e",
    needs={
        "die_area": "cm2",
        "die_count": "1",
        "die_yield": "1",
        "wafer_embodied": "kgCO2e/cm2",
        "ic_packaging_embodied": "kgCO2e",
    },
    references=[
        "Gupta et al. 2022, ACT: designing sustainable computer systems with an architectural carbon modeling tool, ISCA 2022",
    ],
    examples=[
        Example(
            {
                "die_area": 8.26,
                "die_count": 1.0,
                "die_yield": 0.46,
                "wafer_embodied": 2.02825,
                "ic_packaging_embodied": 0.0,
            },
            36.0,
            "hardware reference of this project, section 1: die of the A100, 36 kg with Murphy yield",
            rel=0.02,
        ),
    ],
)
def die_embodied(die_area: Any, die_count: Any, die_yield: Any, wafer_embodied: Any, ic_packaging_embodied: Any) -> Any:
    """Dies of a processor: area of wafer spent per good die, times the emissions per area of wafer at its node, and one package.

    The wafer figure must hold no yield, or yield would count twice. Leaves out wafer edges, scribe lines, input and output
    dies that the area does not count, and interposers.
    """
    return die_count * die_area / die_yield * wafer_embodied + ic_packaging_embodied
