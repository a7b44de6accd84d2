"""Factors for activities, with the level of place and of period at which each was found.

A lookup tries its levels in order (grid zone, subdivision, country, world ...) and, within a level, the factor of the
run's year, else the nearest earlier, else the nearest later. What was used stands beside the value: `x__factor`,
`x__level`, `x__period`. A value that the run states is never replaced; a value that a profile pins is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import COMPONENT_KINDS, INPUTS, Activities, constant
from lca.catalogue import grid_marks
from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.hosts import host_class
from lca.catalogue.labels import row_labels
from lca.catalogue.lookups import (
    KEYED_BY,
    LEVEL_NAMES,
    LEVELS,
    LOOKUPS,
    PERIODS,
    SAME_FACTOR,
    WITHHELD,
    ZONE_LEVELS,
    Lookup,
    mask,
)
from lca.catalogue.resolve import Resolved, kind_of
from lca.catalogue.store import Catalogue
from lca.errors import shorten
from lca.language import said

_COLUMNS = frozenset(n.column for n in LOOKUPS)
#: order in which a factor of a user's own is looked for, by whichever keys its rows bear
_GENERAL = (
    "device",
    "server",
    "region",
    "provider",
    *ZONE_LEVELS,
    "country",
    "world",
    "class",
    "host_class",
    "stage",
    "any",
)
#: looked up whether or not a rule of the plan needs them, since masks, shares and checks read them
_FOR_MASKS = ("grid_direct", "rated_power", "fit_max_batch", "fit_max_parameters", "peak_flops")
#: what stands beside a column that was looked up
_TRACE: dict[str, type[np.signedinteger[Any]]] = {"factor": np.int32, "level": np.int8, "period": np.int8}
#: columns for which the level `any` or `class` is a definition or ratio in itself, not a guess about this run
_NOT_A_GUESS = {
    "flops_per_parameter_token": 1,
    "accelerator_share": 2,
    "devices_per_host": 3,
    "pue": 3,
    "end_of_life_share": 4,
}


@dataclass
class Choices:
    """What a profile says about lookups."""

    fallback: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forbidden_levels: frozenset[str] = frozenset()
    forbidden_periods: frozenset[str] = frozenset()
    max_tier: int = 4
    pins: Sequence[tuple[str, Mapping[str, str], Factor]] = ()  # column, conditions, factor
    sites: Mapping[tuple[str, str], Factor] = field(default_factory=dict)  # (site, column) -> factor


def withheld(activities: Activities, resolved: Resolved, column: str, row: int) -> str:
    """Why a column has no value in a row, in words; empty if there is nothing to say beyond its name."""
    found = [n for n in LOOKUPS if n.column == column]
    for lookup in found:
        applies = mask(activities, lookup.only)
        if applies is not None and not applies[row]:
            return WITHHELD[lookup.only]
    levels = {level for lookup in found for level in lookup.levels}
    if "host_class" in levels and resolved.devices[activities.device_of_row[row]] is not None:
        return _no_host(activities, resolved, said(found[0].meaning), row)
    if "device" in levels or levels == {"class"}:
        code = activities.device_of_row[row]
        (model, kind), entry = activities.devices[code], resolved.devices[code]
        if entry is not None:
            return said(
                "no factor set holds the {factor} for {device}", factor=said(found[0].meaning), device=entry.name
            )
        if kind and not model:
            return said(
                "no factor set holds the {factor} for {kind} in general", factor=said(found[0].meaning), kind=kind
            )
        return (
            said("{model} is not in the catalogue and the run does not state it", model=f"{shorten(model)!r}")
            if model
            else said("the run names no device")
        )
    if "model" in levels:
        system = activities.systems[activities.run_of_row[row]]
        known = resolved.models[resolved.model_of_run[activities.run_of_row[row]]]
        if known is not None and known.is_unpublished:
            return said(
                "the run does not state the parameters of {system}, and its developer publishes no size",
                system=f"{shorten(system)!r}",
            )
        return said(
            "the run does not state the parameters of {system}, and no model of the catalogue bears this name",
            system=f"{shorten(system)!r}",
        )
    if "country" in levels:
        country = resolved.places[activities.place_of_row[row]]["country"]
        lacks = said("no factor set holds the {factor} for {country}", factor=said(found[0].meaning), country=country)
        return lacks if country else said("the run names no place")
    return ""


def _no_host(activities: Activities, resolved: Resolved, meaning: str, row: int) -> str:
    """Why nothing is known of the host around a device."""
    entry = resolved.devices[activities.device_of_row[row]]
    assert entry is not None
    known = host_class(entry, resolved.places[activities.place_of_row[row]]["cloud"])
    if not known:
        return said("no factor set says in which class of host {device} stands", device=entry.name)
    return said(
        "no factor set holds the {factor} for the class of host of {device}, {host_class}",
        factor=meaning,
        device=entry.name,
        host_class=known,
    )


#: masks that hold for pins too: what is pinned would be added to a factor that holds it already
HELD_INSIDE = (
    "no_direct",
    "upstream_addable",
    "losses_addable",
    "lifecycle_losses_addable",
    "losses_inside_direct",
)
#: a stand-in is the life-cycle factor, pinned or not
_PINNED_BY_QUANTITY = frozenset({"grid_stand_in", *SAME_FACTOR})


def look_up(
    activities: Activities, resolved: Resolved, choices: Choices, wanted: Sequence[str], catalogue: Catalogue
) -> None:
    """Fill the input columns that factors give, for the columns `wanted` by the plan."""
    stages = {stage: code for code, stage in enumerate(dict.fromkeys(activities.stages))}
    stage_of_run = np.asarray([stages[s] for s in activities.stages], np.int64)
    stage_of_row = stage_of_run[activities.run_of_row] if len(activities.runs) else activities.run_of_row
    year = np.where(np.isnan(activities.year), 0, activities.year).astype(np.int64)
    model = resolved.model_of_run[activities.run_of_row]
    keys = np.stack(
        [activities.place_of_row, activities.device_of_row, activities.host_of_row, stage_of_row, model, year]
    )
    combos, inverse = _distinct(keys)
    names = list(stages)
    attributes = [
        _attributes(resolved, activities, int(p), int(d), int(h), names[int(s)], int(m))
        for p, d, h, s, m, _ in combos.T
    ]
    years = [int(y) or None for y in combos[5]]
    pinned = _pins(activities, resolved, choices)
    first_pin = len(catalogue.factors)
    codes = {f.id: first_pin + i for i, f in enumerate(resolved.factors[first_pin:])}
    own = [
        Lookup(n, n, _GENERAL) for n in wanted if n in catalogue.quantities and n not in _COLUMNS and n not in INPUTS
    ]
    held, of_sites = catalogue.quantities, {column for _, column in choices.sites}
    table = np.asarray([(f.value, f.low, f.high) for f in resolved.factors] or [(np.nan,) * 3]).T
    alike: dict[tuple[str, ...], tuple[list[int], NDArray[np.int64]]] = {}
    for lookup in (*LOOKUPS, *own):
        if lookup.quantity not in held and lookup.column not in pinned and lookup.column not in of_sites:
            continue  # no factor set holds it: nothing to look for, row by row
        if lookup.column not in wanted and lookup.column not in _FOR_MASKS:
            continue
        levels = [n for n in choices.fallback.get(lookup.quantity, lookup.levels) if n not in choices.forbidden_levels]
        levels = [n for n in levels if _tier(lookup.column, n) <= choices.max_tier]
        asked = tuple(dict.fromkeys(a for n in levels for a in LEVELS[n].keys.values() if a in KEYED_BY))
        asked += ("site",) if lookup.column in of_sites else ()
        if asked not in alike:
            alike[asked] = _alike(attributes, years, asked)
        firsts, which = alike[asked]
        applies = mask(activities, lookup.only)
        found = np.full((3, len(firsts)), -1, np.int64)
        for n, i in enumerate(firsts if applies is None or applies.any() else ()):
            site = choices.sites.get((attributes[i]["site"], lookup.column))
            if site is not None:
                found[:, n] = codes[site.id], LEVEL_NAMES.index("site"), PERIODS.index("undated")
            else:
                found[:, n] = _find(catalogue, lookup.quantity, levels, attributes[i], years[i], choices)
        pins = pinned.get(lookup.quantity if lookup.column in _PINNED_BY_QUANTITY else lookup.column, [])
        if lookup.only in HELD_INSIDE and applies is not None:
            pins = [(rows & applies, factor) for rows, factor in pins]
        _store(activities, lookup, found[:, which], inverse, applies, table, pins, codes)
        if lookup.column in grid_marks.LOSSES_INSIDE:
            grid_marks.losses_inside(activities, resolved.factors, lookup.column)
    grid_marks.differences_outside_mix(activities, resolved.factors)
    grid_marks.nearer_direct(activities)
    grid_marks.below_direct(activities)


def _distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    code = np.zeros(keys.shape[1], np.int64)
    for key in keys:
        code = code * (int(key.max(initial=0)) + 1) + key
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return keys[:, first], inverse.reshape(-1)


def _alike(
    attributes: Sequence[Mapping[str, str]], years: Sequence[int | None], asked: Sequence[str]
) -> tuple[list[int], NDArray[np.int64]]:
    """Entries that agree in their year and in what is asked for: (first of each kind, kind of each)."""
    kinds: dict[tuple[str | int | None, ...], int] = {}
    firsts: list[int] = []
    which = np.zeros(len(attributes), np.int64)
    for i, (attribute, year) in enumerate(zip(attributes, years, strict=True)):
        which[i] = kinds.setdefault((year, *(attribute[a] for a in asked)), len(kinds))
        if len(kinds) > len(firsts):
            firsts.append(i)
    return firsts, which


def _attributes(
    resolved: Resolved, activities: Activities, place: int, device: int, host: int, stage: str, model: int
) -> dict[str, str]:
    entry, server, known = resolved.devices[device], resolved.hosts[host], resolved.models[model]
    kind = entry.kind if entry is not None else ""
    logged = kind_of(activities.devices[device], entry)
    return {
        **resolved.places[place], "stage": stage, "device": entry.id if entry is not None else "",
        "class": kind, "host": server.id if server is not None else "", "model": known.id if known is not None else "",
        "kind": logged if logged in COMPONENT_KINDS else "", "process": entry.process if entry is not None else "",
        "memory": entry.memory if entry is not None else "",
        "host_class": host_class(entry, resolved.places[place]["cloud"]),
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
            got = by_year(catalogue, candidates, year, choices.forbidden_periods)
            if got is not None:
                return got[0], LEVEL_NAMES.index(name), PERIODS.index(got[1])
    return -1, -1, -1


def by_year(
    catalogue: Catalogue, candidates: Sequence[int], year: int | None, forbidden: frozenset[str]
) -> tuple[int, str] | None:
    """(code, period) of the candidate nearest to a year: of that year, else earlier, else later."""
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
    return (
        _NOT_A_GUESS.get(column, LEVELS[level].tier) if level in ("any", "class", "host_class") else LEVELS[level].tier
    )


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
    activities: Activities, lookup: Lookup, found: NDArray[np.int64], inverse: NDArray[np.int64],
    applies: NDArray[np.bool_] | None, table: NDArray[np.float64],
    pins: list[tuple[NDArray[np.bool_], Factor]] | None, codes: Mapping[str, int],
) -> None:  # fmt: skip
    """Write what was `found` for each distinct key, with its trace, into the rows where it applies."""
    columns, name, rows = activities.columns, lookup.column, activities.rows
    held = columns.get(name)
    stated = constant(rows, False) if held is None else ~np.isnan(held)
    wanted = applies if held is None else ~stated if applies is None else applies & ~stated
    everywhere = (found == found[:, :1]).all() and (wanted is None or (found < 0).all()) and not pins

    def spread(per_key: NDArray[Any], nothing: float) -> NDArray[Any]:
        if everywhere and rows:
            return constant(rows, per_key[0])
        per_row = per_key[inverse]
        if wanted is not None:
            per_row[~wanted] = nothing
        return per_row

    code, level, period = (spread(part.astype(kind), -1) for part, kind in zip(found, _TRACE.values(), strict=True))
    value, low, high = (spread(np.where(found[0] < 0, np.nan, part[found[0]]), np.nan) for part in table)
    for rows_, factor in pins or ():
        if (stated & rows_).any() and held is not None:  # what the run said, for the finding that tells of the pin
            columns[f"{name}__replaced"] = np.where(stated & rows_, held, columns.get(f"{name}__replaced", np.nan))
        at = codes[factor.id]
        code[rows_], level[rows_], period[rows_] = at, LEVEL_NAMES.index("pin"), PERIODS.index("undated")
        value[rows_], low[rows_], high[rows_] = table[:, at]
        stated = stated & ~rows_
    got = code >= 0
    columns[name] = value if held is None else np.where(got, value, held)
    for bound, column in (("low", low), ("high", high)):
        key = f"{name}__{bound}"
        if key in columns:
            columns[key] = np.where(got, column, columns[key])
        elif not np.isnan(column).all():
            columns[key] = column
    before = f"{name}__factor" in columns
    if held is not None:
        fresh = stated & (columns[f"{name}__factor"] < 0 if before else True) & (level < 0)
        level = np.where(fresh, np.int8(LEVEL_NAMES.index("run")), level)
    for part, column in zip(_TRACE, (code, level, period), strict=True):
        key = f"{name}__{part}"
        columns[key] = np.where(got | ~stated, column, columns[key]) if before else column
    tiers = np.asarray([_tier(name, n) for n in LEVEL_NAMES] + [0], np.int8)
    level = columns[f"{name}__level"]
    columns[f"{name}__tier"] = constant(rows, tiers[level[0]]) if everywhere and held is None and rows else tiers[level]
