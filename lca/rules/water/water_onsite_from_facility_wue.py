from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="water-onsite-from-facility-wue",
    tier=1,
    gives="water_onsite",
    unit="L",
    needs={"facility_energy": "kWh", "wue_facility": "L/kWh"},
    references=[
        "ISO/IEC 30134-9:2022, Water usage effectiveness (WUE)",
    ],
    examples=[
        Example({"facility_energy": 100.0, "wue_facility": 0.375}, 37.5, "constructed: arithmetic of the definition"),
    ],
)
def water_onsite_from_facility_wue(facility_energy: Any, wue_facility: Any) -> Any:
    """Water consumed at the facility where the source counts it per kWh of facility energy."""
    return facility_energy * wue_facility
