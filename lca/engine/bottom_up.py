"""The footprint of a device built from its dies and memory, beside those published for the product."""

from __future__ import annotations

import math

from lca.catalogue.devices import Device, DeviceIndex
from lca.catalogue.lookup import Choices
from lca.catalogue.store import Catalogue
from lca.engine import loader
from lca.engine.production import BOTTOM_UP, QUANTITY, Asked, Production, produce

#: quantity of a published figure -> what it holds beside the card
PUBLISHED = {"embodied_device": "", "embodied_device_with_host": ", host, transport and end of life inside"}
_NEEDED = ("die_area", "die_count", "memory_size", "wafer_embodied", "memory_embodied_per_gb")


def bottom_up(catalogue: Catalogue, device: Device) -> Production:
    """What the shipped rules give for one device, whether or not a footprint of it is published."""
    rules = [r for r in loader.shipped() if r.gives != QUANTITY or r.id == BOTTOM_UP]
    return produce([Asked(device.instance or device.id)], catalogue, DeviceIndex(catalogue.sets), rules, Choices())[0]


def compare(catalogue: Catalogue, device: Device) -> list[str]:
    """Lines for a reader: each published footprint, then what bottom-up gives and the ratio; empty for what has neither."""
    published = [f for f in catalogue.factors if f.key[3] == device.id and f.quantity in PUBLISHED]
    built = bottom_up(catalogue, device)
    if math.isnan(built.value):
        lacking = ", ".join(n for n in _NEEDED if n in built.lacking)
        return [f"bottom-up: not determined: no factor set holds {lacking} for it"] if published else []
    low, high = built.interval
    lines = [f"bottom-up: {built.value:.4g} kgCO2e per card, {low:.4g} to {high:.4g}"]
    for factor in published:
        inside = "inside" if low <= factor.value <= high else "outside"
        lines.append(
            f"published: {factor.value:.6g} kgCO2e{PUBLISHED[factor.quantity]} ({factor.id}); published / bottom-up = "
            f"{factor.value / built.value:.3g}, {inside} the interval"
        )
    if not published:
        lines.append("published: no footprint of the product is known")
    return lines
