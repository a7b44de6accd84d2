"""A value that the profile pins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.lookups import TOLD_COLUMNS
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="pinned",
    severity="info",
    looks_for="A value that the profile pins",
    why="It replaces what the catalogue or the run gives.",
    remedy="Nothing, if the reason stands.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pins in use, with their reason and what a run had stated instead."""
    for column in TOLD_COLUMNS:
        before = a.activities.column(f"{column}__replaced")
        for factor, level, _, rows in a.uses(column):
            if level != "pin" or column == "grid_stand_in":  # `factor-fallback` tells what stands in
                continue
            told = said(
                "{column} is pinned to {value}: {reason}",
                column=column,
                value=as_written(factor.printed),
                reason=factor.notes,
            )
            values = before[rows]
            yield from CHECK.per_run(a, runs_of(a, rows[np.isnan(values)]), told, column)
            for value in np.unique(values[~np.isnan(values)]).tolist():
                instead = said(
                    "{told} (in place of {stated}, which the run states)",
                    told=told,
                    stated=f"{spelled(value)} {factor.unit}".strip(),
                )
                yield from CHECK.per_run(a, runs_of(a, rows[values == value]), instead, column)
