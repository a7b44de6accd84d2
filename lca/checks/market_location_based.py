"""A market-based figure in which the location-based factor stands in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="market-location-based",
    severity="info",
    looks_for="A market-based figure in which the location-based factor stands in",
    why="Neither instruments nor a residual mix are known; the guidance asks for this order and for saying so.",
    remedy="Give instruments, or the residual mix of the market.",
)


RULES = frozenset({"use-co2e-market-location", "use-co2e-market-contracts-and-location"})


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose market-based figure rests on the location-based one."""
    chosen = a.results.get("use_co2e_market__rule")
    if chosen is not None:
        codes = [n for n, rule in enumerate(a.plan.rules) if rule.id in RULES]
        rows = np.isin(chosen, codes)
        yield from CHECK.per_run(
            a,
            runs_of(a, rows),
            said("the location-based factor stands in for the market-based one, in whole or in part"),
            "electricity.instruments",
        )
