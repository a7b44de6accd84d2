from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-node-power",
    tier=2,
    rank=1,
    gives="it_energy",
    unit="kWh",
    needs={"reserved_hours": "h", "device_power_node": "kW"},
    references=[
        "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
    ],
    examples=[
        Example(
            {"reserved_hours": 32640.0, "device_power_node": 0.208},
            6789.12,
            "Patterson et al. 2021, Carbon Emissions and Large Neural Network Training, arXiv:2104.10350, Table 4",
        ),
    ],
)
def it_energy_from_node_power(reserved_hours: Any, device_power_node: Any) -> Any:
    """Average power per device that counts all IT power (host inside), times the reserved hours."""
    return reserved_hours * device_power_node
