"""Expected runs of which no log was given."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, together
from lca.shortfalls import amounts

CHECK = Check(
    code="run-missing",
    severity="warning",
    looks_for="Expected runs of which no log was given",
    why="The total lacks them; it would be taken for that of everything that ran.",
    remedy="Give their logs, or take them off the list if they never ran.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run, or one per file where they are many."""
    for c in a.completeness.compared if a.completeness else ():
        name, each = c.source.name, []
        for gap in c.gaps:
            what = amounts(gap.amounts, gap.co2e)
            message = f"{name} expects it, and no log of it was given{f': {what}' if what else ''}; the total lacks it"
            each.append(CHECK.at(message, gap.id))
        yield from together(each, f"{name} expects {len(each)} runs of which no log was given; the total lacks them")
