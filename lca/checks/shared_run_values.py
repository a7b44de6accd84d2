"""Energy or servers of a run shared over its device groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.activity import RUN_LEVEL
from lca.checks import Check, Evidence, Finding, runs_of
from lca.engine.allocation import BASES
from lca.language import said

CHECK = Check(
    code="shared-run-values",
    severity="info",
    looks_for="Energy or servers of a run shared over its device groups",
    why="The split moves emissions between places, not the energy of the run.",
    remedy="State the energy per device group, as runs of their own.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs with several device groups and something stated for the whole."""
    basis = a.activities.columns.get("run_share__basis")
    if basis is None:
        return
    whole = np.zeros(a.activities.rows, bool)
    for name in RUN_LEVEL:
        whole |= ~np.isnan(a.activities.column(name))
    for code in (1, 2, 3):
        rows = whole & (basis == code)
        yield from CHECK.per_run(
            a,
            runs_of(a, rows),
            said("what is stated for the whole run is shared over its device groups {basis}", basis=BASES[code]),
            "devices",
        )
