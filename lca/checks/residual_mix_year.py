"""A residual mix of another year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="residual-mix-year",
    severity="warning",
    looks_for="A residual mix that is more than one year away from the consumption",
    why="Residual mixes more than double within a few years, such as that of Finland from 2019 to 2023.",
    remedy="State the residual mix of the year as an instrument of type `residual`, in the profile or the run.",
)
#: years between a residual mix and the consumption up to which nothing is told
NEAR = 1


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per residual mix and year of consumption."""
    for factor, _, period, rows in a.uses("residual_mix"):
        if period not in ("earlier", "later") or factor.first_year is None:
            continue
        years = a.activities.year[rows]
        for year in np.unique(years[~np.isnan(years)]).astype(int).tolist():
            if abs(year - factor.first_year) > NEAR:
                told = said(
                    "the residual mix of {name} is that of {year} ({factor}), the consumption of {other}",
                    name=factor.name, year=factor.first_year, factor=factor.id, other=year,
                )  # fmt: skip
                yield from CHECK.per_run(a, runs_of(a, rows[years == year]), told, "electricity.instruments")
