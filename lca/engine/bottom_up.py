"""The footprint of a device built from its dies and memory, beside those published for the product."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lca.activity import INPUTS
from lca.catalogue import lookup
from lca.catalogue.devices import Device, DeviceIndex
from lca.catalogue.lookups import LOOKUPS
from lca.catalogue.resolve import resolve
from lca.catalogue.store import Catalogue
from lca.engine import kernel, loader, plan, trace, uncertainty
from lca.expand import expand
from lca.run import Run

RULE = "device-embodied-bottom-up"
#: quantity of a published figure -> what it holds beside the card
PUBLISHED = {"embodied_device": "", "embodied_device_with_host": ", host, transport and end of life inside"}
_NEEDED = ("die_area", "die_count", "memory_size", "wafer_embodied", "memory_embodied_per_gb")


class BottomUp(NamedTuple):
    """kgCO2e of one device with its 95 % interval; `lacking` are the factors without which there is no value."""

    value: float
    low: float
    high: float
    lacking: tuple[str, ...]


def bottom_up(catalogue: Catalogue, device: Device) -> BottomUp:
    """What the shipped rules give for one device, whether or not a footprint of it is published."""
    name = device.instance or device.id
    run = Run.model_validate(
        {"schema": "lca-run/1", "id": "device", "system": "device", "stage": "idle", "devices": [{"model": name}]}
    )
    activities = expand([run])
    resolved = resolve(activities, catalogue, DeviceIndex(catalogue.sets))
    rules = [r for r in loader.shipped() if r.gives != "device_embodied" or r.id == RULE]
    made = plan.make(["device_embodied"], rules, {*INPUTS, *(n.column for n in LOOKUPS), *catalogue.quantities})
    lookup.look_up(activities, resolved, lookup.Choices(), made.inputs, catalogue)
    results = kernel.run(activities.columns, made)
    value = float(results["device_embodied"][0])
    lacking = tuple(n for n in _NEEDED if np.isnan(activities.column(n)[0]))
    asked = ["device_embodied"]
    used = trace.used(made, results, asked)
    effects = uncertainty.effects(activities.columns, results, made, used, asked, activities.run_of_row)
    down, up = uncertainty.Grouped(uncertainty.Effects(effects), np.zeros(1, np.int64), 1).interval("device_embodied")
    return BottomUp(value, max(value - float(down[0]), 0.0), value + float(up[0]), lacking)


def compare(catalogue: Catalogue, device: Device) -> list[str]:
    """Lines for a reader: each published footprint, then what bottom-up gives and the ratio; empty for what has neither."""
    published = [f for f in catalogue.factors if f.key[3] == device.id and f.quantity in PUBLISHED]
    built = bottom_up(catalogue, device)
    if np.isnan(built.value):
        lacking = ", ".join(built.lacking)
        return [f"bottom-up: not determined: no factor set holds {lacking} for it"] if published else []
    lines = [f"bottom-up: {built.value:.4g} kgCO2e per card, {built.low:.4g} to {built.high:.4g}"]
    for factor in published:
        inside = "inside" if built.low <= factor.value <= built.high else "outside"
        lines.append(
            f"published: {factor.value:.6g} kgCO2e{PUBLISHED[factor.quantity]} ({factor.id}); published / bottom-up = "
            f"{factor.value / built.value:.3g}, {inside} the interval"
        )
    if not published:
        lines.append("published: no footprint of the product is known")
    return lines
