"""Places and devices that runs name, resolved once per distinct name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lca.activity import COMPONENT_KINDS, Activities, Place
from lca.catalogue import grid_zones
from lca.catalogue.devices import Device, DeviceIndex
from lca.catalogue.factor_set import Factor
from lca.catalogue.hosts import host_class
from lca.catalogue.models import Model, ModelIndex
from lca.catalogue.places import RegionIndex, provider
from lca.catalogue.store import Catalogue
from lca.territories import STATES, canonical


@dataclass
class Resolved:
    """The tables of places and devices, resolved once per distinct entry."""

    places: list[dict[str, str]]
    devices: list[Device | None]
    hosts: list[Device | None]
    unknown_regions: set[int]
    factors: list[Factor]
    models: list[Model | None] = field(default_factory=lambda: [None])  # distinct entries; None for what is not known
    model_of_run: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


def resolve(activities: Activities, catalogue: Catalogue, index: DeviceIndex, own: Sequence[Factor] = ()) -> Resolved:
    """Resolve cloud regions and device names, and set the columns that follow from the kind of device.

    `own` are factors of the profile (pins and sites), which follow those of the catalogue.
    """
    regions = RegionIndex(catalogue.sets)
    places, unknown = [], set()
    own_grid, shares = _with_grid(catalogue, own), grid_zones.shares(catalogue.sets)
    for code, place in enumerate(activities.places):
        resolved, known = _place(place, regions, own_grid, shares)
        places.append(resolved)
        if not known:
            unknown.add(code)
    devices = [index.resolve(model) if model else None for model, _ in activities.devices]
    hosts = [index.resolve(model) if model else None for model in activities.hosts]
    factors = [*catalogue.factors, *own]
    made = Resolved(places, devices, hosts, unknown, factors)
    _kind_columns(activities, made)
    _models(activities, made, ModelIndex(catalogue.sets))
    _proxy_columns(activities)
    return made


#: stages in which a model answers, and those in which it learns
ANSWERING, LEARNING = ("data", "evaluation", "inference"), ("experimentation", "training", "finetuning")


def _proxy_columns(activities: Activities) -> None:
    """Where a proxy may stand in, since the run states neither energy nor device hours.

    `tokens_alone`: 1 where a model answered and the run states tokens. `work_alone`: 1 where it learned.
    """
    hours = activities.column("device_count") * activities.column("duration")
    hours = np.where(np.isnan(hours), activities.column("stated_device_hours"), hours)
    energy = [c for n, c in activities.columns.items() if n.startswith("metered_") and "__" not in n]
    stated = np.any([~np.isnan(c) for c in (hours, *energy)], axis=0)
    neither = np.bincount(activities.run_of_row, stated, len(activities.runs)) == 0
    tokens = ~np.isnan(activities.column("tokens_out")) | ~np.isnan(activities.column("work_tokens_in"))
    for name, among, also in (("tokens_alone", ANSWERING, tokens), ("work_alone", LEARNING, True)):
        mine = np.asarray([stage in among for stage in activities.stages], bool)
        here = (neither & mine)[activities.run_of_row] & also
        activities.columns[name] = np.where(here, 1.0, np.nan)


def _models(activities: Activities, resolved: Resolved, index: ModelIndex) -> None:
    """Systems that the model catalogue knows by name; `is_dense` is missing where a model is a mixture of experts."""
    known = {name: index.resolve(name) for name in dict.fromkeys(activities.systems)}
    resolved.models = list(dict.fromkeys([None, *known.values()]))
    code = {model: n for n, model in enumerate(resolved.models)}
    resolved.model_of_run = np.asarray([code[known[name]] for name in activities.systems], np.int64)
    dense = np.asarray([np.nan if model is not None and model.is_mixture else 1.0 for model in resolved.models])
    activities.columns["is_dense"] = dense[resolved.model_of_run][activities.run_of_row]


def _with_grid(catalogue: Catalogue, own: Sequence[Factor]) -> set[str]:
    """Territories of whose grid a factor set or the profile knows something, so that nothing of their state stands in."""
    factors = (f for f in (*catalogue.factors, *own) if f.key[0] in STATES)
    return {f.key[0] for f in factors if f.quantity in ("grid_lifecycle", "grid_direct")}


def _place(
    place: Place, regions: RegionIndex, own_grid: set[str], shares: Mapping[str, Sequence[grid_zones.Zone]]
) -> tuple[dict[str, str], bool]:
    """A place by the keys of `lookups.LEVELS`, and whether its region is known.

    The grid zone follows from the region, else from the state, unless it is stated: `region_zone` where the region lies in
    a known one, `state_zone` where the state lies wholly in one, `zone_mean` where it lies in several. `zone` is for labels.
    """
    country, subdivision, zone, cloud, region, site = place
    cloud = provider(cloud) if cloud else ""
    known, region_zone, zones_of_region = True, "", []
    if region:
        record = regions.find(cloud, region)
        known = record is not None
        if record is not None:
            region = record["region"].lower()
            if country in ("", record["country"]):
                country, subdivision = record["country"], subdivision or record["subdivision"]
                if subdivision in ("", record["subdivision"]):
                    region_zone, zones_of_region = grid_zones.region_key(record), grid_zones.possible(record)
    if canonical(subdivision) != subdivision:  # a territory, by its code as a part of its state
        country, subdivision = canonical(subdivision), ""
    state = STATES.get(country, "") if country not in own_grid else ""
    area = subdivision or country
    zones = shares.get(area, ())
    state_zone = zones[0].code if len(zones) == 1 else ""
    # of a region in a country of several grids nobody knows more than the country
    unplaced = (
        region if region and known and area == country and any(x.startswith(f"{country}-") for x in shares) else ""
    )
    return {"country": country, "subdivision": subdivision, "grid_zone": zone, "cloud": cloud, "region": region,
            "site": site, "state": state, "region_zone": region_zone, "state_zone": state_zone,
            "zone_mean": grid_zones.mean_key(area) if len(zones) > 1 else "", "unplaced": unplaced,
            "zone": zone or (zones_of_region[0] if zones_of_region else state_zone)}, known  # fmt: skip


def kind_of(logged: tuple[str, str], device: Device | None) -> str:
    """Kind of a device: as the log says, else as the catalogue says, else empty."""
    return logged[1] or (device.kind if device is not None else "")


def host_classes(activities: Activities, resolved: Resolved) -> NDArray[np.object_]:
    """Class of the host around the device of each row."""
    devices, places = activities.device_of_row, activities.place_of_row
    pairs, which = np.unique(np.stack([devices, places]), axis=1, return_inverse=True)
    named = [host_class(resolved.devices[d], resolved.places[p]["cloud"]) for d, p in pairs.T.tolist()]
    return np.asarray(named, object)[which.reshape(-1)]


#: what a log states per logged device: where that is a cloud instance, counts and hours grow by the devices in it,
#: and what is stated for one instance falls to each of them in part; of a share of a card both go the other way
PER_GROUP = ("device_count", "stated_device_hours")
PER_DEVICE = (
    "device_power_accelerator",
    "device_power_node",
    "curve_power",
    "stated_peak_flops",
    "stated_device_embodied",
    "stated_device_adpe",
    "stated_device_primary_energy",
    "stated_device_embodied_water",
)


def _kind_columns(activities: Activities, resolved: Resolved) -> None:
    """Columns that follow from the kind of device, and instance types counted in devices.

    `is_accelerator`: 1, or 0 for processors, memory, storage and servers. `has_no_server`: 1 where no server stands
    around the device. `is_standalone`: 1 there, and where the run lists processors or memory with power of their own, so
    that a host modelled on top would count them twice. `is_computer`: 1 for the system on a chip of a computer, whose
    footprint is that of the whole. `energy_in_host`: 0 for parts beside accelerators whose energy
    is inside the host: no power of theirs is stated, or that of the host is.
    """
    n = len(activities.devices)
    accelerator, alone, part, scale = np.ones(n), np.zeros(n, bool), np.zeros(n, bool), np.ones(n)
    computer = np.zeros(n, bool)
    for code, (logged, device) in enumerate(zip(activities.devices, resolved.devices, strict=True)):
        kind = kind_of(logged, device)
        part[code] = kind in COMPONENT_KINDS
        alone[code] = part[code] or kind in ("soc", "server", "other")
        computer[code] = kind == "soc"
        if part[code] or kind == "server":
            accelerator[code] = 0.0
        if device is not None:
            scale[code] = float(device.units)
    rows, of = activities.device_of_row, activities.run_of_row
    powered = np.zeros(len(rows), bool)
    for name in ("device_power_accelerator", "device_power_node", "curve_power", "part_capacity"):
        powered |= ~np.isnan(activities.column(name))

    def in_run(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(np.bincount(of, which, len(activities.runs)) > 0)[of]

    hosted = in_run(~alone[rows])
    listed = in_run(part[rows]) & ~in_run(part[rows] & ~powered)
    inside = part[rows] & hosted & (~listed | ~np.isnan(activities.column("host_power")))
    activities.columns["energy_in_host"] = np.where(inside, 0.0, np.nan)
    activities.columns["is_accelerator"] = accelerator[rows]
    activities.columns["has_no_server"] = np.where(alone[rows], 1.0, np.nan)
    activities.columns["is_computer"] = np.where(computer[rows], 1.0, np.nan)
    activities.columns["is_standalone"] = np.where(alone[rows] | listed, 1.0, np.nan)
    for names, factor in ((PER_GROUP, scale[rows]), (PER_DEVICE, 1 / scale[rows])):
        for name in [f"{n}{bound}" for n in names for bound in ("", "__low", "__high")] if (scale != 1).any() else ():
            if name in activities.columns:
                activities.columns[name] = activities.columns[name] * factor
