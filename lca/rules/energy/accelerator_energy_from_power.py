from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="accelerator-energy-from-power",
    tier=2,
    gives="accelerator_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "device_power_accelerator": "kW"},
    references=[
        "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
    ],
    examples=[
        Example(
            {"reserved_hours": 3552000.0, "device_power_accelerator": 0.33},
            1172160.0,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def accelerator_energy_from_power(reserved_hours: Any, device_power_accelerator: Any) -> Any:
    """Average power of one device as stated, times its reserved hours. The stated power counts the accelerator alone."""
    return reserved_hours * device_power_accelerator
