"""A figure whose factors hold global warming potentials of different reports, or CO2 alone."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.engine import gwp
from lca.language import joined, said
from lca.numerals import spelled

CHECK = Check(
    code="gwp-mixed",
    severity="info",
    looks_for="A figure whose factors hold global warming potentials of different reports, or CO2 alone",
    why="A kilogram of methane weighs 25 in AR4, 28 in AR5 and 27 to 30 in AR6: sums over several are no sum of one measure.",
    remedy="Say so beside the figure, or take factors of one basis with --factors.",
)

#: scope 2, and what the report leads with
QUANTITIES = ("use_co2e_location", "total_co2e")


def find(a: Evidence) -> Iterator[Finding]:
    """Shares of the figures by basis, where there is more than one."""
    for quantity in QUANTITIES:
        held = gwp.shares(a.plan, a.results, a.activities, a.resolved, a.catalogue, quantity)
        if gwp.is_mixed(held):
            parts = [
                said("{bases} {share} %", bases=gwp.named(bases), share=spelled(100 * share, 3))
                for bases, share in held.items()
            ]
            message = said(
                "{quantity} mixes global warming potentials; shares of its CO2e: {parts}",
                quantity=quantity,
                parts=joined("; ", parts),
            )
            yield CHECK.at(message)
