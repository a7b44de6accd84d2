from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-metered",
    tier=1,
    gives="accelerator_energy",
    unit="kWh",
    needs={"metered_accelerator": "kWh"},
    references=[
        "Jay et al. 2023, An experimental comparison of software-based power meters, CCGrid, doi:10.1109/CCGrid57682.2023.00020",
    ],
    examples=[
        Example({"metered_accelerator": 12.66}, 12.66, "constructed: arithmetic of the definition"),
    ],
)
def accelerator_energy_metered(metered_accelerator: Any) -> Any:
    """Energy that meters of the accelerators measured (for example NVML counters). Leaves out the host."""
    return metered_accelerator
