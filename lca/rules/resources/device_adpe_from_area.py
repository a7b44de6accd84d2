from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="device-adpe-from-area",
    tier=3,
    rank=1,
    gives="device_adpe",
    unit="kgSbeq",
    needs={"part_area": "cm2", "part_adpe_per_area": "kgSbeq/cm2", "part_adpe_base": "kgSbeq"},
    references=[
        "Boavizta, BoaviztAPI methodology: embodied impacts of components",
        "van Oers, Guinee 2016, The abiotic depletion potential: background, updates, and future, Resources 5(1)",
    ],
    examples=[
        Example(
            {"part_area": 17.877094972067038, "part_adpe_per_area": 6.3e-05, "part_adpe_base": 0.00169},
            0.0028166666666666665,
            "Boavizta, BoaviztAPI 2.4.1, tests: 12 modules of 32 GB, 0.0338 kgSbeq",
            rel=0.0005,
        ),
    ],
)
def device_adpe_from_area(part_area: Any, part_adpe_per_area: Any, part_adpe_base: Any) -> Any:
    """Processor, memory module or drive: area of its dies times the abiotic depletion of elements per area, and what does not grow with the dies."""
    return part_area * part_adpe_per_area + part_adpe_base
