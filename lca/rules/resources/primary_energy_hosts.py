from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-hosts",
    tier=3,
    gives="primary_energy_hosts",
    unit="MJ",
    needs={"primary_energy_host": "MJ", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"primary_energy_host": 10.0, "host_lifetime_share": 0.25}, 2.5, "constructed: arithmetic of the definition"
        ),
    ],
)
def primary_energy_hosts(primary_energy_host: Any, host_lifetime_share: Any) -> Any:
    """Primary energy of making the servers around the devices, by their share of life. No open factor is shipped."""
    return primary_energy_host * host_lifetime_share
