"""Tokens of a model whose size is not known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.models import ModelIndex
from lca.catalogue.unestimated import size_unknown
from lca.checks import Check, Evidence, Finding, runs_of
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="unknown-model",
    severity="warning",
    looks_for="Tokens without energy or device hours, of a model whose size is not known",
    why="Energy and work per token hang on the size of the model; another model is never taken instead.",
    remedy="State system.parameters (and system.active_parameters of a mixture of experts), energy or device hours.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Systems that answered or learned, whose parameters neither the run nor the catalogue gives, with the nearest known names."""
    activities = a.activities
    answered = (activities.column("tokens_alone") == 1) & (activities.column("tokens_out") > 0)
    learned = (activities.column("work_alone") == 1) & (activities.column("tokens_trained") > 0)
    learned &= np.isnan(activities.column("stated_flops"))
    runs = runs_of(a, (answered | learned) & size_unknown(activities))
    by_name: dict[str, list[int]] = {}
    for number in runs.tolist():
        by_name.setdefault(activities.systems[number], []).append(number)
    index = ModelIndex(a.catalogue.sets) if by_name else None
    for name, numbers in by_name.items():
        assert index is not None
        near = index.suggest(name)
        known = index.resolve(name)
        what = (
            said(
                "the developer of {name} publishes no size, and the run does not state its parameters", name=known.name
            )
            if known is not None and known.is_unpublished
            else said(
                "{name} is a mixture of experts, and the run states its parameters without the active ones",
                name=known.name,
            )
            if known is not None
            else said(
                "{name} is not in the catalogue of models and the run does not state its parameters",
                name=f"{shorten(name)!r}",
            )
        )
        if near and known is None:
            what = said("{problem}; nearest known: {names}", problem=what, names=", ".join(near))
        todo = "system.active_parameters" if known is not None and known.is_mixture else "system.parameters"
        yield from CHECK.per_run(
            a,
            numbers,
            said(
                "tokens without a model of known size: {what}. State {field}, energy or device hours.",
                what=what,
                field=todo,
            ),
            "system",
        )
