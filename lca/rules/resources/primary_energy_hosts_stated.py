from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="primary-energy-hosts-stated",
    tier=2,
    gives="primary_energy_hosts",
    unit="MJ",
    needs={"stated_host_primary_energy": "MJ", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "VDI 4600:2012, Cumulative energy demand: terms, definitions, methods of calculation",
    ],
    examples=[
        Example(
            {"stated_host_primary_energy": 10.0, "host_lifetime_share": 0.25},
            2.5,
            "constructed: arithmetic of the definition",
        ),
    ],
)
def primary_energy_hosts_stated(stated_host_primary_energy: Any, host_lifetime_share: Any) -> Any:
    """Primary energy of making the servers as the run states it, by their share of life."""
    return stated_host_primary_energy * host_lifetime_share
