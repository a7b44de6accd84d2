"""Formats of logs by others: one file per format, found by walking this folder and the entry points `lca.formats`.

A module holds `FORMAT`, `claims(head)` and `read(log)`. Content decides which format a file has, never its name alone.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, NamedTuple

from pydantic_core import from_json

from lca.errors import Fault, InputError, nearest, shorten
from lca.ingest import detect, spreadsheet_tables, unreadable
from lca.ingest.log import HEAD, Head, Log
from lca.ingest.pieces import Pieces
from lca.language import listed, plural, said
from lca.reading import Reading


@dataclass(frozen=True)
class Format:
    """What `lca formats` tells of a format: what a file gives, and what it lacks and must come from elsewhere.

    `sums`: whether its records are sums over runs, as in a bill, with no id that the log of a run would know. `marks`: columns
    of its table, or keys of its JSON, that no such file lacks, one tuple per kind of file: by them a file is near to it.
    """

    name: str
    title: str
    gives: str
    lacks: str
    sums: bool = False
    marks: tuple[tuple[str, ...], ...] = ()


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
    Where it is that of several machines, or a log names them beyond doubt, `hosts` holds the hash of each; `weight` is then what the record
    had of them (allocated devices, else cores), by which a machine is shared. `resolution` (s) is that of its times: windows that overlap
    by no more may follow each other. `pieces` are the rows of which a record is a sum, where another export may hold some of them again.
    `part_of` is the id of a run of which this one is a part: it is left out where that one is there. `labels` are what `assign` rules may
    look at (job, partition, project...) and the report does not show. An energy without `boundary` gets one from an
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


#: that a document says it is a run log, of whatever version
_SAYS_SO = re.compile(r'"schema"\s*:\s*"lca-run')
#: keys of a run log that few other programs use together: a document with both of `_OWN_KEYS` or three of these is one
_OWN_KEYS = frozenset(("system", "stage"))
_USUAL_KEYS = _OWN_KEYS | {"devices", "duration", "location", "facility", "energy", "electricity", "work", "declared"}


def is_own(head: Head, log_format: str = "", is_named: bool = True) -> bool:
    """Whether a file is read as a run log of lca itself: it says so, or it is JSON whose records look like runs.

    JSON of which that cannot be told, since it is empty or broken, is one where it was named, not where it lies in a folder:
    many programs leave JSON behind.
    """
    if log_format:
        return log_format == OWN
    if result_of_lca(head) or unreadable.kind_of(head) is not None:
        return False
    if "lca-run/1" in head.text or _SAYS_SO.search(head.text):
        return True
    if not detect.is_json(head):
        return is_named and (head.name.endswith((".json", ".jsonl", ".ndjson")) or not head.data)
    known = detect.record_keys(head.text) | head.keys
    if known >= _OWN_KEYS or len(known & _USUAL_KEYS) > 2:
        return is_named or "id" in known
    return is_named and (known <= {"runs", "declared"} or _is_broken(head))


#: a document that lca wrote itself says so in its first key
_RESULT = re.compile(r'\A\ufeff?\s*\{\s*"schema"\s*:\s*"(lca-(?!run/)[a-z-]{1,40}/\d+)"')


def result_of_lca(head: Head) -> str:
    """The schema of a document that lca wrote and that holds no runs, such as `lca-assessment/1`; empty for all else."""
    match = _RESULT.match(head.text)
    return match[1] if match else ""


def _is_broken(head: Head) -> bool:
    """Whether a document that is seen whole is no JSON, nor its first line."""
    if len(head.data) >= HEAD:
        return False
    for text in (head.text, head.lines[0]):
        try:
            from_json(text.lstrip("\ufeff"))
        except ValueError:
            continue
        return False
    return True


def choose(log: Log, log_format: str) -> Adapter | None:
    """The one format that claims a file, None for lca's own and for a file that none claims. Raises InputError for two claims.

    Where the begin of the file does not show what it is, all of it is looked into, and `log.head` tells more than before.
    """
    if log_format == OWN or (not log_format and ("lca-run/1" in log.head.text or result_of_lca(log.head))):
        return None
    known = adapters()
    if log_format and log_format not in known:
        near = nearest(log_format, set(known) | {OWN})
        raise InputError("--log-format", "no such format", f"The nearest is {near}." if near else "`lca formats` lists them.", shorten(log_format))  # fmt: skip
    asked = [known[log_format]] if log_format else list(known.values())
    found = [adapter for adapter in asked if adapter.claims(log.head)]
    if not found and (head := detect.wider(log)) is not None:
        log.head = head
        if not log_format and "lca-run/1" in head.text:
            return None
        found = [adapter for adapter in asked if adapter.claims(head)]
    if not found and not detect.is_json(log.head):
        found = _with_commas(log, asked)
    if log_format and not found:
        raise InputError(log.shown, f"not in the format {log_format}: its begin lacks what such a file holds", "Correct the file or --log-format.")  # fmt: skip
    if len(found) > 1:
        names = ", ".join(a.format.name for a in found)
        raise InputError(log.shown, f"several formats claim it: {names}", f"Say which with --log-format, such as --log-format {found[0].format.name}.")  # fmt: skip
    return found[0] if found else None


def _with_commas(log: Log, asked: list[Adapter]) -> list[Adapter]:
    """The formats that claim a table with other delimiters once it has commas; `log` then gives it so."""
    text = log.head.text
    for form in spreadsheet_tables.forms(text):
        made = "\n".join(map(form.line, text.split("\n")))
        head = log.head._replace(text=made, data=made.encode())
        found = [adapter for adapter in asked if adapter.claims(head)]
        if found:
            log.give_with_commas(form, head)
            return found
    return []


def nearly(head: Head) -> str:
    """What a file lacks of the format that it is nearest to, as part of a sentence; empty where it is near to none."""
    if detect.is_json(head):
        names, what = {*_KEY.findall(head.text), *head.keys}, "key"
    else:
        first = head.lines[0] if head.lines else ""
        sign = max(",;\t|", key=first.count)
        names, what = {n.strip().strip('"') for n in first.lstrip("\ufeff# ").split(sign)}, "column"
    folded = {_fold(name) for name in names}
    best, score = "", 0.0
    for adapter in adapters().values():
        for marks in adapter.format.marks:
            missing = [m for m in marks if _fold(m) not in folded]
            share = 1 - len(missing) / len(marks)
            if missing and len(marks) - len(missing) >= 2 and share >= NEAR and share > score:
                score = share
                lacks = plural(
                    len(missing), "the {what} {names}", "the {what}s {names}", what=what, names=listed(missing)
                )
                best = said("it is nearest to {format}, but lacks {lacks}", format=adapter.format.name, lacks=lacks)
    return best


#: share of the marks of a format from which a file is near to it
NEAR = 0.6
_KEY = re.compile(r'"([^"\\]{1,60})"\s*:')


def _fold(name: str) -> str:
    """A name of a column without its unit, case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"[\[(][^\])]*[\])]", "", name.lower()))


#: a mapping is for tables
_TABLE = "`lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`."
_SINGLE = "`lca formats` lists them; name one with --log-format, or write its records as a table and draft a mapping with `lca convert --guess`."  # fmt: skip


def unknown(where: str, head: Head | None = None) -> Fault:
    """What to tell of a file that was named, and that no format claims; with what it is nearest to."""
    schema = result_of_lca(head) if head is not None else ""
    if schema:
        return InputError(
            where, f"{schema}, a result of lca, which holds no runs", "Give the logs on which it rests."
        ).fault
    if head is not None and (kind := unreadable.kind_of(head)) is not None:
        return InputError(where, kind.problem, kind.remedy).fault
    near = nearly(head) if head is not None else ""
    return InputError(
        where,
        f"in no format that lca knows; {near}" if near else "in no format that lca knows",
        _SINGLE if head is not None and detect.is_json(head) else _TABLE,
    ).fault
