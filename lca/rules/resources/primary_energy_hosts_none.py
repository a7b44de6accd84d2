from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-hosts-none",
    tier=3,
    rank=1,
    gives="primary_energy_hosts",
    inside="primary_energy_devices",
    unit="MJ",
    needs={"primary_energy_devices": "MJ", "no_host_added": "1"},
    references=[
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"primary_energy_devices": 1.0, "no_host_added": 1.0}, 0.0, "constructed: arithmetic of the definition"
        ),
    ],
)
def primary_energy_hosts_none(primary_energy_devices: Any, no_host_added: Any) -> Any:
    """No server stands around the device, or the run lists its parts: primary energy is that of the devices alone."""
    return primary_energy_devices * no_host_added * 0
