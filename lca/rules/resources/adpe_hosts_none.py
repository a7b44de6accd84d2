from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe-hosts-none",
    tier=3,
    rank=1,
    gives="adpe_hosts",
    inside="adpe_devices",
    unit="kgSbeq",
    needs={"adpe_devices": "kgSbeq", "no_host_added": "1"},
    references=[
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example({"adpe_devices": 1.0, "no_host_added": 1.0}, 0.0, "constructed: arithmetic of the definition"),
    ],
)
def adpe_hosts_none(adpe_devices: Any, no_host_added: Any) -> Any:
    """No server stands around the device, or the run lists its parts: abiotic depletion of elements is that of the devices alone."""
    return adpe_devices * no_host_added * 0
