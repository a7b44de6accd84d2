"""Who reports: owner of the hardware, or customer of a cloud. One role per row, and whether it was assumed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.resolve import Resolved
from lca.profile import Profile
from lca.site import ROLES


def roles(activities: Activities, resolved: Resolved, profile: Profile) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(index into `ROLES`, whether it was assumed) of each row.

    The role of the site that a run names, else that of the profile. Without either it is assumed: whoever runs at a
    cloud provider is its customer, whoever does not owns the hardware.
    """
    code, assumed = [], []
    for place in resolved.places:
        site = profile.sites.get(place["site"])
        stated = (site.role if site is not None else None) or profile.role
        assumed.append(stated is None)
        code.append(ROLES.index(stated or ("cloud-customer" if place["cloud"] else "owner")))
    at = activities.place_of_row
    return np.asarray(code, np.int64)[at], np.asarray(assumed, bool)[at]
