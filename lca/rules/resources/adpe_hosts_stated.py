from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe-hosts-stated",
    tier=2,
    gives="adpe_hosts",
    unit="kgSbeq",
    needs={"stated_host_adpe": "kgSbeq", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example(
            {"stated_host_adpe": 10.0, "host_lifetime_share": 0.25}, 2.5, "constructed: arithmetic of the definition"
        ),
    ],
)
def adpe_hosts_stated(stated_host_adpe: Any, host_lifetime_share: Any) -> Any:
    """Abiotic depletion of elements of making the servers as the run states it, by their share of life."""
    return stated_host_adpe * host_lifetime_share
