"""A model or a batch outside the range for which energy per token was fitted."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.lookups import beyond_fit
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="proxy-out-of-range",
    severity="warning",
    looks_for="Tokens of a model, or in batches, larger than any for which energy per token was fitted",
    why="A fit says nothing outside its range: the energy is not determined.",
    remedy="State energy or device hours.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs with output tokens alone, whose model or batch is too large."""
    activities = a.activities
    rows = (activities.column("tokens_alone") == 1) & (activities.column("tokens_out") > 0) & beyond_fit(activities)
    if not rows.any():
        return
    row = int(rows.argmax())
    most, batch = (activities.column(name)[row] for name in ("fit_max_parameters", "fit_max_batch"))
    yield from CHECK.per_run(
        a, runs_of(a, rows),
        said("energy per token was fitted up to {most} active parameters and batches of {batch}; this run lies beyond, and its energy is not determined from tokens", most=spelled(most, 4), batch=spelled(batch, 4)),
        "work.tokens_out",
    )  # fmt: skip
