from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-node-meter",
    tier=1,
    rank=3,
    gives="it_energy",
    unit="kWh",
    needs={"metered_node": "kWh"},
    references=[
        "ISO/IEC 30134-2:2016, Power usage effectiveness (PUE), measurement categories",
    ],
    examples=[
        Example(
            {"metered_node": 433196.0},
            433196.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def it_energy_from_node_meter(metered_node: Any) -> Any:
    """Energy metered at the nodes (power supplies or BMC). Leaves out network and storage outside the nodes."""
    return metered_node
