"""A parameter that rests on a general default."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.lookup import LEVEL_NAMES
from lca.checks import Check, Evidence, Finding, runs_of

CHECK = Check(
    code="assumed-default",
    severity="info",
    looks_for="A parameter that rests on a general default",
    why="A default says what is usual, not what was.",
    remedy="State the parameter in the run, or pin it in the profile with a reason.",
)


COLUMNS = (
    "device_lifetime",
    "host_lifetime",
    "active_share",
    "embodied_host",
    "default_load",
    "accelerator_share",
    "devices_per_host",
    "end_of_life_share",
    "idle_share",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per default in use."""
    columns = a.activities.columns
    for name in COLUMNS:
        code = columns.get(f"{name}__factor")
        if code is None:
            continue
        general = np.isin(columns[f"{name}__level"], [LEVEL_NAMES.index(x) for x in ("class", "any", "stage")])
        in_use = a.is_used(name) & (code >= 0) & general
        for which in np.unique(code[in_use]):
            factor = a.resolved.factors[int(which)]
            yield from CHECK.per_run(
                a,
                runs_of(a, in_use & (code == which)),
                f"{name}: {factor.printed} ({factor.id}, evidence {factor.evidence})",
                "",
            )
