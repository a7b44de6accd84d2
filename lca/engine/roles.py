"""Who reports: the role behind each row, whether it was assumed, and the scope or category in which its emissions stand.

A role never changes an amount over the life cycle: it decides in which line of the GHG Protocol view the amount stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.activity import MEASURED, Activities
from lca.catalogue.names import fold
from lca.catalogue.resolve import Resolved
from lca.profile import Profile
from lca.run import Run
from lca.site import ROLES

#: formats whose records are calls of a provider's service, whatever else they hold
SERVICES = frozenset({"openai-usage", "anthropic-usage", "ecologits"})
#: stages in which nobody calls the service of a provider: whoever trains a model provides it, and a service has no idle time
WITHOUT_SERVICE = frozenset({"training", "idle"})
#: words of a company's name that say its legal form alone
LEGAL_FORMS = frozenset(
    ["ab", "ag", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kg", "limited", "llc",
     "lp", "ltd", "nv", "oy", "oyj", "pbc", "plc", "sa", "sarl", "sas", "se", "spa", "srl", "the"]
)  # fmt: skip
#: where the emissions of a role stand: scope 2 with category 3, or a category of scope 3 alone
#: (REPLACED: category 1 by our own figure, where that of a supplier serves)
OWN, SERVICE, EMPLOYEES, LEASED, SOLD, LET, REPLACED = range(7)
CATEGORIES = ("", "scope-3-1", "scope-3-7", "scope-3-8", "scope-3-11", "scope-3-13", "memo-supplier-replaced")
#: why a role was taken: stated of the site, stated of all, or by what the log shows
BY_SITE, BY_PROFILE, BY_LOG = range(3)
#: what a log shows of who ran it: nothing, use of a provider's service by two signs, hardware or a meter
NOTHING, USAGE_EXPORT, NAMED_PROVIDER, HARDWARE = range(4)
SHOWN_AS_SERVICE = (USAGE_EXPORT, NAMED_PROVIDER)


@dataclass(frozen=True)
class Roles:
    """Of each row: index into `ROLES`, whether it was assumed, and where its emissions stand (index into `CATEGORIES`)."""

    role: NDArray[np.int64]
    assumed: NDArray[np.bool_]
    place: NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """The role of one place in one kind of run: what is stated and by whom, what the log shows (`sign`) and as which role."""

    stated: str
    by: int
    shown: str
    sign: int

    @property
    def role(self) -> str:
        """What is stated of a site, then a service that the log shows, then what is stated of all runs, then what the log shows.

        A usage export stands before all: nobody else's service can be one's own hardware.
        """
        if self.sign == USAGE_EXPORT or (self.sign == NAMED_PROVIDER and self.by != BY_SITE):
            return self.shown
        return self.stated or self.shown

    @property
    def is_assumed(self) -> bool:
        """Whether nobody states the role that serves, and the log leaves it open."""
        return self.role != self.stated and self.sign != USAGE_EXPORT

    @property
    def contradicts(self) -> bool:
        """Whether the stated role cannot be that of whom the log shows."""
        if self.stated == "api-customer":
            return self.sign == HARDWARE
        if self.sign in SHOWN_AS_SERVICE:
            return self.stated not in ("", "cloud-customer")
        return self.stated in ("owner", "colocation", "employee-device") and self.shown == "cloud-customer"


def roles(activities: Activities, resolved: Resolved, profile: Profile) -> Roles:
    """The role of each row: as stated of its site, as the log shows a provider's service, as stated of all, else as the log shows."""
    readings, number = role_readings(activities, resolved, profile)
    code = np.asarray([ROLES.index(r.role) for r in readings], np.int64)
    assumed = np.asarray([r.is_assumed for r in readings], bool)
    place = np.asarray([place_of(r.role, profile) for r in readings], np.int64)
    return Roles(code[number], assumed[number], place[number])


def role_readings(
    activities: Activities, resolved: Resolved, profile: Profile
) -> tuple[list[Reading], NDArray[np.int64]]:
    """The distinct readings of a role, and the number of that of each row."""
    own = _names(profile)
    signs = np.asarray([sign_of(run, own) for run in activities.runs], np.int64)
    key = signs[activities.run_of_row] * len(resolved.places) + activities.place_of_row
    distinct, number = np.unique(key, return_inverse=True)
    readings = []
    for at in distinct.tolist():
        sign, place = divmod(at, max(len(resolved.places), 1))
        readings.append(_reading(resolved.places[place], sign, profile))
    return readings, number.reshape(-1)


def _reading(place: dict[str, str], sign: int, profile: Profile) -> Reading:
    site = profile.sites.get(place["site"])
    if sign == NAMED_PROVIDER and site is not None and not place["cloud"]:
        sign = NOTHING  # at a site of the organisation runs what it operates, whoever made the model
    is_service = sign in SHOWN_AS_SERVICE
    shown = "api-customer" if is_service else "cloud-customer" if place["cloud"] else "owner"
    if site is not None and site.role is not None:
        return Reading(site.role, BY_SITE, shown, sign)
    return Reading(profile.role or "", BY_PROFILE if profile.role else BY_LOG, shown, sign)


def by_consolidation(role: str, profile: Profile) -> bool:
    """Whether a role stands in scope 2 or in category 8 by the consolidation of the organisation."""
    leased = role == "cloud-customer" and profile.cloud_rental == "leased-asset"
    return leased or role in ("colocation", "leased-hardware")


def place_of(role: str, profile: Profile) -> int:
    """Where the emissions of a role stand; under operational control unless the organisation says otherwise."""
    if by_consolidation(role, profile):
        return OWN if profile.organisation.consolidation in (None, "operational-control") else LEASED
    return {
        "owner": OWN, "cloud-customer": SERVICE, "api-customer": SERVICE, "employee-device": EMPLOYEES, "lessor": LET, "seller": SOLD,
    }[role]  # fmt: skip


def sign_of(run: Run, own: Sequence[tuple[str, ...]]) -> int:
    """What a run shows of who ran it: a usage export; hardware or a meter; a provider that is named and neither of the two.

    `own` are the names under which the organisation itself may be the provider.
    """
    if run.provenance is not None and run.provenance.importer in SERVICES:
        return USAGE_EXPORT
    if run.devices or run.host is not None or run.power is not None or any(e.method in MEASURED for e in run.energy):
        return HARDWARE
    if run.system.provider is None or run.stage in WITHOUT_SERVICE:
        return NOTHING
    words = _words(run.system.provider)
    return NOTHING if any(words[: len(o)] == o or o[: len(words)] == words for o in own) else NAMED_PROVIDER


def _names(profile: Profile) -> list[tuple[str, ...]]:
    """Names of the organisation, in words without legal forms."""
    stated = (profile.organisation.name, profile.organisation.unit)
    return [words for name in stated if name and (words := _words(name))]


def _words(name: str) -> tuple[str, ...]:
    words = [fold(word) for word in re.split(r"[\s,.&/()-]+", name)]
    named = tuple(word for word in words if word and word not in LEGAL_FORMS)
    return named or tuple(word for word in words if word)
