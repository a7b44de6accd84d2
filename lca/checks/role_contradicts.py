"""A stated role that contradicts what the log shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.engine.roles import BY_SITE, HARDWARE, NAMED_PROVIDER, USAGE_EXPORT, Reading, role_readings
from lca.language import said

CHECK = Check(
    code="role-contradicts",
    severity="warning",
    looks_for="A role that the profile states and that the log contradicts",
    why="The role decides whether emissions stand in scope 2 or in scope 3: what is bought as a service is never in scope 2.",
    remedy="Correct `role`, state it of the site of these runs, or name the hardware in the log; where the provider is the "
    "organisation itself, state its name under `organisation`.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per contradiction, over the runs that it concerns."""
    readings, number = role_readings(a.activities, a.resolved, a.profile)
    alike: dict[str, list[int]] = {}
    for code, reading in enumerate(readings):
        if reading.contradicts:
            alike.setdefault(_message(reading), []).append(code)
    for message, codes in alike.items():
        yield from CHECK.per_run(a, runs_of(a, np.isin(number, codes)), message, "role")


def _message(reading: Reading) -> str:
    stated = reading.stated
    whose = said("the site") if reading.by == BY_SITE else said("the profile")
    if reading.sign == USAGE_EXPORT:
        return said(
            "{whose} states the role {stated}, but a usage export is the bill of a provider's service; the run counts in "
            "category 1 of scope 3",
            whose=whose, stated=stated,
        )  # fmt: skip
    if reading.sign == NAMED_PROVIDER and reading.role != stated:
        return said(
            "{whose} states the role {stated}, but the run names a provider and neither hardware nor a meter; it counts as a "
            "service of that provider in category 1 of scope 3",
            whose=whose, stated=stated,
        )  # fmt: skip
    if reading.sign == NAMED_PROVIDER:
        return said(
            "{whose} states the role {stated}, but the run names a provider and neither hardware nor a meter; the stated role serves",
            whose=whose, stated=stated,
        )  # fmt: skip
    if reading.sign == HARDWARE and stated == "api-customer":
        return said(
            "{whose} states the role {stated}, but the run names hardware or has a meter, which no customer of an API has; the "
            "stated role serves",
            whose=whose, stated=stated,
        )  # fmt: skip
    return said(
        "{whose} states the role {stated}, but the run names a cloud; the stated role serves",
        whose=whose,
        stated=stated,
    )
