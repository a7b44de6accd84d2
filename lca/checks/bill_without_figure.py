"""Machines of bills of whose electricity there is no figure, by hours and cost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="bill-without-figure",
    severity="warning",
    looks_for="Machines of a bill of whose electricity there is no figure",
    why="They were read from the bill and cost money, and the total lacks their electricity.",
    remedy="Add the types named with --factors, or state their power; `lca devices NAME` shows what is known.",
)
#: types of machines without a figure that are named
_NAMED = 5
_MONEY = re.compile(r"(-?[\d.]+(?:e[+-]?\d+)?)(?: ([A-Za-z]+))?(?: and |$)")


def find(a: Evidence) -> Iterator[Finding]:
    """Machines of bills whose use has no figure, by hours and cost."""
    billed = [n for n, run in enumerate(a.runs) if run.ext and "billed_cost" in run.ext]
    if not billed:
        return
    is_known = ~np.isnan(a.of_run("use_co2e"))
    hours, unknown = 0.0, 0.0
    cost: dict[str, list[float]] = {}
    models: dict[str, float] = {}
    for n in billed:
        run = a.runs[n]
        each = math.fsum(d.device_hours.value for d in run.devices if d.device_hours is not None)
        hours += each
        for value, currency in _MONEY.findall(str((run.ext or {})["billed_cost"])[:400]):
            sums = cost.setdefault(currency, [0.0, 0.0])
            sums[0] += float(value)
            sums[1] += 0.0 if is_known[n] else float(value)
        if not is_known[n]:
            unknown += each
            model = " + ".join(d.model for d in run.devices if d.model) or said("no model")
            models[model] = models.get(model, 0.0) + each
    if not models:
        return
    largest = sorted(models, key=lambda m: (-models[m], m))[:_NAMED]
    money = ", ".join(f"{lost:.4f} of {whole:.4f} {currency}".strip() for currency, (whole, lost) in sorted(cost.items()) if lost)  # fmt: skip
    yield CHECK.at(
        said(
            "{unknown} h of the {hours} h of machines in bills ({money}) have no figure for the electricity they used: {models}",
            unknown=spelled(unknown, 6), hours=spelled(hours, 6), money=money or "0", models=", ".join(shorten(m) for m in largest),
        )
    )  # fmt: skip
