from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-inside-host",
    tier=3,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={"embodied_in_host": "kgCO2e"},
    references=[
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example({"embodied_in_host": 0.0}, 0.0, "constructed: arithmetic of the definition"),
    ],
)
def embodied_inside_host(embodied_in_host: Any) -> Any:
    """A processor, memory or drive in a server that is modelled around the accelerators of the run: the server holds it, nothing is added."""
    return embodied_in_host
