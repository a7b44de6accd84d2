"""The factor by which activity data of scope 1 became emissions, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.engine.scope_1 import entries
from lca.language import joined, said
from lca.numerals import spelled

CHECK = Check(
    code="scope-1-factor",
    severity="info",
    looks_for="Fuels and refrigerants of the profile, each with the factor that serves for it",
    why="A factor of another country or edition, or one read in a secondary source, stands in for the one that holds.",
    remedy="Lay a factor set of your own over it (`--factors`), or state the `gwp` of a refrigerant.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per entry: its factors, or that it lies outside the period; then activity data above the supplied scope 1."""
    made = entries(a.profile, a.catalogue)
    for entry in made:
        if not entry.counted:
            message = said("{name}: its date lies outside the period, so it does not count", name=entry.name)
            yield CHECK.at(message, None, entry.field)
            continue
        for factor in entry.factors:
            doubts = [said("a factor of {place}", place=factor.key[0])] if factor.key[0] else []
            if factor.first_year is not None:
                doubts.append(said("of {year}", year=factor.first_year))
            if factor.evidence == "C":
                doubts.append(said("read in a secondary source and to be confirmed"))
            message = said(
                "{name}: {amount} {unit} by {factor} ({value}): {doubts}",
                name=entry.name, amount=spelled(entry.amount), unit=entry.unit, factor=factor.id, value=f"{factor.printed}",
                doubts=joined(", ", doubts),
            )  # fmt: skip
            yield CHECK.at(message, None, entry.field)
    stated = a.profile.supplied.scope_1
    total = sum(entry.direct for entry in made if entry.counted)
    if stated is not None and total > stated.value * 1.005:
        message = said(
            "fuels and refrigerants give {total} kgCO2e, more than the supplied scope_1 of the whole, {stated}; the supplied figure serves",
            total=spelled(total), stated=stated.text,
        )  # fmt: skip
        yield CHECK.at(message, None, "supplied.scope_1", "warning")
