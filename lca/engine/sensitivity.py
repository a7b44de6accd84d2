"""What makes an interval as wide as it is.

Inputs are moved to the ends of their 95 % intervals one at a time (one-at-a-time sensitivity, JCGM 101:2008, annex B),
through the same rules on the same rows. Half of what a move changes, over 1.96, stands for a standard deviation: its
square is the input's contribution to variance, of first order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.distribution import Z, bounds
from lca.engine.kernel import Array
from lca.engine.sampling import Kind, Model, matrix
from lca.engine.spreads import OWN, Source, of_row
from lca.engine.uncertainty import Sampler, moved

Rows = NDArray[np.int64]
#: values of an input in the rows of a kind -> its values when it is moved
Shift = Callable[[Kind, Array], Array]
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
              "embodied_server", "embodied_computer", "embodied_host", "embodied_fit_device", "stated_device_embodied", "stated_host_embodied", "wafer_embodied",
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
    model: Model, name: str, moves: Callable[[Kind], Iterable[Move]], rank: Rows
) -> Iterator[tuple[Kind, list[Move], Array]]:
    """Changes of a quantity, rows by moves, for each block of rows of a kind, in the order of `rank`.

    So blocks are the same in whatever order the rows come, and with them their sums to the last bit.
    """
    for kind in model.kinds():
        made = list(moves(kind))
        varies = model.varies(kind, dict.fromkeys((column for m in made for column in m.shifts), 0))
        if not varies[name]:
            continue
        made = [m for m in made if any(varies.get(column) for column in m.shifts)]

        def fill(column: str, part: Kind, made: Sequence[Move] = made) -> Array:
            values = model.columns[column][part.rows]
            out = np.repeat(values[:, None], len(made), axis=1)
            done: dict[int, Array] = {}
            for at, m in enumerate(made):
                shift = m.shifts.get(column)
                if shift is not None:  # a source and its parameter share their moves
                    if id(shift) not in done:
                        done[id(shift)] = shift(part, values)
                    out[:, at] = done[id(shift)]
            return out

        ordered = kind.part(np.argsort(rank[kind.rows], kind="stable"))
        for part in ordered.blocks(len(made)):
            got = model.evaluate(part, [name], varies, fill, matrix)[name]
            change = np.broadcast_to(got, (len(part.rows), len(made))) - model.results[name][part.rows][:, None]
            yield part, made, np.nan_to_num(change, nan=0.0, posinf=0.0, neginf=0.0)


def _ends(model: Model, column: str, own: bool) -> tuple[Shift, Shift]:
    """Moves of an uncertain input to the ends of its interval: that of its source, or of what its run states."""
    limits = model.spreads.limits(column)

    def to(end: int) -> Shift:
        def shift(part: Kind, values: Array) -> Array:
            if own:
                held = [bounds(of_row(model.columns, column, r, limits))[end] for r in part.rows.tolist()]
                return np.asarray(held)
            sources = [model.spreads.sources[cell] for cell in part.cell[column].tolist()]
            at = np.asarray([bounds(s.distribution)[end] for s in sources])
            made = [moved(s, np.asarray([x]), limits[0]) for s, x in zip(sources, at.tolist(), strict=True)]
            factor = np.asarray([m.factor[0] for m in made])
            amount = np.asarray([0.0 if m.amount is None else m.amount[0] for m in made])
            exact = np.asarray([s.distribution.value if s.factor >= 0 else np.nan for s in sources])
            around = limits[0] + (values - limits[0]) * factor[part.of] + amount[part.of]
            return np.where(values == exact[part.of], at[part.of], around)

        return shift

    return to(0), to(1)


def study(sampler: Sampler, name: str) -> tuple[list[Contribution], list[Effect]]:
    """What each source of a quantity's width contributes to its variance, and its sensitivity by parameter; the largest first.

    Statements of runs that have an interval of their own are one contribution per input.
    """
    model = sampler.model
    sources = model.spreads.sources
    shared = np.zeros((len(sources), 2))
    own: dict[str, Array] = {}
    sums: dict[str, Array] = {}
    by_name = np.argsort(np.argsort(np.asarray(sampler.identity), kind="stable"))[sampler.run_of_row]
    for part, moves, change in _walk(model, name, lambda kind: _moves(model, kind), by_name):
        for at, m in enumerate(moves):
            if m.parameter is not None:
                sums.setdefault(m.parameter.id, np.zeros(3))[m.end] += change[:, at].sum()
            elif m.own:
                held = own.setdefault(m.column, np.zeros((2, len(sampler.identity))))
                np.add.at(held[m.end], sampler.run_of_row[part.rows], change[:, at])
            else:
                np.add.at(shared[:, m.end], part.cell[m.column][part.of], change[:, at])
    found = _contributions(sources, shared, own)
    return found, _effects(sums, found)


class Move(NamedTuple):
    """Some inputs moved together to one end: those of the source of `column`, or of a parameter (2: raised by a tenth)."""

    shifts: Mapping[str, Shift]
    end: int
    column: str = ""
    own: bool = False
    parameter: Parameter | None = None


def _moves(model: Model, kind: Kind) -> Iterator[Move]:
    """Each source to both ends of its interval, with all inputs that it gives; then each parameter, also raised by a tenth."""
    ends: dict[str, tuple[Shift, Shift]] = {}
    together: dict[str, list[str]] = {}  # first input of a source -> all of them
    columns = list(model.spreads.cell)
    for column, cell in kind.cell.items():
        own = bool(cell[0] == OWN)
        ends[column] = _ends(model, column, own)
        leader = column if own else columns[int(model.spreads.leaders[column][kind.rows[0]])]
        together.setdefault(leader, []).append(column)
    for leader, held in together.items():
        for end in (0, 1):
            yield Move({c: ends[c][end] for c in held}, end, leader, bool(kind.cell[leader][0] == OWN))
    for p in PARAMETERS:
        mine = [c for c in p.columns if c in model.columns and c in model.plan.inputs]
        moving = [c for c in mine if c in ends]
        for end in (0, 1) if moving else ():
            yield Move({c: ends[c][end] for c in moving}, end, parameter=p)
        if mine:
            yield Move({c: _tenth(model, c) for c in mine}, 2, parameter=p)


def _contributions(sources: Sequence[Source], shared: Array, own: Mapping[str, Array]) -> list[Contribution]:
    out = []
    named: dict[str, tuple[Source, list[Array]]] = {}  # sources of one name are drawn as one
    for source, moves in zip(sources, shared, strict=True):
        named.setdefault(source.name, (source, []))[1].append(moves)
    for source, held in named.values():
        first, last = (math.fsum(m[end] for m in held) for end in (0, 1))
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


def _effects(sums: Mapping[str, Array], found: Sequence[Contribution]) -> list[Effect]:
    variance: dict[str, float] = {}
    for c in found:
        p = PARAMETER_OF.get(c.column, OTHER)
        variance[p.id] = variance.get(p.id, 0.0) + c.variance
    out = []
    for p in PARAMETERS:
        low, high, step = sums.get(p.id, np.zeros(3)).tolist()
        if low or high or step:
            out.append(Effect(p, low, high, step, variance.get(p.id, 0.0)))
    return sorted(out, key=lambda e: -abs(e.high - e.low))


def _tenth(model: Model, column: str) -> Shift:
    floor, ceiling = model.spreads.limits(column)

    def shift(part: Kind, values: Array) -> Array:
        return np.clip(values * (1 + STEP), floor, ceiling)

    return shift
