from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-accelerator-share",
    tier=2,
    rank=4,
    gives="it_energy",
    unit="kWh",
    needs={"accelerator_energy": "kWh", "accelerator_share": "1"},
    references=[
        "Elsworth et al. 2025, Measuring the environmental impact of delivering AI at Google scale, arXiv:2508.15734",
        "ML.ENERGY / Zeus project, GPU share of server power",
    ],
    examples=[
        Example(
            {"accelerator_energy": 70.0, "accelerator_share": 0.7}, 100.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def it_energy_from_accelerator_share(accelerator_energy: Any, accelerator_share: Any) -> Any:
    """Energy of the accelerators divided by the share of server power that accelerators take.

    Models processors, memory, fans and power supplies of the host by one ratio, that of its class where one is known.
    """
    return accelerator_energy / accelerator_share
