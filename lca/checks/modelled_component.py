"""A part of the IT energy that is modelled, not measured."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of

CHECK = Check(
    code="modelled-component",
    severity="info",
    looks_for="A part of the IT energy that is modelled, not measured",
    why="Host, memory and fans weigh a quarter to a half of a server.",
    remedy="Meter at the node, or state host.power.",
)


RULES = {
    "it-energy-from-accelerator-share": "the host is modelled by the accelerators' share of server power",
    "it-energy-from-accelerator-and-server-sheet": "the host is modelled by the average power on the sheet of the server",
    "it-energy-from-server-sheet": "the server is modelled by the average power on its sheet",
    "it-energy-from-rated-accelerator": "device and host are modelled from the rated power",
    "it-energy-from-rated-node": "the node is modelled from its rated power",
    "it-energy-of-standalone-device": "no host is added to the device: fans, boards and power supplies are left out",
    "it-energy-from-rated-device-alone": "the device is modelled from its rated power",
    "it-energy-from-idle-power": "device and host are modelled from the idle power",
    "it-energy-from-tokens": "all of it is modelled from output tokens and the size of the model, for H100 servers that are always "
    "full; measurements lie up to a factor of 2.5 either way",
    "it-energy-from-component-sum": "the sum of components leaves out fans, power supplies and network",
}


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose IT energy comes from one of these rules."""
    chosen = a.results.get("it_energy__rule")
    for code, rule in enumerate(a.plan.rules):
        if chosen is not None and rule.id in RULES:
            yield from CHECK.per_run(a, runs_of(a, chosen == code), RULES[rule.id], "energy")
