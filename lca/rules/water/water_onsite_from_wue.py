from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="water-onsite-from-wue",
    tier=1,
    rank=1,
    gives="water_onsite",
    unit="L",
    needs={"it_energy": "kWh", "wue": "L/kWh"},
    references=[
        "ISO/IEC 30134-9:2022, Water usage effectiveness (WUE)",
        "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
    ],
    examples=[
        Example(
            {"it_energy": 1287000.0, "wue": 0.55},
            707850.0,
            "Li, Yang, Islam, Ren 2025, Making AI less thirsty, arXiv:2304.03271, Table 1",
        ),
    ],
)
def water_onsite_from_wue(it_energy: Any, wue: Any) -> Any:
    """Water consumed at the facility: WUE times IT energy. PUE does not enter."""
    return it_energy * wue
