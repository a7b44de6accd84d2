"""A factor of another year than that of the run, or of the latest year because the run has no date."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.lookups import TOLD_COLUMNS
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="factor-period",
    severity="info",
    looks_for="A factor of another year than that of the run, or of the latest year because the run has no date",
    why="Grids change by several per cent a year; a factor of today says little of last year.",
    remedy="Date the run, or add the factor of its year with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per factor and kind of miss."""
    for column in TOLD_COLUMNS:
        for factor, _, period, rows in a.uses(column):
            if period == "latest":
                why = said("the run has no date: the latest factor is used")
            elif period in ("earlier", "later"):
                why = said(
                    "no factor of the run's year: the nearest earlier one is used"
                    if period == "earlier"
                    else "no factor of the run's year: the nearest later one is used"
                )
            else:
                continue
            yield from CHECK.per_run(
                a,
                runs_of(a, rows),
                said(
                    "{column}: {why} ({factor}, {year})",
                    column=column,
                    why=why,
                    factor=factor.id,
                    year=factor.last_year,
                ),
                "start",
            )
