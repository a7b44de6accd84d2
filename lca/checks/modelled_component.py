"""A part of the IT energy that is modelled, not measured."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="modelled-component",
    severity="info",
    looks_for="A part of the IT energy that is modelled, not measured",
    why="Host, memory and fans weigh a quarter to a half of a server.",
    remedy="Meter at the node, or state host.power.",
)


RULES = {
    "it-energy-from-accelerator-share": said("the host is modelled by the accelerators' share of server power"),
    "it-energy-from-accelerator-and-server-sheet": said(
        "the host is modelled by the average power on the sheet of the server"
    ),
    "it-energy-from-server-sheet": said("the server is modelled by the average power on its sheet"),
    "it-energy-from-rated-accelerator-and-server-sheet": said(
        "the host is modelled by the average power on the sheet of the server"
    ),
    "it-energy-from-rated-accelerator": said("the host is modelled by the accelerators' share of server power"),
    "rated-accelerator-energy-at-load": said("the device is modelled from its rated power"),
    "rated-accelerator-energy-idle": said("the device is modelled from its idle power"),
    "it-energy-from-rated-node": said("the node is modelled from its rated power"),
    "it-energy-of-standalone-device": said(
        "no host is added to the device: fans, boards and power supplies are left out"
    ),
    "it-energy-from-rated-device-alone": said(
        "no host is added to the device: fans, boards and power supplies are left out"
    ),
    "it-energy-from-tokens": said(
        "all of it is modelled from output tokens and the size of the model, for H100 servers that are always full; measurements lie up to a factor of 2.5 either way"
    ),
    "it-energy-from-component-sum": said("the sum of components leaves out fans, power supplies and network"),
}


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose IT energy rests on one of these rules."""
    for quantity in ("it_energy", "rated_accelerator_energy"):
        chosen, used = a.results.get(f"{quantity}__rule"), a.is_used(quantity)
        for code, rule in enumerate(a.plan.rules):
            if chosen is not None and rule.gives == quantity and rule.id in RULES:
                yield from CHECK.per_run(a, runs_of(a, used & (chosen == code)), RULES[rule.id], "energy")
