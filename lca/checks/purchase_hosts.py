"""The servers, racks or computers around accelerators that were bought."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.engine.purchases import INCLUDED, Bought
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="purchase-hosts",
    severity="warning",
    looks_for="Hosts around bought accelerators that are modelled by their class or missing from the figure, and purchases without a footprint",
    why="Most of the footprint of a server with accelerators is that of its memory and drives.",
    remedy="Name the server under purchases[].host with its number under hosts; or state host: included or host: separate.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per purchase that counts."""
    for number, bought in enumerate(a.bought):
        told = _told(bought) if bought.counted else None
        if told is not None:
            yield CHECK.at(told[1], None, f"purchases[{number}].host", told[0])


#: of hosts of which nothing was added: what is told, by their status
MISSING = {
    "stated": said("the purchase of {pieces} x {name} counts with the footprint that the profile states; the profile does not state whether the servers around the devices are inside, and none were added"),
    "listed": said("the purchase of {pieces} x {name} counts without servers of its own: servers are among the purchases, and may be those around the devices"),
    "part": said("the purchase of {pieces} x {name} counts without the servers that hold the devices"),
    "unknown": said("the purchase of {pieces} x {name} counts without the host around the devices ({host}), whose footprint is not known"),
    INCLUDED: said("the purchase of {pieces} x {name} is of whole servers by the profile, but the footprint known ({factor}) is that of the devices, and no host was added"),
}  # fmt: skip


def _told(bought: Bought) -> tuple[str, str] | None:
    """Severity and message on the hosts of a purchase; None where nothing is assumed of them."""
    hosts, pieces = bought.hosts, spelled(bought.pieces)
    if bought.value is None:
        return "warning", said(
            "the purchase of {pieces} x {name} is missing from the figure, and so are the servers around the devices: {reason}",
            pieces=pieces, name=bought.name, reason=bought.note,
        )  # fmt: skip
    if hosts is None or (hosts.status == INCLUDED and not bought.factor):
        return None
    if hosts.status == "class":
        return "info", said(
            "the purchase of {pieces} x {name} counts with {number} {host} around the devices, modelled by their class: {value} kgCO2e ({factor})",
            pieces=pieces, name=bought.name, number=spelled(hosts.number, 4), host=hosts.name,
            value=spelled(hosts.value or 0.0, 4), factor=hosts.factor,
        )  # fmt: skip
    if hosts.status not in MISSING:
        return None
    names = {"pieces": pieces, "name": bought.name, "host": hosts.name, "factor": bought.factor}
    return "warning", said(MISSING[hosts.status], **names)
