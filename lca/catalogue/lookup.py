"""Factors for activities, with the level of place and of period at which each was found.

A lookup tries its levels in order (subdivision, grid zone, country, world ...) and, within a level, the factor of the
run's year, else the nearest earlier, else the nearest later. What was used stands beside the value: `x__factor`,
`x__level`, `x__period`. A value that the run states is never replaced; a value that a profile pins is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lca.activity import INPUTS, Activities
from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.labels import row_labels
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.errors import shorten


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
}
LEVEL_NAMES = list(LEVELS)
PERIODS = ("exact", "earlier", "later", "latest", "undated")
_KEYED_BY = {"subdivision", "grid_zone", "country", "cloud", "region", "device", "host", "class", "stage"}


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

_COLUMNS = frozenset(n.column for n in LOOKUPS)
#: order in which a factor of a user's own is looked for, by whichever keys its rows bear
_GENERAL = (
    "device",
    "server",
    "region",
    "provider",
    "subdivision",
    "grid_zone",
    "country",
    "world",
    "class",
    "stage",
    "any",
)
#: columns for which the level `any` or `class` is a definition or ratio in itself, not a guess about this run
_NOT_A_GUESS = {"flops_per_parameter_token": 1, "accelerator_share": 2, "devices_per_host": 3, "end_of_life_share": 4}


@dataclass
class Choices:
    """What a profile says about lookups."""

    fallback: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forbidden_levels: frozenset[str] = frozenset()
    forbidden_periods: frozenset[str] = frozenset()
    max_tier: int = 4
    pins: Sequence[tuple[str, Mapping[str, str], Factor]] = ()  # column, conditions, factor
    sites: Mapping[tuple[str, str], Factor] = field(default_factory=dict)  # (site, column) -> factor


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
    "model_embodied": "the run states embodied values of its own, to which nothing modelled is added",
    "model_embodied_host": "the run states embodied values of its own, or no host stands around the device",
    "has_host": "no host stands around the device",
    "host_not_listed": "no host stands around the device, or the run lists its parts",
}


def withheld(activities: Activities, resolved: Resolved, column: str, row: int) -> str:
    """Why a column has no value in a row, in words; empty if there is nothing to say beyond its name."""
    found = [n for n in LOOKUPS if n.column == column]
    for lookup in found:
        applies = mask(activities, lookup.only)
        if applies is not None and not applies[row]:
            return WITHHELD[lookup.only]
    levels = {level for lookup in found for level in lookup.levels}
    if "device" in levels:
        code = activities.device_of_row[row]
        model, entry = activities.devices[code][0], resolved.devices[code]
        if entry is not None:
            return f"no factor set holds the {found[0].meaning} for {entry.name}"
        return (
            f"{shorten(model)!r} is not in the catalogue and the run does not state it"
            if model
            else "the run names no device"
        )
    if "country" in levels:
        country = resolved.places[activities.place_of_row[row]]["country"]
        return f"no factor set holds the {found[0].meaning} for {country}" if country else "the run names no place"
    return ""


def look_up(
    activities: Activities, resolved: Resolved, choices: Choices, wanted: Sequence[str], catalogue: Catalogue
) -> None:
    """Fill the input columns that factors give, for the columns `wanted` by the plan."""
    stages = {stage: code for code, stage in enumerate(dict.fromkeys(activities.stages))}
    stage_of_run = np.asarray([stages[s] for s in activities.stages], np.int64)
    stage_of_row = stage_of_run[activities.run_of_row] if len(activities.runs) else activities.run_of_row
    year = np.where(np.isnan(activities.year), 0, activities.year).astype(np.int64)
    keys = np.stack([activities.place_of_row, activities.device_of_row, activities.host_of_row, stage_of_row, year])
    combos, inverse = _distinct(keys)
    names = list(stages)
    attributes = [
        _attributes(resolved, activities, int(p), int(d), int(h), names[int(s)]) for p, d, h, s, _ in combos.T
    ]
    years = [int(y) or None for y in combos[4]]
    pinned = _pins(activities, resolved, choices)
    first_pin = len(catalogue.factors)
    codes = {f.id: first_pin + i for i, f in enumerate(resolved.factors[first_pin:])}
    own = [
        Lookup(n, n, _GENERAL) for n in wanted if n in catalogue.quantities and n not in _COLUMNS and n not in INPUTS
    ]
    for lookup in (*LOOKUPS, *own):
        if lookup.column not in wanted and lookup.column not in ("grid_direct", "rated_power"):
            continue
        memo: dict[tuple[object, ...], tuple[int, int, int]] = {}
        found = np.full((3, len(attributes)), -1, np.int64)
        levels = [n for n in choices.fallback.get(lookup.quantity, lookup.levels) if n not in choices.forbidden_levels]
        levels = [n for n in levels if _tier(lookup.column, n) <= choices.max_tier]
        site_level = LEVEL_NAMES.index("site")
        for i, attribute in enumerate(attributes):
            site = choices.sites.get((attribute["site"], lookup.column))
            if site is not None:
                found[:, i] = codes[site.id], site_level, PERIODS.index("undated")
                continue
            key = (*(attribute[a] for n in levels for a in LEVELS[n].keys.values() if a in _KEYED_BY), years[i])
            if key not in memo:
                memo[key] = _find(catalogue, lookup.quantity, levels, attribute, years[i], choices)
            found[:, i] = memo[key]
        _store(activities, resolved, lookup, found[:, inverse], pinned.get(lookup.column), codes)


def _distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    code = np.zeros(keys.shape[1], np.int64)
    for key in keys:
        code = code * (int(key.max(initial=0)) + 1) + key
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return keys[:, first], inverse.reshape(-1)


def _attributes(
    resolved: Resolved, activities: Activities, place: int, device: int, host: int, stage: str
) -> dict[str, str]:
    entry, server = resolved.devices[device], resolved.hosts[host]
    kind = entry.kind if entry is not None else ""
    return {
        **resolved.places[place], "stage": stage, "device": entry.id if entry is not None else "",
        "class": kind, "host": server.id if server is not None else "",
    }  # fmt: skip


def _find(
    catalogue: Catalogue, quantity: str, levels: Sequence[str], attribute: Mapping[str, str], year: int | None,
    choices: Choices,
) -> tuple[int, int, int]:  # fmt: skip
    for name in levels:
        wanted = dict.fromkeys(KEYS, "")
        for column, source in LEVELS[name].keys.items():
            wanted[column] = source.strip("'") if source.startswith("'") else attribute[source]
            if not wanted[column]:
                break
        else:
            candidates = catalogue.index.get((quantity, tuple(wanted.values())), [])
            got = _by_year(catalogue, candidates, year, choices.forbidden_periods)
            if got is not None:
                return got[0], LEVEL_NAMES.index(name), PERIODS.index(got[1])
    return -1, -1, -1


def _by_year(
    catalogue: Catalogue, candidates: Sequence[int], year: int | None, forbidden: frozenset[str]
) -> tuple[int, str] | None:
    best: tuple[tuple[int, int, int], int, str] | None = None
    for position, code in enumerate(candidates):
        factor = catalogue.factors[code]
        if factor.first_year is None:
            step, period = (0, 0), "undated"
        elif year is None:
            step, period = (0, -(factor.last_year or 9999)), "latest"
        elif factor.first_year <= year <= (factor.last_year or 9999):
            step, period = (0, 0), "exact"
        elif (factor.last_year or 9999) < year:
            step, period = (1, year - (factor.last_year or 9999)), "earlier"
        else:
            step, period = (2, factor.first_year - year), "later"
        if period in forbidden:
            continue
        key = (*step, position)
        if best is None or key < best[0]:
            best = (key, code, period)
    return None if best is None else (best[1], best[2])


def _tier(column: str, level: str) -> int:
    return _NOT_A_GUESS.get(column, LEVELS[level].tier) if level in ("any", "class") else LEVELS[level].tier


def _pins(
    activities: Activities, resolved: Resolved, choices: Choices
) -> dict[str, list[tuple[NDArray[np.bool_], Factor]]]:
    out: dict[str, list[tuple[NDArray[np.bool_], Factor]]] = {}
    for column, where, factor in choices.pins:
        mask = np.ones(activities.rows, bool)
        for key, value in where.items():
            mask &= np.asarray([v == value for v in row_labels(activities, resolved, key)], bool)
        out.setdefault(column, []).append((mask, factor))
    return out


def _store(
    activities: Activities, resolved: Resolved, lookup: Lookup, found: NDArray[np.int64],
    pins: list[tuple[NDArray[np.bool_], Factor]] | None, codes: Mapping[str, int],
) -> None:  # fmt: skip
    columns, name, rows = activities.columns, lookup.column, activities.rows
    held = columns.get(name)
    stated = np.zeros(rows, bool) if held is None else ~np.isnan(held)
    code, level, period = (part.copy() for part in found)
    applies = mask(activities, lookup.only)
    wanted = ~stated if applies is None else applies & ~stated
    code[~wanted], level[~wanted], period[~wanted] = -1, -1, -1
    for rows_, factor in pins or ():
        code[rows_], level[rows_], period[rows_] = codes[factor.id], LEVEL_NAMES.index("pin"), PERIODS.index("undated")
        stated = stated & ~rows_
    values = np.asarray([(f.value, f.low, f.high) for f in resolved.factors] or [(np.nan,) * 3]).T
    got = code >= 0
    out = np.full(rows, np.nan) if held is None else held.copy()
    out[got] = values[0][code[got]]
    columns[name] = out
    for bound, column in (("low", values[1]), ("high", values[2])):
        picked = np.where(got, column[code], np.nan)
        key = f"{name}__{bound}"
        if key in columns:
            columns[key] = np.where(got, picked, columns[key])
        elif not np.isnan(picked).all():
            columns[key] = picked
    trace = {"factor": code.astype(np.int32), "level": level.astype(np.int8), "period": period.astype(np.int8)}
    before = f"{name}__factor" in columns
    fresh = stated & (columns[f"{name}__factor"] < 0 if before else True) & (level < 0)
    trace["level"][fresh] = LEVEL_NAMES.index("run")
    for part, column in trace.items():
        key = f"{name}__{part}"
        columns[key] = np.where(got | ~stated, column, columns[key]) if before else column
    tiers = np.asarray([_tier(name, n) for n in LEVEL_NAMES] + [0], np.int8)
    columns[f"{name}__tier"] = tiers[columns[f"{name}__level"]]
