"""What makes an interval as wide as it is.

Inputs are moved to the ends of their 95 % intervals one at a time (one-at-a-time sensitivity, JCGM 101:2008, annex B),
through the same rules on the same rows. Half of what a move changes, over 1.96, stands for a standard deviation: its
square is the input's contribution to variance, of first order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.distribution import Z, bounds
from lca.engine.kernel import Array
from lca.engine.outer import Outer
from lca.engine.sampling import Kind, Model, blocks, matrix
from lca.engine.spreads import CERTAIN, OWN, Source, of_row
from lca.engine.uncertainty import Sampler, moved

Rows = NDArray[np.int64]
#: values of an input in some rows -> its values when it is moved
Shift = Callable[[Rows, Array], Array]
#: changes at the lower and the upper end (and when raised by a tenth), one number for each block of rows
Sums = tuple[list[float], ...]
#: how far a parameter is moved beside its interval, as a share
STEP = 0.1


class Parameter(NamedTuple):
    """Inputs that mean one thing to a reader. `datum` names the statement of a run that would take their place."""

    id: str
    label: str
    columns: tuple[str, ...]
    advice: str
    datum: str


_METER = "Meter the energy of the nodes and log it with its boundary and method"
PARAMETERS = (
    Parameter("grid", "Grid factor", ("grid_lifecycle", "grid_direct", "grid_stand_in", "stated_factor", "stated_factor_whole",
              "stated_factor_direct", "stated_factor_lifecycle", "hourly_lifecycle", "hourly_direct"),
              "State the place and date of each run, or the factor of its supplier", "stated_factor"),
    Parameter("pue", "PUE", ("pue",), "State the PUE of the facility, measured over a year", "pue"),
    Parameter("lifetime", "Lifetime of the hardware", ("device_lifetime", "host_lifetime"),
              "State the lifetime over which the hardware is used", ""),
    Parameter("utilisation", "Utilisation", ("utilisation", "active_share", "lifetime_utilisation", "efficiency", "default_mfu"),
              _METER, "metered_node"),
    Parameter("host", "Share of the host", ("accelerator_share", "host_power", "server_power", "inference_host_power"),
              _METER, "metered_node"),
    Parameter("load", "Load factor", ("default_load", "idle_share"), _METER, "metered_node"),
    Parameter("power", "Power of the devices", ("device_power_accelerator", "device_power_node", "curve_power", "rated_power",
              "node_power", "idle_power", "device_server_power", "memory_power_per_gb"), _METER, "metered_node"),
    Parameter("energy", "Energy as logged", tuple(f"metered_{b}" for b in ("facility", "it", "rack", "node", "component_sum", "accelerator")),
              _METER, "metered_node"),
    Parameter("tokens", "Energy per token", ("inference_fit_ratio", "batch_size", "stated_latency", "flops_per_parameter_token"),
              _METER, "metered_node"),
    Parameter("embodied", "Embodied footprint of the hardware", ("embodied_device", "embodied_class", "embodied_device_with_host",
              "embodied_server", "embodied_host", "embodied_fit_device", "stated_device_embodied", "stated_host_embodied", "wafer_embodied",
              "memory_embodied_per_gb", "defect_density", "die_memory_share", "ic_packaging_embodied", "die_area", "part_embodied_per_gb",
              "part_embodied_per_area", "part_embodied_base", "part_density", "end_of_life_share"),
              "Ask the vendor for the product's footprint and state it as `embodied`", "stated_device_embodied"),
)  # fmt: skip
OTHER = Parameter("other", "Other inputs", (), "", "")
PARAMETER_OF = {column: p for p in PARAMETERS for column in p.columns}


class Contribution(NamedTuple):
    """One source: how far its ends move the figure, and its contribution to variance. `source` None: statements of `runs`."""

    column: str
    source: Source | None
    low: float
    high: float
    variance: float
    runs: int
    run: int = -1  # the run whose statement contributes most


class Effect(NamedTuple):
    """One parameter: the change of the figure at its lower and upper end, and when it rises by a tenth."""

    parameter: Parameter
    low: float
    high: float
    step: float
    variance: float


def _walk(
    model: Model, name: str, shifts: Callable[[Kind], Sequence[tuple[Any, Mapping[str, Shift]]]], rank: Rows
) -> Iterator[tuple[Rows, list[Any], Array]]:
    """Changes of a quantity, rows by moves, for each block of rows of a kind, in the order of `rank`.

    So blocks are the same in whatever order the rows come, and with them their sums to the last bit.
    """
    for kind in model.kinds(model.rows):
        made = shifts(kind)
        cells = dict.fromkeys((column for _, held in made for column in held), 0)
        varies = model.varies(kind, cells)
        if not varies[name]:
            continue
        made = [(key, held) for key, held in made if any(varies.get(column) for column in held)]

        def fill(column: str, rows: Rows, made: Sequence[tuple[object, Mapping[str, Shift]]] = made) -> Array:
            values = model.columns[column][rows]
            out = np.repeat(values[:, None], len(made), axis=1)
            for at, (_, held) in enumerate(made):
                if column in held:
                    out[:, at] = held[column](rows, values)
            return out

        for part in blocks(kind.rows[np.argsort(rank[kind.rows], kind="stable")], len(made)):
            got = model.evaluate(kind, part, [name], varies, fill, matrix)[name]
            change = np.broadcast_to(got, (len(part), len(made))) - model.results[name][part][:, None]
            yield part, [key for key, _ in made], np.nan_to_num(change, nan=0.0, posinf=0.0, neginf=0.0)


def _ends(model: Model, kind: Kind, column: str) -> tuple[Shift, Shift]:
    """Moves of an input of a kind of rows to the ends of its interval."""
    cell, limits = kind.cell.get(column, CERTAIN), model.spreads.limits(column)

    def to(end: int) -> Shift:
        def shift(rows: Rows, values: Array) -> Array:
            if cell == CERTAIN:
                return values
            if cell == OWN:
                return np.asarray([bounds(of_row(model.columns, column, r, limits))[end] for r in rows.tolist()])
            source = model.spreads.sources[cell]
            end_of = np.asarray([bounds(source.distribution)[end]])
            made = moved(source, end_of, values, limits[0])
            return np.asarray(made.dense() if isinstance(made, Outer) else made)[:, 0]

        return shift

    return to(0), to(1)


def study(sampler: Sampler, name: str) -> tuple[list[Contribution], list[Effect]]:
    """What each source of a quantity's width contributes to its variance, and its sensitivity by parameter; the largest first.

    Statements of runs that have an interval of their own are one contribution per input.
    """
    model = sampler.model
    shared: dict[str, tuple[Source, Sums]] = {}
    own: dict[str, Array] = {}
    sums: dict[str, Sums] = {}
    by_name = np.argsort(np.argsort(np.asarray(sampler.identity), kind="stable"))[sampler.run_of_row]

    def shifts(kind: Kind) -> list[tuple[Any, Mapping[str, Shift]]]:
        return [*_of_sources(model, kind), *_of_parameters(model, kind)]

    for rows, keys, change in _walk(model, name, shifts, by_name):
        whole = change.sum(axis=0).tolist()
        for at, (key, end) in enumerate(keys):
            if isinstance(key, Source):
                shared.setdefault(key.name, (key, ([], [])))[1][end].append(whole[at])
            elif isinstance(key, Parameter):
                sums.setdefault(key.id, ([], [], []))[end].append(whole[at])
            else:
                held = own.setdefault(key, np.zeros((2, len(sampler.identity))))
                np.add.at(held[end], sampler.run_of_row[rows], change[:, at])
    found = _contributions(shared, own)
    return found, _effects(sums, found)


def _of_sources(model: Model, kind: Kind) -> Iterator[tuple[Any, Mapping[str, Shift]]]:
    """Each source to both ends of its interval, with all inputs that it gives; a statement is named by its column."""
    held: dict[Any, tuple[dict[str, Shift], dict[str, Shift]]] = {}
    first: dict[str, Source] = {}  # one source may stand for several columns
    for column, cell in kind.cell.items():
        if cell != CERTAIN:
            source = None if cell == OWN else model.spreads.sources[cell]
            key: Any = column if source is None else first.setdefault(source.name, source)
            ends = held.setdefault(key, ({}, {}))
            for end, shift in zip(ends, _ends(model, kind, column), strict=True):
                end[column] = shift
    for key, ends in held.items():
        yield from (((key, end), part) for end, part in enumerate(ends))


def _of_parameters(model: Model, kind: Kind) -> Iterator[tuple[Any, Mapping[str, Shift]]]:
    """Each parameter to both ends, and raised by a tenth, all its inputs together."""
    for p in PARAMETERS:
        columns = [c for c in p.columns if c in model.columns and c in model.plan.inputs]
        if columns:
            ends = {c: _ends(model, kind, c) for c in columns}
            yield from (((p, end), {c: ends[c][end] for c in columns}) for end in (0, 1))
            yield (p, 2), {c: _tenth(model, c) for c in columns}


def _contributions(shared: Mapping[str, tuple[Source, Sums]], own: Mapping[str, Array]) -> list[Contribution]:
    out = []
    for source, ends in shared.values():
        first, last = (math.fsum(end) for end in ends)
        out.append(Contribution(source.column, source, first, last, ((last - first) / (2 * Z)) ** 2, 0))
    for column, moves in own.items():
        each = (moves[1] - moves[0]) / (2 * Z)
        down, up = (
            math.sqrt(math.fsum((side**2).tolist()))
            for side in (np.minimum(moves[0], moves[1]), np.maximum(moves[0], moves[1]))
        )
        who = int(np.argmax(np.abs(each)))
        variance = math.fsum((each**2).tolist())
        out.append(Contribution(column, None, -down, up, variance, int((each != 0).sum()), who))
    found = [c for c in out if c.variance > 0]
    return sorted(found, key=lambda c: (-c.variance, c.column, c.source.name if c.source else ""))


def _effects(sums: Mapping[str, Sums], found: Sequence[Contribution]) -> list[Effect]:
    variance: dict[str, float] = {}
    for c in found:
        p = PARAMETER_OF.get(c.column, OTHER)
        variance[p.id] = variance.get(p.id, 0.0) + c.variance
    out = []
    for p in PARAMETERS:
        low, high, step = (math.fsum(moves) for moves in sums.get(p.id, ((), (), ())))
        if low or high or step:
            out.append(Effect(p, low, high, step, variance.get(p.id, 0.0)))
    return sorted(out, key=lambda e: -abs(e.high - e.low))


def _tenth(model: Model, column: str) -> Shift:
    floor, ceiling = model.spreads.limits(column)

    def shift(rows: Rows, values: Array) -> Array:
        return np.clip(values * (1 + STEP), floor, ceiling)

    return shift
