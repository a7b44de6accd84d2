"""What is looked up for activities, at which levels of place or device, in which rows, and why a row is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.language import said


@dataclass(frozen=True)
class Level:
    """One step of a fallback: which key columns a factor must bear, and the tier of what is found there.

    `geographical` and `technological` are the scores of the pedigree matrix of what is found there: 2 for the average of
    a larger area or fleet that holds the one meant, 3 for one of the same kind.
    """

    keys: Mapping[str, str]  # key column of the factor -> attribute of the row, or a literal in quotes
    tier: int
    meaning: str
    geographical: int = 1
    technological: int = 1


LEVELS: dict[str, Level] = {
    "run": Level({}, 1, "stated by the run"),
    "pin": Level({}, 1, "pinned by the profile"),
    "site": Level({}, 1, "stated by the profile for the site"),
    "subdivision": Level({"geography": "subdivision"}, 1, "state or province"),
    "grid_zone": Level({"geography": "grid_zone"}, 1, "grid zone"),
    "region_zone": Level({"geography": "region_zone"}, 1, "grid zone of the cloud region"),
    "state_zone": Level({"geography": "state_zone"}, 1, "grid zone in which the state lies"),
    "zone_mean": Level(
        {"geography": "zone_mean"}, 3, "share-weighted mean of the grid zones in which the state lies", 2
    ),
    "country": Level({"geography": "country"}, 1, "country"),
    "state": Level({"geography": "state"}, 3, "average of the state to which the territory belongs", 2),
    "world": Level({"geography": "'WORLD'"}, 4, "world average", 2),
    "region": Level({"provider": "cloud", "region": "region"}, 1, "cloud region"),
    "provider": Level({"provider": "cloud"}, 3, "fleet average of the cloud provider", 2, 2),
    "industry": Level({}, 4, "average of the industry", 2, 3),
    "device": Level({"device": "device"}, 1, "this device"),
    "server": Level({"device": "host"}, 1, "this server"),
    "class": Level({"class": "class"}, 4, "devices of this class in general"),
    "host_class": Level({"class": "host_class"}, 4, "hosts of this class in general"),
    "kind": Level({"class": "kind"}, 4, "parts of this kind in general"),
    "process": Level({"technology": "process"}, 1, "this process node"),
    "memory": Level({"technology": "memory"}, 1, "this kind of memory"),
    "stage": Level({"stage": "stage"}, 1, "this life-cycle stage"),
    "any": Level({}, 4, "general default"),
    "model": Level({"technology": "model"}, 1, "this model"),
    "fit_device": Level({"device": "'h100-sxm5-80'"}, 4, "the device for which energy per token was fitted"),
    "technology": Level({"geography": "'WORLD'"}, 3, "this technology of generation, world"),
}
LEVEL_NAMES = list(LEVELS)
PERIODS = ("exact", "earlier", "later", "latest", "undated")
KEYED_BY = {"subdivision", "grid_zone", "region_zone", "state_zone", "zone_mean", "country", "state", "cloud", "region", "device", "host", "class", "stage", "kind", "process",
            "memory", "model", "host_class"}  # fmt: skip


@dataclass(frozen=True)
class Lookup:
    """One input column that factors give. `only` names the rows for which it is looked up (see `mask`)."""

    column: str
    quantity: str
    levels: tuple[str, ...]
    only: str = ""
    meaning: str = ""


#: a stated grid zone goes before all else; then what is known of the state itself, then the zones in which the place lies
ZONE_LEVELS = ("grid_zone", "subdivision", "region_zone", "state_zone", "zone_mean")
GRID_LEVELS = (*ZONE_LEVELS, "country", "state", "world")
HOST_LEVELS = ("class", "host_class", "any")
_PART = ("device", "kind")
_LOST = "share of the electricity fed in that is lost"
_HOURLY = (*ZONE_LEVELS[:-1], "country")  # `catalogue.hourly` finds them
LOOKUPS: tuple[Lookup, ...] = (
    Lookup("grid_lifecycle", "grid_lifecycle", GRID_LEVELS, "no_run_factor", "life-cycle factor of the grid"),
    Lookup("grid_direct", "grid_direct", GRID_LEVELS, "no_run_factor", "direct factor of the grid"),
    Lookup("grid_stand_in", "grid_lifecycle", GRID_LEVELS, "no_direct", "life-cycle factor in place of a direct one"),
    Lookup("grid_upstream", "grid_upstream", GRID_LEVELS, "upstream_addable", "upstream emissions and losses of the grid"),
    Lookup("hourly_lifecycle", "hourly_lifecycle", _HOURLY, "no_run_factor", "hourly life-cycle factor of the grid"),
    Lookup("hourly_direct", "hourly_direct", _HOURLY, "no_run_factor", "hourly direct factor of the grid"),
    Lookup("grid_wtt", "grid_wtt", GRID_LEVELS, "upstream_addable", "emissions upstream of generation, without losses of the grid"),
    Lookup("grid_td_loss", "grid_td_loss", GRID_LEVELS[:-1], "losses_addable", "emissions of losses in transmission and distribution"),
    Lookup("grid_wtt_mix", "grid_wtt_mix", GRID_LEVELS[:-1], "upstream_addable", "emissions upstream of generation, by the generation mix"),
    Lookup("td_loss_share", "td_loss_share", GRID_LEVELS[:-1], "losses_addable", _LOST),
    Lookup("lifecycle_loss_share", "td_loss_share", GRID_LEVELS[:-1], "lifecycle_losses_addable", _LOST),
    Lookup("hourly_loss_share", "td_loss_share", GRID_LEVELS[:-1], "no_run_factor", _LOST),
    Lookup("upstream_loss_share", "td_loss_share", GRID_LEVELS[:-1], "losses_inside_direct", _LOST),
    Lookup("residual_mix", "residual_mix", GRID_LEVELS[:-1], "", "residual mix of the market"),
    Lookup("grid_water", "grid_water", GRID_LEVELS, "", "water consumed in generation"),
    Lookup("pue", "pue", ("region", "provider", "class", "industry"), "", "power usage effectiveness"),
    Lookup("wue", "wue", ("region", "provider"), "", "water usage effectiveness, IT energy"),
    Lookup("wue_facility", "wue_facility", ("region", "provider", "country"), "no_wue", "water per facility energy"),
    Lookup("rated_power", "rated_power", ("device",), "", "rated power of the device"),
    Lookup("idle_power", "idle_power", ("device",), "", "idle power of the device"),
    Lookup("node_power", "node_power", ("device",), "host_not_listed", "rated power of the node per device"),
    Lookup("server_power", "server_power", ("server",), "host_not_listed", "average power of the server by its sheet"),
    Lookup("device_server_power", "server_power", ("device",), "", "average power of the device by its sheet"),
    Lookup("idle_share", "idle_share", ("class",), "", "idle power as a share of rated power"),
    Lookup("default_load", "default_load", ("stage",), "", "load as a share of the rating"),
    Lookup("accelerator_share", "accelerator_share", HOST_LEVELS, "host_not_listed", "share of server power that accelerators take"),
    Lookup("devices_per_host", "devices_per_host", ("device", *HOST_LEVELS), "has_host", "devices per server"),
    Lookup("device_lifetime", "lifetime", ("device", "class", "any"), "", "lifetime of the device"),
    Lookup("host_lifetime", "lifetime", ("server", "host_class", "any"), "", "lifetime of the server"),
    Lookup("active_share", "lifetime_utilisation", ("class", "any"), "", "share of the lifetime in which devices are active"),
    Lookup("embodied_device", "embodied_device", ("device",), "model_embodied", "embodied emissions of the device"),
    Lookup("embodied_class", "embodied_device", ("class",), "model_embodied", "embodied emissions of the device"),
    Lookup("embodied_device_with_host", "embodied_device_with_host", ("device",), "model_embodied",
           "embodied emissions of the device, host included"),
    Lookup("embodied_server", "embodied_server", ("device",), "model_embodied", "embodied emissions of the device"),
    Lookup("embodied_host", "embodied_server", ("server",), "model_embodied_host", "embodied emissions of the server"),
    Lookup("embodied_host", "embodied_host", HOST_LEVELS, "model_embodied_host", "embodied emissions of the server"),
    Lookup("embodied_computer", "embodied_computer", ("device", "host_class"), "model_embodied",
           "embodied emissions of the whole computer"),
    Lookup("end_of_life_share", "end_of_life_share", ("class", "any"), "model_embodied", "end of life as a share of production"),
    Lookup("memory_power_per_gb", "memory_power_per_gb", ("device", "kind"), "", "power of memory per GB"),
    *(Lookup(name, name, levels, "model_embodied", meaning) for name, levels, meaning in (
        ("die_area", ("device",), "area of one die"), ("die_count", ("device",), "dies in the package"),
        ("memory_size", ("device",), "memory on the device"), ("wafer_embodied", ("process",), "emissions per area of wafer"),
        ("defect_density", ("process", "any"), "defects per area of wafer"),
        ("memory_embodied_per_gb", ("memory",), "emissions per GB of memory"),
        ("ic_packaging_embodied", ("any",), "emissions of packaging a processor"),
        ("die_memory_share", ("class", "any"), "share of dies and memory in the footprint of a card"),
        ("part_die_area", ("device",), "area of all dies of the processor"),
        ("part_density", _PART, "capacity per area of die"), ("part_embodied_per_gb", _PART, "emissions per GB"),
        ("part_embodied_per_area", _PART, "emissions per area of die"), ("part_embodied_base", _PART, "emissions besides the dies"),
        ("part_adpe_per_area", _PART, "abiotic depletion per area of die"),
        ("part_adpe_base", _PART, "abiotic depletion besides the dies"),
        ("part_primary_energy_per_area", _PART, "primary energy per area of die"),
        ("part_primary_energy_base", _PART, "primary energy besides the dies"),
        ("adpe_device", ("device",), "abiotic depletion of the device"),
        ("primary_energy_device", ("device",), "primary energy of the device"),
    )),
    *(Lookup(name, name, ("server", "any"), "model_embodied_host", meaning) for name, meaning in (
        ("adpe_host", "abiotic depletion of the server"), ("primary_energy_host", "primary energy of the server"),
    )),
    Lookup("grid_adpe", "grid_adpe", GRID_LEVELS, "", "abiotic depletion of electricity"),
    Lookup("grid_primary_energy", "grid_primary_energy", GRID_LEVELS, "", "primary energy of electricity"),
    Lookup("flops_per_parameter_token", "flops_per_parameter_token", ("any",), "", "operations per parameter and token"),
    Lookup("active_parameters", "active_parameters", ("model",), "active_not_stated", "active parameters of the model"),
    Lookup("parameters_total", "parameters_total", ("model",), "", "parameters of the model"),
    *(Lookup(name, name, ("any",), "tokens_alone", meaning) for name, meaning in (
        ("batch_size", "requests decoded together"),
        ("fit_max_batch", "largest batch of the fit"),
        ("fit_max_parameters", "most active parameters of the fit"),
        ("token_energy_per_parameter", "energy per token, GPU and active parameter"),
        ("token_energy_decay", "decay of that energy per request in the batch"),
        ("token_energy_base", "energy per token and GPU, whatever the model"),
        ("latency_per_parameter", "time per token and active parameter"),
        ("latency_per_request", "time per token and request in the batch"),
        ("latency_base", "time per token, whatever the model"),
        ("memory_overhead", "memory of a model over that of its weights"),
        ("memory_per_parameter", "memory of one parameter"),
        ("gpu_memory", "memory of the GPU of the fit"),
        ("inference_host_power", "power of the server of the fit without its GPUs"),
        ("gpus_per_server", "GPUs of the server of the fit"),
    )),
    Lookup("inference_fit_ratio", "inference_fit_ratio", ("any",), "within_fit", "measured over fitted energy per token"),
    Lookup("embodied_fit_device", "embodied_device", ("fit_device",), "fit_embodied", "embodied emissions of the GPU of the fit"),
    Lookup("peak_flops", "peak_flops", ("device",), "", "dense peak rate of the device"),
    Lookup("default_mfu", "default_mfu", ("any",), "work_alone", "share of the peak rate that training reaches"),
)  # fmt: skip


#: columns that hold a factor of another column for another use: a pin of the one holds for all, and all are told as one
SAME_FACTOR = {
    "lifecycle_loss_share": "td_loss_share",
    "hourly_loss_share": "td_loss_share",
    "upstream_loss_share": "td_loss_share",
}
#: what is told of by one name
TOLD_COLUMNS = tuple(dict.fromkeys(lookup.column for lookup in LOOKUPS if lookup.column not in SAME_FACTOR))


#: columns by which a run states embodied values
STATED_EMBODIED = tuple(
    f"stated_{what}_{name}"
    for what in ("device", "host")
    for name in ("embodied", "adpe", "primary_energy", "embodied_water")
)


def mask(activities: Activities, name: str) -> NDArray[np.bool_] | None:
    """Rows in which a lookup applies, by its `only`; None for all rows."""

    def given(column: str) -> NDArray[np.bool_]:
        values = activities.columns.get(column)
        return np.zeros(activities.rows, bool) if values is None else ~np.isnan(values)

    if name == "no_run_factor":
        return ~given("stated_factor")
    if name == "no_wue":
        return ~given("wue")
    if name == "no_direct":
        return ~given("stated_factor") & ~given("grid_direct")
    if name == "upstream_addable":
        return (~given("stated_factor") & given("grid_direct")) | given("stated_factor_direct")
    if name == "losses_addable":
        return ((~given("stated_factor") & given("grid_direct")) | given("stated_factor_direct")) & ~given(
            "losses_inside"
        )
    if name == "lifecycle_losses_addable":
        return ~given("stated_factor") & given("grid_lifecycle") & ~given("lifecycle_losses_inside")
    if name == "losses_inside_direct":
        return ~given("stated_factor") & given("losses_inside") & ~given("wtt_losses_inside")
    if name == "has_host":
        return ~given("has_no_server")
    if name == "host_not_listed":
        return ~given("is_standalone")
    if name == "active_not_stated":
        return ~given("parameters_total") | ~given("is_dense")
    if name in ("tokens_alone", "work_alone"):
        return given(name)
    if name == "within_fit":
        return given("tokens_alone") & ~beyond_fit(activities)
    if name in ("model_embodied", "model_embodied_host", "fit_embodied"):
        states = np.zeros(len(activities.runs), bool)  # a run that states any embodied value gets no modelled addition
        for column in STATED_EMBODIED:
            if column in activities.columns:
                states[activities.run_of_row[given(column)]] = True
        model = ~states[activities.run_of_row]
        if name == "fit_embodied":
            return model & given("tokens_alone")
        return model & ~given("has_no_server") if name == "model_embodied_host" else model
    return None


def beyond_fit(activities: Activities) -> NDArray[np.bool_]:
    """Rows whose model or batch is larger than any of those for which energy per token was fitted."""
    active = activities.column("active_parameters")
    active = np.where(np.isnan(active), activities.column("parameters_total") * activities.column("is_dense"), active)
    return (active > activities.column("fit_max_parameters")) | (
        activities.column("batch_size") > activities.column("fit_max_batch")
    )


#: why a lookup leaves a row alone, by the name of its mask
WITHHELD = {
    "no_run_factor": said("the run states its own grid factor"),
    "no_wue": said("the water usage effectiveness is known by IT energy"),
    "no_direct": said("it is not known which upstream emissions the factor in use leaves out"),
    "upstream_addable": said("the factor in use does not say that upstream emissions are outside it"),
    "losses_addable": said(
        "losses of the grid are inside the factor in use, or it is not known that they are outside it"
    ),
    "lifecycle_losses_addable": said(
        "losses of the grid are inside the life-cycle factor in use, or no life-cycle factor is in use"
    ),
    "losses_inside_direct": said("losses of the grid are outside the direct factor in use"),
    "model_embodied": said("the run states embodied values of its own, to which nothing modelled is added"),
    "model_embodied_host": said("the run states embodied values of its own, or no host stands around the device"),
    "has_host": said("no host stands around the device"),
    "host_not_listed": said("no host stands around the device, or the run lists its parts"),
    "tokens_alone": said(
        "energy per token is a proxy for answering runs that state tokens, but neither energy nor device hours"
    ),
    "within_fit": said("the model or its batch is larger than any for which energy per token was fitted"),
    "fit_embodied": said("the run states embodied values, energy or device hours of its own, or no tokens"),
    "work_alone": said("a default utilisation is a proxy for training runs that state neither energy nor device hours"),
    "active_not_stated": said("the run states the parameters of the model, but not how many of them one token uses"),
}
