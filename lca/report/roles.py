"""Who reports, in words: the roles of the entries, and how much of the emissions rests on a role that was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Pair
from lca.site import ROLES

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMES = {
    "owner": said("owner of the hardware"), "colocation": said("owner of hardware in a building of others"),
    "leased-hardware": said("lessee of the hardware"), "cloud-customer": said("customer of a cloud"),
    "api-customer": said("customer of a provider's service"), "employee-device": said("employer of people with devices of their own"),
    "lessor": said("lessor of the hardware"), "seller": said("seller of what others run"),
}  # fmt: skip


def counted(a: Assessment, rows: NDArray[np.bool_]) -> str:
    """The roles of some entries, each with the number of its entries."""
    size = np.bincount(a.roles.role[rows], minlength=len(ROLES)).tolist()
    return n.listed(
        say("{who} for {number}", who=say(NAMES[role]), number=n.count(size[at]))
        for at, role in enumerate(ROLES)
        if size[at]
    )


def assumed(a: Assessment) -> str:
    """How much rests on an assumed role, by emissions over the life cycle and by entries; empty where nothing does."""
    rows = a.roles.assumed
    if not rows.any():
        return ""
    co2e = np.nan_to_num(a.columns.get("total_co2e", np.zeros(a.rows)))
    told, entries = n.count(int(rows.sum())), n.counted(a.rows, "entry", "entries")
    if co2e.sum() > 0:
        share = n.share(float(co2e[rows].sum()), float(co2e.sum()))
        return say(
            "An assumed role underlies {share} of the emissions over the life cycle ({assumed} of {entries}): {names}.",
            share=share, assumed=told, entries=entries, names=counted(a, rows),
        )  # fmt: skip
    return say(
        "An assumed role underlies {assumed} of {entries}: {names}.",
        assumed=told,
        entries=entries,
        names=counted(a, rows),
    )


def fact(a: Assessment) -> list[Pair]:
    """What the first page says of assumed roles."""
    text = assumed(a)
    if not text:
        return []
    remedy = say(
        "It decides between scope 2 and scope 3, never how much; “role” in the profile or of a site states it."
    )
    return [Pair(term=say("Role"), text=f"{text} {remedy}")]
