"""A residual mix without upstream emissions in the market-based total."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="market-upstream-missing",
    severity="info",
    looks_for="A residual mix without upstream emissions in the market-based total",
    why="A residual mix counts emissions of the plants alone; the total is one over the life cycle.",
    remedy="Name the place, or use a direct grid factor there, so that its upstream emissions can be added.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose market-based total rests on the residual mix alone."""
    chosen = a.results.get("use_co2e_uncontracted__rule")
    if chosen is not None:
        code = next((n for n, rule in enumerate(a.plan.rules) if rule.id == "use-co2e-uncontracted-residual"), -1)
        rows = a.is_used("use_co2e_uncontracted") & (chosen == code)
        told = said("total_co2e_market leaves out upstream emissions of the residual mix")
        yield from CHECK.per_run(a, runs_of(a, rows), told, "electricity.instruments")
