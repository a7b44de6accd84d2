from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-wtt-mix",
    tier=3,
    rank=1,
    gives="use_co2e_wtt",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "grid_wtt_mix": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 3 Standard (2011), category 3, fuel- and energy-related activities",
        "IPCC AR5 WGIII Annex III (2014), Table A.III.2",
    ],
    examples=[
        Example({"facility_energy": 1000.0, "grid_wtt_mix": 0.06}, 60.0, "constructed: arithmetic of the definition"),
    ],
)
def use_co2e_wtt_mix(facility_energy: Any, grid_wtt_mix: Any) -> Any:
    """Upstream of generation, per kWh generated, as the shares of technologies in the generation of the place and their upstream emissions make it, where no publisher gives it.

    Looked up only where the factor in use is direct: inside a life-cycle factor it is already. A finding says that it is derived, with its low and high.
    """
    return facility_energy * grid_wtt_mix
