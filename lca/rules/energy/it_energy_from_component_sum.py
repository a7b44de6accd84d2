from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="it-energy-from-component-sum",
    tier=2,
    gives="it_energy",
    unit="kWh",
    needs={"metered_component_sum": "kWh"},
    references=[
        "Lacoste et al. 2019, Quantifying the carbon emissions of machine learning, arXiv:1910.09700",
    ],
    examples=[
        Example(
            {"metered_component_sum": 914.0},
            914.0,
            "Luccioni, Viguier, Ligozat 2023, Estimating the Carbon Footprint of BLOOM, JMLR 24(253), section 4",
        ),
    ],
)
def it_energy_from_component_sum(metered_component_sum: Any) -> Any:
    """Sum of the components that a tracker read or modelled (accelerators, processors, memory).

    Leaves out fans, power supplies, boards and network.
    """
    return metered_component_sum
