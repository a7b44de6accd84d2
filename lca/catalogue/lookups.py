"""What is looked up for activities, at which levels of place or device, in which rows, and why a row is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities


@dataclass(frozen=True)
class Level:
    """One step of a fallback: which key columns a factor must bear, and the tier of what is found there."""

    keys: Mapping[str, str]  # key column of the factor -> attribute of the row, or a literal in quotes
    tier: int
    meaning: str


LEVELS: dict[str, Level] = {
    "run": Level({}, 1, "stated by the run"),
    "pin": Level({}, 1, "pinned by the profile"),
    "site": Level({}, 1, "stated by the profile for the site"),
    "subdivision": Level({"geography": "subdivision"}, 1, "state or province"),
    "grid_zone": Level({"geography": "grid_zone"}, 1, "grid zone"),
    "country": Level({"geography": "country"}, 1, "country"),
    "world": Level({"geography": "'WORLD'"}, 4, "world average"),
    "region": Level({"provider": "cloud", "region": "region"}, 1, "cloud region"),
    "provider": Level({"provider": "cloud"}, 3, "fleet average of the cloud provider"),
    "industry": Level({}, 4, "average of the industry"),
    "device": Level({"device": "device"}, 1, "this device"),
    "server": Level({"device": "host"}, 1, "this server"),
    "class": Level({"class": "class"}, 4, "devices of this class in general"),
    "stage": Level({"stage": "stage"}, 1, "this life-cycle stage"),
    "any": Level({}, 4, "general default"),
    "technology": Level({"geography": "'WORLD'"}, 3, "this technology of generation, world"),
}
LEVEL_NAMES = list(LEVELS)
PERIODS = ("exact", "earlier", "later", "latest", "undated")
KEYED_BY = {"subdivision", "grid_zone", "country", "cloud", "region", "device", "host", "class", "stage"}


@dataclass(frozen=True)
class Lookup:
    """One input column that factors give. `only` names the rows for which it is looked up (see `mask`)."""

    column: str
    quantity: str
    levels: tuple[str, ...]
    only: str = ""
    meaning: str = ""


_GRID = ("subdivision", "grid_zone", "country", "world")
LOOKUPS: tuple[Lookup, ...] = (
    Lookup("grid_lifecycle", "grid_lifecycle", _GRID, "no_run_factor", "life-cycle factor of the grid"),
    Lookup("grid_direct", "grid_direct", _GRID, "no_run_factor", "direct factor of the grid"),
    Lookup("grid_stand_in", "grid_lifecycle", _GRID, "no_direct", "life-cycle factor in place of a direct one"),
    Lookup("grid_upstream", "grid_upstream", _GRID, "upstream_addable", "upstream emissions and losses of the grid"),
    Lookup("grid_wtt", "grid_wtt", _GRID, "upstream_addable", "emissions upstream of generation, without losses of the grid"),
    Lookup("grid_td_loss", "grid_td_loss", _GRID[:-1], "losses_addable", "emissions of losses in transmission and distribution"),
    Lookup("td_loss_share", "td_loss_share", _GRID[:-1], "losses_addable", "share of the electricity fed in that is lost"),
    Lookup("residual_mix", "residual_mix", ("grid_zone", "country"), "", "residual mix of the market"),
    Lookup("grid_water", "grid_water", ("country", "world"), "", "water consumed in generation"),
    Lookup("pue", "pue", ("region", "provider", "industry"), "", "power usage effectiveness"),
    Lookup("wue", "wue", ("region", "provider"), "", "water usage effectiveness, IT energy"),
    Lookup("rated_power", "rated_power", ("device",), "", "rated power of the device"),
    Lookup("idle_power", "idle_power", ("device",), "", "idle power of the device"),
    Lookup("node_power", "node_power", ("device",), "host_not_listed", "rated power of the node per device"),
    Lookup("idle_share", "idle_share", ("class",), "", "idle power as a share of rated power"),
    Lookup("default_load", "default_load", ("stage",), "", "load as a share of the rating"),
    Lookup("accelerator_share", "accelerator_share", ("class", "any"), "host_not_listed", "share of server power that accelerators take"),
    Lookup("devices_per_host", "devices_per_host", ("class", "any"), "has_host", "devices per server"),
    Lookup("device_lifetime", "lifetime", ("device", "class", "any"), "", "lifetime of the device"),
    Lookup("host_lifetime", "lifetime", ("server", "any"), "", "lifetime of the server"),
    Lookup("active_share", "lifetime_utilisation", ("class", "any"), "", "share of the lifetime in which devices are active"),
    Lookup("embodied_device", "embodied_device", ("device", "class"), "model_embodied", "embodied emissions of the device"),
    Lookup("embodied_device_with_host", "embodied_device_with_host", ("device",), "model_embodied",
           "embodied emissions of the device, host included"),
    Lookup("embodied_server", "embodied_server", ("device",), "model_embodied", "embodied emissions of the device"),
    Lookup("embodied_host", "embodied_server", ("server",), "model_embodied_host", "embodied emissions of the server"),
    Lookup("embodied_host", "embodied_host", ("class", "any"), "model_embodied_host", "embodied emissions of the server"),
    Lookup("end_of_life_share", "end_of_life_share", ("class", "any"), "model_embodied", "end of life as a share of production"),
    Lookup("flops_per_parameter_token", "flops_per_parameter_token", ("any",), "", "operations per parameter and token"),
)  # fmt: skip


def mask(activities: Activities, name: str) -> NDArray[np.bool_] | None:
    """Rows in which a lookup applies, by its `only`; None for all rows."""

    def given(column: str) -> NDArray[np.bool_]:
        values = activities.columns.get(column)
        return np.zeros(activities.rows, bool) if values is None else ~np.isnan(values)

    if name == "no_run_factor":
        return ~given("stated_factor")
    if name == "no_direct":
        return ~given("stated_factor") & ~given("grid_direct")
    if name == "upstream_addable":
        return (~given("stated_factor") & given("grid_direct")) | given("stated_factor_direct")
    if name == "losses_addable":
        return ((~given("stated_factor") & given("grid_direct")) | given("stated_factor_direct")) & ~given(
            "losses_inside"
        )
    if name == "has_host":
        return ~given("has_no_server")
    if name == "host_not_listed":
        return ~given("is_standalone")
    if name in ("model_embodied", "model_embodied_host"):
        states = np.zeros(len(activities.runs), bool)  # a run that states any embodied value gets no modelled addition
        states[activities.run_of_row[given("stated_device_embodied") | given("stated_host_embodied")]] = True
        model = ~states[activities.run_of_row]
        return model & ~given("has_no_server") if name == "model_embodied_host" else model
    return None


#: why a lookup leaves a row alone, by the name of its mask
WITHHELD = {
    "no_run_factor": "the run states its own grid factor",
    "no_direct": "it is not known which upstream emissions the factor in use leaves out",
    "upstream_addable": "the factor in use does not say that upstream emissions are outside it",
    "losses_addable": "losses of the grid are inside the factor in use, or it is not known that they are outside it",
    "model_embodied": "the run states embodied values of its own, to which nothing modelled is added",
    "model_embodied_host": "the run states embodied values of its own, or no host stands around the device",
    "has_host": "no host stands around the device",
    "host_not_listed": "no host stands around the device, or the run lists its parts",
}
