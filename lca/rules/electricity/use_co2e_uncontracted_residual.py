from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="use-co2e-uncontracted-residual",
    tier=1,
    rank=1,
    gives="use_co2e_uncontracted",
    unit="kgCO2e",
    needs={"facility_energy": "kWh", "residual_mix": "kgCO2e/kWh"},
    references=[
        "GHG Protocol Scope 2 Guidance (2015), chapter 6, market-based method, Table 6.3",
    ],
    examples=[
        Example(
            {"facility_energy": 100.0, "residual_mix": 0.79},
            79.0,
            "National Greenhouse Accounts Factors 2026, residual mix factor of Australia: 0.79 kg/kWh",
        ),
    ],
)
def use_co2e_uncontracted_residual(facility_energy: Any, residual_mix: Any) -> Any:
    """As if nothing were contracted: the residual mix alone. Its upstream emissions are not known and left out, which understates; a finding says so."""
    return facility_energy * residual_mix
