from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="adpe-hosts",
    tier=3,
    gives="adpe_hosts",
    unit="kgSbeq",
    needs={"adpe_host": "kgSbeq", "host_lifetime_share": "1"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example({"adpe_host": 10.0, "host_lifetime_share": 0.25}, 2.5, "constructed: arithmetic of the definition"),
    ],
)
def adpe_hosts(adpe_host: Any, host_lifetime_share: Any) -> Any:
    """Abiotic depletion of elements of making the servers around the devices, by their share of life. No open factor is shipped."""
    return adpe_host * host_lifetime_share
