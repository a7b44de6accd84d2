from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe",
    tier=1,
    partial=True,
    gives="adpe",
    unit="kgSbeq",
    needs={"adpe_use": "kgSbeq", "adpe_devices": "kgSbeq", "adpe_hosts": "kgSbeq"},
    references=[
        "ISO 14044:2006, 4.4.2, impact categories",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example(
            {"adpe_use": 1.0, "adpe_devices": 2.0, "adpe_hosts": 3.0}, 6.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def adpe(adpe_use: Any, adpe_devices: Any, adpe_hosts: Any) -> Any:
    """Abiotic depletion of elements of electricity, devices and the servers around them. Sums what is determined and counts what is not."""
    return adpe_use + adpe_devices + adpe_hosts
