"""Idle life that nobody logs: the share of its lifetime in which hardware is in use, and what a share below 1 would add.

By reserved time a run carries its hours over the hours of life. Where the hours between runs are in no log, the life that
they use up is in no figure, unless the run or the profile states the share of the lifetime in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.store import Catalogue
from lca.profile import Profile

if TYPE_CHECKING:
    from lca.assessment import Assessment

COLUMN, ACTIVE = "lifetime_utilisation", "active_share"
#: who gave the share of the lifetime in use, index of `lifetime_utilisation__basis`
RUN, PROFILE, ASSUMED = 0, 1, 2
#: amounts that grow as the share of the lifetime in use falls
AMOUNTS = ("embodied_co2e", "end_of_life_co2e")


class LifetimeUse(NamedTuple):
    """What the share of the lifetime in use means for the hardware of some rows.

    `by` is `assumed` (1, since nobody states it) or `profile`; `share` the cited default in the first case, the profile's in
    the second; `charged` what these rows carry, and `change` by how much it would be greater at that share, or is greater
    by it, in kgCO2e.
    """

    by: str
    share: float
    factor: str
    rows: int
    charged: float
    change: float


def state(activities: Activities, profile: Profile) -> None:
    """Set the share of the lifetime in use where no run states it and the profile does; mark who gave it."""
    stated, own = ~np.isnan(activities.column(ACTIVE)), profile.lifetime_utilisation
    columns = activities.columns
    columns[f"{COLUMN}__basis"] = np.where(stated, RUN, ASSUMED if own is None else PROFILE).astype(np.int8)
    if own is None:
        return
    for name in (COLUMN, ACTIVE):
        columns[name] = np.where(stated, activities.column(name), own.value)
        for end, bound in (("low", own.low), ("high", own.high)):
            key = f"{name}__{end}"
            if bound == bound or key in columns:
                columns[key] = np.where(stated, activities.column(key), bound)


def default_share(catalogue: Catalogue) -> Factor | None:
    """The factor for the share of the lifetime in use of hardware in general."""
    return next((f for f in catalogue.factors if f.quantity == COLUMN and f.key == ("",) * len(KEYS)), None)


def examine(a: Assessment) -> LifetimeUse | None:
    """The effect of the share of the lifetime in use on the hardware of all rows; None where there is none to tell.

    Idle runs and the jobs that receive their hours are left out: their idle life is logged.
    """
    basis, default = a.activities.columns.get(f"{COLUMN}__basis"), default_share(a.catalogue)
    if basis is None or COLUMN not in a.used:
        return None
    by = PROFILE if (basis == PROFILE).any() else ASSUMED
    rows = a.used[COLUMN] & (basis == by) & ~_idle_is_logged(a)
    charged = float(sum(np.nansum(a.columns[n][rows]) for n in AMOUNTS if n in a.columns))
    if charged <= 0 or (by == ASSUMED and default is None):
        return None
    if by == PROFILE:
        share = a.profile.lifetime_utilisation
        assert share is not None
        return LifetimeUse("profile", share.value, "", int(rows.sum()), charged, charged * (1 - share.value))
    assert default is not None
    return LifetimeUse(
        "assumed", default.value, default.id, int(rows.sum()), charged, charged * (1 / default.value - 1)
    )


def _idle_is_logged(a: Assessment) -> NDArray[np.bool_]:
    logged = np.asarray([stage == "idle" for stage in a.activities.stages], bool)[a.activities.run_of_row]
    for transfer in a.attribution.transfers.get("idle", []):
        logged[transfer.receivers] = True
    return logged


def as_data(a: Assessment) -> dict[str, Any] | None:
    """The same for the assessment as data."""
    found = examine(a)
    return None if found is None else found._asdict() | {"unit": "kgCO2e"}
