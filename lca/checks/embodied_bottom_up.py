"""A footprint of a device that is built from its dies and memory."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="embodied-bottom-up",
    severity="info",
    looks_for="A footprint of a device that is built from its dies and memory",
    why="No footprint of the product is published; methods differ several times over for one product.",
    remedy="State devices[].embodied if the manufacturer gives it.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per device."""
    chosen = a.results.get("device_embodied__rule")
    if chosen is None:
        return
    code = next((n for n, rule in enumerate(a.plan.rules) if rule.id == "device-embodied-bottom-up"), -2)
    for use in a.uses("die_area"):
        rows = use.rows[chosen[use.rows] == code]
        if not len(rows):
            continue
        value = a.results["device_embodied"][rows[0]]
        yield from CHECK.per_run(
            a, runs_of(a, rows), said("no footprint of {name} is published: {value} kgCO2e per device is built from dies, memory and their share of published boards", name=use.factor.name, value=spelled(value, 4)), "devices")  # fmt: skip
