from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-adpe-published",
    tier=3,
    gives="device_adpe",
    unit="kgSbeq",
    needs={"adpe_device": "kgSbeq"},
    references=[
        "EcoLogits 0.11.3, constants attributed to ADEME",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example({"adpe_device": 0.00895}, 0.00895, "EcoLogits 0.11.3: constant of the H100"),
    ],
)
def device_adpe_published(adpe_device: Any) -> Any:
    """Abiotic depletion of elements of making the device as published, without the server."""
    return adpe_device
