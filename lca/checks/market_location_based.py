"""A market-based figure in which the location-based factor stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lca.catalogue.markets import Markets
from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding, runs_of
from lca.engine.register.grid_average import Gap, gaps
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="market-location-based",
    severity="warning",
    looks_for="A market-based figure in which the location-based factor stands in",
    why="Criterion 8 of the Scope 2 Guidance: where no residual mix is known, what others have claimed is counted twice, and that is to be told.",
    remedy="State the residual mix of the country as an instrument of type `residual`, in the profile or the run.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per country whose market-based figure rests on the location-based one, with the figure that is needed."""
    for gap in gaps(a.activities, a.resolved, a.plan, a.results, Markets(a.catalogue.sets)):
        runs = tuple(sorted(a.runs[number].id for number in runs_of(a, gap.rows).tolist()))
        finding = CHECK.at(_message(gap), runs[0] if len(runs) == 1 else None, "electricity.instruments")
        yield finding if len(runs) == 1 else replace(finding, count=len(runs), runs=runs[:TOLD_ONE_BY_ONE])


def _message(gap: Gap) -> str:
    energy = spelled(gap.energy)
    if not gap.country:
        return said("the location-based factor stands in for {energy} kWh of runs that name no country", energy=energy)
    told = said("the location-based factor stands in for {energy} kWh in {country}", energy=energy, country=gap.country)
    if gap.mix is None or gap.mix.status == "shipped":
        return said("{told}: no residual mix of {country} is known", told=told, country=gap.country)
    if gap.mix.status == "none":
        return said("{told}, which has no residual mix ({figure}, says {publisher})", told=told, figure=gap.mix.figure, publisher=gap.mix.publisher)  # fmt: skip
    return said(
        "{told}: its residual mix is not ours to pass on. Needed from {publisher}: {figure}",
        told=told, publisher=gap.mix.publisher, figure=gap.mix.figure,
    )  # fmt: skip
