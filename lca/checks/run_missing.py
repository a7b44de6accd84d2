"""Expected runs of which no log was given."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, together
from lca.language import said
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
            message = said(
                "{name} expects it, and no log of it was given{part}; the total lacks it",
                name=name,
                part=f": {what}" if what else "",
            )
            each.append(CHECK.at(message, gap.id))
        yield from together(
            each,
            said(
                "{name} expects {each} runs of which no log was given; the total lacks them", name=name, each=len(each)
            ),
        )
