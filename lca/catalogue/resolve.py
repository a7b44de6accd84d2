"""Places and devices that runs name, resolved once per distinct name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lca.activity import COMPONENT_KINDS, Activities, Place
from lca.catalogue.devices import Device, DeviceIndex
from lca.catalogue.factor_set import Factor
from lca.catalogue.places import provider, region_index
from lca.catalogue.store import Catalogue


@dataclass
class Resolved:
    """The tables of places and devices, resolved once per distinct entry."""

    places: list[dict[str, str]]
    devices: list[Device | None]
    hosts: list[Device | None]
    unknown_regions: set[int]
    factors: list[Factor]


def resolve(activities: Activities, catalogue: Catalogue, index: DeviceIndex, own: Sequence[Factor] = ()) -> Resolved:
    """Resolve cloud regions and device names, and set the columns that follow from the kind of device.

    `own` are factors of the profile (pins and sites), which follow those of the catalogue.
    """
    regions = region_index(catalogue.sets)
    places, unknown = [], set()
    for code, place in enumerate(activities.places):
        resolved, known = _place(place, regions)
        places.append(resolved)
        if not known:
            unknown.add(code)
    devices = [index.resolve(model) if model else None for model, _ in activities.devices]
    hosts = [index.resolve(model) if model else None for model in activities.hosts]
    factors = [*catalogue.factors, *own]
    made = Resolved(places, devices, hosts, unknown, factors)
    _kind_columns(activities, made)
    return made


def _place(place: Place, regions: Mapping[tuple[str, str], dict[str, str]]) -> tuple[dict[str, str], bool]:
    country, subdivision, zone, cloud, region, site = place
    cloud = provider(cloud) if cloud else ""
    known = True
    if region:
        record = regions.get((cloud, region))
        known = record is not None
        if record is not None and not country:
            country, subdivision = record["country"], subdivision or record["subdivision"]
    return {"country": country, "subdivision": subdivision, "grid_zone": zone, "cloud": cloud, "region": region,
            "site": site}, known  # fmt: skip


def kind_of(logged: tuple[str, str], device: Device | None) -> str:
    """Kind of a device: as the log says, else as the catalogue says, else empty."""
    return logged[1] or (device.kind if device is not None else "")


def _kind_columns(activities: Activities, resolved: Resolved) -> None:
    """Columns `is_accelerator`, `is_standalone`, and instance types counted in devices."""
    n = len(activities.devices)
    accelerator, standalone, scale = np.ones(n), np.full(n, np.nan), np.ones(n)
    for code, (logged, device) in enumerate(zip(activities.devices, resolved.devices, strict=True)):
        kind = kind_of(logged, device)
        if kind in COMPONENT_KINDS or kind == "server":
            accelerator[code] = 0.0
        if kind in COMPONENT_KINDS or kind in ("soc", "server", "other"):
            standalone[code] = 1.0
        if device is not None:
            scale[code] = device.units
    rows = activities.device_of_row
    activities.columns["is_accelerator"] = accelerator[rows]
    activities.columns["is_standalone"] = standalone[rows]
    if (scale != 1).any():
        for name in ("device_count", "stated_device_hours"):
            if name in activities.columns:
                activities.columns[name] = activities.columns[name] * scale[rows]
