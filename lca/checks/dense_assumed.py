"""A model that is taken as dense because nothing says how many of its parameters a token uses."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="dense-assumed",
    severity="info",
    looks_for="A model whose parameters all count as active because the run states no active ones",
    why="In a mixture of experts a token uses a part of them: work and energy would come out too large.",
    remedy="State system.active_parameters.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose work or energy rests on the assumption."""
    rows = a.is_used("is_dense")
    yield from CHECK.per_run(
        a,
        runs_of(a, rows),
        said("the model is taken as dense: all of its parameters count as active"),
        "system.active_parameters",
    )
