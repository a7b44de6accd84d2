"""Columns of `nvidia-smi --query-gpu`: by the names of the header, or by what the cells hold where it was left out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

#: power by its names, the better before the worse; another name that begins like it may follow
POWER = ("power.draw", "power.draw.average", "power.draw.instant")
#: names that nvidia-smi gives, or wrappers of it: a table with one of them and a timestamp is one of its
KNOWN = ("power.draw", "utilization.gpu", "memory.used", "temperature.gpu", "clocks.sm", "gpu_util")
UUID = ("uuid", "gpu_uuid")
#: what tells GPUs apart within a machine, and machines
PLACES = ("index", "gpu_index", "pci.bus_id", "gpu_bus_id", "pci.bus", "gpu_serial", "serial")
HOSTS = ("hostname", "host", "node", "nodename")
LOAD = ("utilization.gpu", "gpu_util", "gpu_utilization", "utilization_gpu")
NAME = ("name", "gpu_name")
_UNIT = re.compile(r"\s*[\[(]([\w%]+)[\])]\Z")
STAMP = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?\Z")
_WATTS = re.compile(r"\d+(?:\.\d+)? m?W\Z|\[?N/A\]?\Z|\[Not Supported\]\Z")
_PERCENT = re.compile(r"\d+ %\Z|\[?N/A\]?\Z|\[Not Supported\]\Z")
_TWO_DECIMALS = re.compile(r"\d+\.\d\d\Z|\[?N/A\]?\Z|\[Not Supported\]\Z")
_UUID = re.compile(r"(?:GPU|MIG)-[\w-]+\Z", re.I)
_BUS = re.compile(r"(?:[0-9a-f]{4}){1,2}:[0-9a-f]{2}:[0-9a-f]{2}\.\d\Z", re.I)
_GPU = re.compile(r"(?!P1\d\b)(?:NVIDIA|Tesla|GeForce|Quadro|TITAN|GRID|RTX|GTX|GH\d|GB\d|[A-Z]{1,2}\d{2,4}\b).*\Z")
#: rows by which columns without names are told apart
ROWS = 400


class Columns(NamedTuple):
    """Where the columns stand that count, by number. `inferred`: what was taken for what, where no header says it."""

    width: int
    time: int
    uuid: int | None
    places: tuple[int, ...]
    power: tuple[int, ...]
    unit: str
    load: int | None
    name: int | None
    inferred: bool = False

    @property
    def keys(self) -> tuple[int, ...]:
        """The columns that tell devices apart: the uuid alone, or all others together."""
        return (self.uuid,) if self.uuid is not None else self.places


def names_of(cells: Sequence[str]) -> list[str]:
    """Names of a header without their units."""
    return [_UNIT.sub("", c.strip().lstrip("\ufeff").strip('"')) for c in cells]


def is_header(names: Sequence[str]) -> bool:
    """A timestamp and a property by the name that nvidia-smi gives it."""
    is_known = "timestamp" in names and any(n in KNOWN or n.startswith("power.draw") for n in names)
    return is_known and not any(
        n.endswith(".aip") or n == "module_id" for n in names
    )  # of Gaudi: hl-smi has the same form


def of_header(cells: Sequence[str]) -> Columns | None:
    """The columns that a header names, None where it is none."""
    names = names_of(cells)
    if not is_header(names):
        return None
    powers = [n for n in POWER if n in names] + [n for n in names if n.startswith("power.draw") and n not in POWER]
    unit = _UNIT.search(cells[names.index(powers[0])].strip()) if powers else None

    def place(wanted: Sequence[str]) -> int | None:
        return next((names.index(n) for n in wanted if n in names), None)

    return Columns(
        width=len(names),
        time=names.index("timestamp"),
        uuid=place(UUID),
        places=tuple(n for n, name in enumerate(names) if name in PLACES or name in HOSTS),
        power=tuple(names.index(n) for n in powers),
        unit=unit[1] if unit else "W",
        load=place(LOAD),
        name=place(NAME),
    )


def of_cells(lines: Sequence[str]) -> Columns | None:
    """The columns of rows without header, by the cells of the first rows; None where they are not of nvidia-smi."""
    rows = [[c.strip() for c in line.split(",")] for line in lines[:ROWS]]
    if not rows or len(rows[0]) < 2:
        return None
    count = len(rows[0])
    rows = [row for row in rows if len(row) == count]
    columns = list(zip(*rows, strict=True))
    time = next((n for n, cells in enumerate(columns) if STAMP.match(cells[0])), None)
    if time is None:
        return None

    def fitting(pattern: re.Pattern[str]) -> list[int]:
        wanted = 0.9 * len(rows)  # a torn row must not hide a column
        return [
            n
            for n, cells in enumerate(columns)
            if sum(pattern.match(c) is not None for c in cells) >= wanted and _has_value(cells)
        ]

    power = fitting(_WATTS)
    if not power:
        power = [n for n in fitting(_TWO_DECIMALS) if n != time]
    varying = [n for n in power if len({c for c in columns[n] if c[:1].isdigit()}) > 1]
    power = (varying or power)[:1]  # a limit stays as it is; the draw does not
    load = fitting(_PERCENT)
    uuid, bus, name = fitting(_UUID), fitting(_BUS), fitting(_GPU)
    if not (power or load or uuid or bus or name):
        return None
    index = [n for n, cells in enumerate(columns) if n != time and _counts(cells)]
    return Columns(count, time, uuid[0] if uuid else None, tuple(bus[:1] or index[:1]), tuple(power), "W",
                   load[0] if len(load) == 1 else None, name[0] if name else None, inferred=True)  # fmt: skip


def _has_value(cells: Sequence[str]) -> bool:
    return any(c[:1] not in ("", "[", "N") or c.startswith("NV") for c in cells)


def _counts(cells: Sequence[str]) -> bool:
    """Whether a column counts 0, 1, ... over and over, as the index of two or more GPUs does."""
    if not all(c.isdigit() and len(c) <= 2 for c in cells):
        return False
    numbers = [int(c) for c in cells]
    size = max(numbers) + 1
    return 2 <= size <= len(numbers) and all(b == (a + 1) % size for a, b in itertools.pairwise(numbers))
