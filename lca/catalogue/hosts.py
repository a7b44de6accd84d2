"""Classes of the host around a device: the server, rack, desktop computer or laptop that it stands in.

The class is a column of the table of devices. A figure for a host (its footprint, how many devices it holds, the share of
its power that they take) is looked up by it, so that no device takes the host of another class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.language import said

if TYPE_CHECKING:
    from lca.catalogue.devices import Device

#: the class of a device of which nothing is known, and of every card that a cloud lets
SERVER = "accelerator-server"
#: classes that no cloud lets: the same card stands in a server there
PERSONAL = frozenset({"desktop", "laptop"})
#: classes for which a figure of servers in general is no stand-in
SERVERS = frozenset({SERVER, "superchip-server", "tpu-host"})
#: class -> the host in words, one and several
NAMES = {
    SERVER: (said("server"), said("servers")),
    "superchip-server": (said("server"), said("servers")),
    "rack": (said("rack"), said("racks")),
    "tpu-host": (said("server"), said("servers")),
    "desktop": (said("desktop computer"), said("desktop computers")),
    "laptop": (said("laptop"), said("laptops")),
    "embedded": (said("appliance"), said("appliances")),
}


def host_class(device: Device | None, cloud: str = "") -> str:
    """Class of the host around a device in a place; empty where none is known."""
    if device is None:
        return SERVER
    return SERVER if cloud and device.host_class in PERSONAL else device.host_class
