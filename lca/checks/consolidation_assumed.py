"""Hardware of others whose scope depends on a consolidation approach that the profile does not state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.engine.roles import by_consolidation, roles
from lca.language import said
from lca.site import ROLES

CHECK = Check(
    code="consolidation-assumed",
    severity="info",
    looks_for="Leased or colocated hardware without a consolidation approach",
    why="Under operational control such hardware is scope 2, under financial control or equity share it is category 8 of scope 3.",
    remedy="State `organisation.consolidation`: operational-control, financial-control or equity-share.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per role that depends on the approach, over its runs."""
    if a.profile.organisation.consolidation is not None:
        return
    role = roles(a.activities, a.resolved, a.profile).role
    for code in np.unique(role).tolist():
        if by_consolidation(ROLES[code], a.profile):
            message = said(
                "the role {role} is scope 2 or category 8 of scope 3 by the consolidation approach, which the profile does not state; "
                "operational control is assumed, so that it is scope 2",
                role=ROLES[code],
            )
            yield from CHECK.per_run(a, runs_of(a, role == code), message, "role")
