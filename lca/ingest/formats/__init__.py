"""Formats of logs by others: one file per format, found by walking this folder and the entry points `lca.formats`.

A module holds `FORMAT`, `claims(head)` and `read(log)`. Content decides which format a file has, never its name alone.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, NamedTuple

from lca.errors import Fault, InputError, nearest, shorten
from lca.ingest.log import Head, Log
from lca.ingest.pieces import Pieces
from lca.reading import Reading


@dataclass(frozen=True)
class Format:
    """What `lca formats` tells of a format: what a file gives, and what it lacks and must come from elsewhere.

    `sums`: whether its records are sums over runs, as in a bill, with no id that the log of a run would know.
    """

    name: str
    title: str
    gives: str
    lacks: str
    sums: bool = False


#: what stands before the hash of a device in `Found.hosts`: a host that the log names beyond doubt
DEVICE = "device:"


class Note(NamedTuple):
    """Something to tell of a record that was taken: a finding of a check in `lca.checks`."""

    code: str
    message: str
    field: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Found:
    """A run as `lca-run/1` would write it, without its provenance; the rows on which it rests, and what to tell of it.

    What the file does not say is left out: id, system and stage are filled in later, and told. `reading` belongs to the last
    record of `energy`, where that was made of samples. `source` is the file on which it rests, where that is one beside the file
    that was claimed. `host` tells one machine from another where the energy is that of the whole machine, whatever ran on it.
    `weight` is how much of that machine the record had (devices or processor cores), where several share it, `nodes` how many such
    machines it had; `hosts` names them. `resolution` (s) is that of its times: windows that overlap by no more may follow each other.
    `pieces` are the rows of which a record is a sum, where another export may hold some of them again. `part_of` is the id of a run of which this one is a part: it is left out where that one is there. `labels` are what `assign`
    rules may look at (job, partition, project...) and the report does not show. An energy without `boundary` gets one from an
    `assign` rule or is not used.
    """

    record: dict[str, Any]
    rows: int | list[int]
    notes: tuple[Note, ...] = ()
    producer: str = ""
    producer_version: str = ""
    reading: Reading | None = None
    source: Log | None = None
    host: str = ""
    hosts: tuple[str, ...] = ()
    weight: float = math.nan
    identity: str = ""
    position: float = math.nan
    resolution: float = 0.0
    pieces: Pieces | None = None
    part_of: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Adapter:
    """A format with its two functions.

    `read` may raise InputError; what is wrong with single rows it yields as Fault, what is to be told of the file as Note.
    """

    format: Format
    claims: Callable[[Head], bool]
    read: Callable[[Log], Iterator[Found | Fault | Note]]
    module: str = field(default="")


@cache
def adapters() -> dict[str, Adapter]:
    """All formats by name, those of this folder first."""
    modules: list[ModuleType] = [
        importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)
    ]
    modules += [point.load() for point in sorted(entry_points(group="lca.formats"), key=lambda p: p.name)]
    made: dict[str, Adapter] = {}
    for module in modules:
        made.setdefault(module.FORMAT.name, Adapter(module.FORMAT, module.claims, module.read, module.__name__))
    return made


#: the run log of lca itself
OWN = "lca-run"


def is_own(head: Head, log_format: str = "", is_named: bool = True) -> bool:
    """Whether a file is read as a run log of lca itself: it says so, or was named and is JSON or ends like it.

    A JSON file that lies in a folder must hold what a run holds: many programs leave JSON behind.
    """
    if log_format:
        return log_format == OWN
    if "lca-run/1" in head.text:
        return True
    if not is_named:
        return '"stage"' in head.text and '"id"' in head.text
    return head.name.endswith((".json", ".jsonl", ".ndjson")) or head.text.lstrip()[:1] in ("{", "[") or not head.data


def choose(where: str, head: Head, log_format: str) -> Adapter | None:
    """The one format that claims a file, None for lca's own and for a file that none claims. Raises InputError for two claims."""
    if log_format == OWN or (not log_format and "lca-run/1" in head.text):
        return None
    known = adapters()
    if log_format:
        if log_format not in known:
            near = nearest(log_format, set(known) | {OWN})
            raise InputError("--log-format", "no such format", f"The nearest is {near}." if near else "`lca formats` lists them.", shorten(log_format))  # fmt: skip
        if not known[log_format].claims(head):
            raise InputError(where, f"not in the format {log_format}: its begin lacks what such a file holds", "Correct the file or --log-format.")  # fmt: skip
        return known[log_format]
    found = [adapter for adapter in known.values() if adapter.claims(head)]
    if len(found) > 1:
        names = ", ".join(a.format.name for a in found)
        raise InputError(where, f"several formats claim it: {names}", f"Say which with --log-format, such as --log-format {found[0].format.name}.")  # fmt: skip
    return found[0] if found else None


def unknown(where: str) -> Fault:
    """What to tell of a file that was named, and that no format claims."""
    return InputError(
        where,
        "in no format that lca knows",
        "`lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`.",
    ).fault
