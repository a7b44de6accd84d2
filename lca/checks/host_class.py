"""A host whose power or number of devices is that of another class of host."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.hosts import NAMES, SERVERS
from lca.catalogue.resolve import host_classes
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="host-class",
    severity="warning",
    looks_for="A default for servers that is used for another class of host: a desktop computer, laptop, rack or appliance",
    why="Accelerators take another share of the power of a desktop computer or laptop than of that of a server.",
    remedy="State host.power, or meter at the node; add a factor for the class of host with --factors.",
)
#: default that is looked up by class of host -> what it is
DEFAULTS = {
    "accelerator_share": said("share of the power that accelerators take"),
    "devices_per_host": said("number of devices in one host"),
    "embodied_host": said("embodied emissions of the host"),
}


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per default, factor and class of host for which it stands in."""
    classes = np.empty(0, object)
    for column, meaning in DEFAULTS.items():
        for factor, level, _, rows in a.uses(column):
            if level != "any":
                continue
            if not len(classes):
                classes = host_classes(a.activities, a.resolved)
            for name in sorted({c for c in classes[rows] if c and c not in SERVERS}):
                told = said(
                    "{meaning}: no figure is known for the {host} around the device; that of servers in general, {printed} ({id}), is used",
                    meaning=meaning,
                    printed=as_written(factor.printed),
                    id=factor.id,
                    host=NAMES[name][0] if name in NAMES else name,
                )
                yield from CHECK.per_group(a, rows[classes[rows] == name], told, "devices[{}].model")
