"""Whether a table holds samples over time, and which of its columns are time, values and devices: for a draft of a mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from lca.ingest import guess_columns, guess_rows
from lca.ingest.guess_columns import Column, is_energy, is_power, part_of

_TIME_WORDS = (
    "time", "timestamp", "date", "datetime", "zeit", "zeitstempel", "datum", "uhrzeit", "epoch", "ts", "when",
    "stamp", "t",
)  # fmt: skip
_DEVICES = (
    "uuid", "index", "gpu", "device", "card", "detail", "sensor", "socket", "rank", "id", "name", "host",
    "hostname", "node", "server", "container",
)  # fmt: skip
#: words of a name that say what its column counts
_COUNTER, _INTERVAL = ("cumulative", "counter", "accumulated", "cum"), ("delta", "interval", "diff", "difference")
_RUN = re.compile(r"(run|job|experiment|task|trial)(_?(id|name))?")
#: rows from which on a table can be a series
FEWEST = 3


class Series(NamedTuple):
    """Samples over time: their columns, what tells devices and runs apart, and columns that hold the same once more."""

    time: Column
    relative: bool
    kind: str  # power, counter or energy
    values: list[Column]
    sums: list[Column]
    others: list[Column]
    devices: list[Column]
    run: Column | None
    clock: Column | None = None  # the time of day, where `time` holds days alone

    @property
    def dimension(self) -> str:
        """What its columns measure."""
        return "power" if self.kind == "power" else "energy"

    @property
    def boundary(self) -> str:
        """What its energy is the energy of, where the names say so."""
        if (
            not guess_columns.boundary(self.values)
            and len(self.devices) == 1
            and not any(part_of(c) for c in self.values)
        ):
            return guess_columns.boundary(self.devices)
        return guess_columns.boundary(self.values)


def series(table: Sequence[Column], is_meter: bool = False) -> Series | None:
    """The samples of a table; None where each row is a run. `is_meter`: it is a log of energy per interval, whatever its names."""
    powers = [column for column in table if is_power(column)]
    energies = [column for column in table if is_energy(column)]
    time, relative = _time(table)
    if time is None or len(time.values) < FEWEST:
        return None
    is_named = any(column.header.words and not re.fullmatch(r"column\d+", column.name) for column in table)
    if is_meter:
        energies = [column for column in table if column.name == "value"]
    elif not is_named and not powers and not energies:
        powers = [column for column in table if column.numbers and column is not time]
    values = _better(powers, energies)
    if not values:
        return None
    clock = guess_columns.clock_of(time, table)
    keys = guess_rows.fields([column for column in table if column not in (time, clock) and column not in values])
    if (
        is_named
        and not is_meter
        and (keys.keys() & {"start", "end", "duration", "device_hours"} or (values is energies and "id" in keys))
    ):
        return None
    devices = _devices([column for column in table if column is not time and column not in values], time)
    kind = "power" if values is powers else _kind(energies, devices) if not is_meter else "energy"
    kept, others = guess_columns.alternatives(values)
    kept, sums, within = _whole(kept)
    run = next(
        (
            c
            for c in table
            if c not in values
            and c not in devices
            and _RUN.fullmatch(c.header.joined)
            and len(set(c.values)) * FEWEST <= len(c.raw)
        ),
        None,
    )
    return Series(time, relative, kind, kept, sums, [*others, *within], devices, run, clock)


def _better(powers: list[Column], energies: list[Column]) -> list[Column]:
    """Power or energy: that whose unit is known, power first."""
    known = [[c for c in columns if c.unit] for columns in (powers, energies)]
    return powers if known[0] else energies if known[1] else powers or energies


def _time(table: Sequence[Column]) -> tuple[Column | None, bool]:
    """The column of times, and whether they count from an unknown moment."""
    dated = [
        column
        for column in table
        if column.moment is not None and not column.header.has("start", "begin", "end", "stop")
    ]
    named = [column for column in dated if column.header.has(*_TIME_WORDS)]
    if dated:
        return (named or dated)[0], False
    for column in table:
        is_time = column.header.has(*_TIME_WORDS, "elapsed", "seconds") or column.dimension == "time"
        if is_time and (column.clock or column.numbers is not None) and not column.header.is_ratio and _goes_on(column):
            return column, True
    return None, False


def _goes_on(column: Column) -> bool:
    """Whether times only go on, from row to row."""
    if column.numbers is not None:
        return guess_columns.rises(column, [])
    seconds = [guess_columns.seconds(cell) for cell in column.values]
    return len(seconds) >= FEWEST and all(a <= b for a, b in pairwise(seconds)) and seconds[0] < seconds[-1]


def _kind(energies: Sequence[Column], devices: Sequence[Column]) -> str:
    """Whether energy over time is a counter or what was used since the line before."""
    if any(column.header.has(*_INTERVAL) for column in energies):
        return "energy"
    if all(column.header.has(*_COUNTER) for column in energies):
        return "counter"
    groups = [column.raw for column in devices]
    if all(guess_columns.rises(column, groups) for column in energies):
        return "counter"
    return "energy"


def _devices(table: Sequence[Column], time: Column) -> list[Column]:
    """Columns that tell devices apart: one if that is enough for each device to have one sample at a time, else two."""
    several = [
        c
        for c in table
        if c.header.has(*_DEVICES) and len(set(c.values)) > 1 and len(set(c.values)) * 2 <= len(c.values) == len(c.raw)
    ]
    several.sort(key=lambda c: min(_DEVICES.index(word) for word in c.header.words if word in _DEVICES))
    for column in several:
        if _is_unique(time, [column]):
            return [column]
    for n, column in enumerate(several):
        for other in several[n + 1 :]:
            if _is_unique(time, [column, other]):
                return [column, other]
    return several[:1]


def _is_unique(time: Column, keys: Sequence[Column]) -> bool:
    rows = list(zip(time.raw, *(key.raw for key in keys), strict=True))
    return len(set(rows)) == len(rows)


def _whole(values: list[Column]) -> tuple[list[Column], list[Column], list[Column]]:
    """The columns that add up, those that are their sum, and those that lie within others."""
    sums: list[Column] = []
    for column in list(values):
        rest = [c for c in values if c is not column and c not in sums]
        is_named = column.header.has("total", "sum", "all")
        if (len(rest) > 1 or (rest and is_named)) and guess_columns.is_sum(column, rest):
            sums.append(column)
    kept = [column for column in values if column not in sums]
    outer = [
        column
        for column in kept
        if part_of(column) in ("node", "rack", "facility") or (not part_of(column) and column.header.has("total"))
    ]
    if outer and len(outer) < len(kept):
        return outer, sums, [column for column in kept if column not in outer]
    return kept, sums, []
