from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-of-standalone-device",
    tier=2,
    rank=3,
    gives="it_energy",
    unit="kWh",
    needs={"accelerator_energy": "kWh", "is_standalone": "1"},
    references=[
        "Lannelongue, Grealey, Inouye 2021, Green Algorithms, doi:10.1002/advs.202100707",
    ],
    examples=[
        Example(
            {"accelerator_energy": 1.44, "is_standalone": 1.0},
            1.44,
            "Green Algorithms 2021: 16 cores of 7.5 W for 12 h",
        ),
    ],
)
def it_energy_of_standalone_device(accelerator_energy: Any, is_standalone: Any) -> Any:
    """The device is all there is (a processor, memory, a system on chip), or the run lists the parts of its host as devices.

    No host is added. Leaves out fans, boards and power supplies.
    """
    return accelerator_energy * is_standalone
