"""A direct grid factor without upstream emissions."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="upstream-missing",
    severity="warning",
    looks_for="A direct grid factor without upstream emissions",
    why="The life-cycle figure leaves out fuel supply and losses.",
    remedy="State a life-cycle factor, or a place whose upstream factor is known.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose life-cycle figure is the direct one."""
    chosen = a.results.get("use_co2e__rule")
    code = next((n for n, rule in enumerate(a.plan.rules) if rule.id == "use-co2e-direct-run-factor-alone"), None)
    if chosen is not None and code is not None:
        yield from CHECK.per_run(
            a,
            runs_of(a, chosen == code),
            said(
                "use_co2e leaves out upstream emissions: the run states a direct factor and no upstream factor is known"
            ),
            "electricity.factor_scope",
        )
