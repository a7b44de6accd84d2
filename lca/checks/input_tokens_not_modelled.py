"""Input tokens that carry no energy in an estimate from output tokens."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="input-tokens-not-modelled",
    severity="info",
    looks_for="Input tokens that carry no energy in an estimate from output tokens",
    why="The published fit has output tokens alone: the estimate is low, the more so the longer the prompts.",
    remedy="State energy or device hours.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs that state input tokens, and neither energy nor device hours."""
    activities = a.activities
    inputs, outputs = (np.nan_to_num(activities.column(n)) for n in ("work_tokens_in", "tokens_out"))
    alone = (activities.column("tokens_alone") == 1) & (inputs > 0)
    energy = a.results.get("it_energy", np.full(activities.rows, np.nan))
    yield from CHECK.per_run(
        a, runs_of(a, alone & (outputs > 0) & ~np.isnan(energy)),
        said("input tokens, from a cache or not, carry no energy in the estimate from output tokens, which is therefore low"),
        "work.tokens_in",
    )  # fmt: skip
    yield from CHECK.per_run(
        a, runs_of(a, alone & (outputs == 0) & np.isnan(energy)),
        said("no energy can be estimated from input tokens alone; state work.tokens_out, energy or device hours"), "work.tokens_in",
    )  # fmt: skip
