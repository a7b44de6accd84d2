"""ML.ENERGY leaderboard: energy per token, request or image of a model on a GPU. It is told apart, and no run follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.formats import Format
from lca.ingest.log import Head, Log

FORMAT = Format(
    "ml-energy",
    "ML.ENERGY leaderboard, JSON of one model",
    "no run: it states energy per unit of work",
    "an amount of work",
)
_PER = re.compile(r'"energy_per_(token|request|image|video)_joules"')


def claims(head: Head) -> bool:
    """Configurations with their energy per unit of work."""
    text = head.text.lstrip("\ufeff \r\n\t")
    return text[:1] == "{" and bool(_PER.search(text)) and '"configurations"' in text and '"avg_power_watts"' in text


def read(log: Log) -> Iterator[Fault]:
    """One fault that says why there is no run."""
    log.account.expect(1)
    log.account.ignore("energy per unit of work without an amount of work")
    units = " and ".join(sorted(set(_PER.findall(log.head.text))))
    yield Fault(
        log.shown, "configurations", "", f"it states energy per {units} and no amount of work: no run follows from it",
        "Give a log of the work itself, such as requests and tokens.", "not-a-log", lines=0,
    )  # fmt: skip
