"""Benchmarks of served models by vLLM and SGLang: the printed block "Serving Benchmark Result", and what they save as JSON."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "serving-benchmark",
    "vLLM and SGLang serving benchmarks: printed result, JSON of --save-result, JSON Lines of bench_serving",
    "duration, requests, tokens in and out, name of the model where it is written, end (local time) in the JSON of vLLM",
    "energy, devices, place; start where the log is text",
    marks=(("duration", "completed", "total_input_tokens", "total_output_tokens", "request_throughput"),),
)
_TITLE = re.compile(r"\W*={3,} [\w ]{0,40}Serving Benchmark Result[\w ]{0,40} ={3,}\W*\Z")
_END = re.compile(r"\W*={20,}\s*\Z")
_LINE = re.compile(r"[#>|*\s]*([A-Z][\w ().,/@%-]*?):\s+(\S.*?)\s*\Z")
#: what stands before a block and tells what was asked
_MODEL = re.compile(r"\bmodel=['\"]([^'\"]{1,300})['\"]")
#: name in the block or key in the JSON -> what it is
_TEXT = {"Successful requests": "requests", "Benchmark duration (s)": "seconds", "Total input tokens": "tokens_in",
         "Total generated tokens": "tokens_out"}  # fmt: skip
_KEYS = {
    "completed": "requests",
    "duration": "seconds",
    "total_input_tokens": "tokens_in",
    "total_output_tokens": "tokens_out",
}
_COUNTS = ("requests", "tokens_in", "tokens_out")


def claims(head: Head) -> bool:
    """The title of a block, or an object with the keys that both tools write."""
    text = head.text.lstrip("\ufeff \r\n\t")
    if text.startswith("{"):
        needed = ("total_input_tokens", "completed", "request_throughput")
        return all(f'"{name}"' in text or name in head.keys for name in needed)
    return any(_TITLE.match(line) for line in head.lines)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per block, or per JSON object."""
    if log.head.text.lstrip("\ufeff \r\n\t").startswith("{"):
        yield from _objects(log)
    else:
        yield from _blocks(log)


class _Block(NamedTuple):
    """A printed result: the row of its title, its model, and the cells of the lines that count, by what they are."""

    begin: int
    model: str
    cells: dict[str, tuple[int, str, str]]


def _blocks(log: Log) -> Iterator[Found | Fault]:
    block: _Block | None = None
    model, row = "", 0
    for row, line in log.lines():
        if _TITLE.match(line):
            if block is not None:
                yield _of_block(log, block, row - 1)
            block, model = _Block(row, model, {}), ""
        elif block is None:
            if (found := _LINE.match(line)) and found[1] in _TEXT:
                log.account.miss(row)  # of a result without its title
                continue
            model = next(iter(_MODEL.findall(line)), model)
            if line.strip():
                log.account.ignore("text outside the result of a benchmark")
        elif _END.match(line):
            log.account.head()
            yield _of_block(log, block, row)
            block = None
        elif line.strip():
            found = _LINE.match(line)
            name = _TEXT.get(found[1]) if found else None
            if found and name and name not in block.cells:
                block.cells[name] = row, found[1], found[2]
            else:
                log.account.ignore("rates and latencies of a benchmark")
    if block is not None:
        yield _of_block(log, block, row)


def _of_block(log: Log, block: _Block, end: int) -> Found | Fault:
    made = _found_in(log, block, end)
    if isinstance(made, Found):
        log.account.head()
        log.account.use(len(block.cells))
    elif block.cells:
        log.account.ignore("lines of a result that was set aside", len(block.cells))
    return made


def _found_in(log: Log, block: _Block, end: int) -> Found | Fault:
    numbers: dict[str, float] = {}
    for name, (row, label, text) in block.cells.items():
        try:
            value = _value(name, text)
        except ValueError as error:
            return torn_row(f"{log.shown}: row {row}", label, text, str(error))
        if value is not None:
            numbers[name] = value
    if not numbers.get("seconds"):
        return torn_row(
            f"{log.shown}: row {block.begin}", "Benchmark duration (s)", "", "the result has no duration above 0"
        )
    return _found(numbers, [block.begin, end], _name(block.model), "", {}, position=0.0)


def _value(name: str, cell: Any) -> float | None:
    return cells.duration(cell) if name == "seconds" else cells.number(cell)


def _objects(log: Log) -> Iterator[Found | Fault]:
    """One object, or one per line."""
    first = log.head.lines[0].lstrip("\ufeff")
    try:
        from_json(first)
    except ValueError:
        document = log.json()
        log.account.expect(1)
        made = _of_object(log, 1, document)
        log.account.use(isinstance(made, Found))
        yield made
        return
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            document = from_json(line.lstrip("\ufeff"))
        except ValueError:
            document = line.strip()
        made = _of_object(log, row, document)
        log.account.use(isinstance(made, Found))
        yield made


def _of_object(log: Log, row: int, document: Any) -> Found | Fault:
    where = f"{log.shown}: row {row}"
    if not isinstance(document, dict):
        return torn_row(where, "", document, "not a result of a benchmark")
    numbers: dict[str, float] = {}
    for key, name in _KEYS.items():
        try:
            value = _value(name, document.get(key))
        except ValueError as error:
            return torn_row(where, key, document[key], str(error))
        if value is not None:
            numbers[name] = value
    if not numbers.get("seconds"):
        return torn_row(where, "duration", document.get("duration", ""), "the result has no duration above 0")
    model = next((m for key in ("model_id", "model") if isinstance(m := document.get(key), str)), "")
    is_sglang = "total_output_tokens_retokenized" in document or document.get("backend") == "sglang"
    window, notes = _window(document, numbers["seconds"])
    tool = "SGLang" if is_sglang else "vLLM"
    return _found(numbers, row, _name(model), tool, window, position=1.0, notes=notes)


def _window(document: Mapping[str, Any], seconds: float) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Start and end of a result of vLLM, whose date is that of its end, by the local clock."""
    if not document.get("date"):
        return {}, ()
    try:
        end = cells.stamp(document["date"], "%Y%m%d-%H%M%S")
        if end is None:
            return {}, ()
        return {"start": (end - timedelta(seconds=seconds)).isoformat(), "end": end.isoformat()}, ()
    except (ValueError, OverflowError):
        told = said("the date of the result, {date}, is no time; the run has no date", date=shorten(document["date"]))
        return {}, (Note("clock-fault", told, "start"),)


def _found(
    numbers: Mapping[str, float], rows: int | list[int], system: str, tool: str, window: dict[str, str], *,
    position: float, notes: tuple[Note, ...] = (),
) -> Found:  # fmt: skip
    """The run. The printed block and the JSON of one benchmark bear the same identity; the JSON is further on."""
    seconds = numbers["seconds"]
    record: dict[str, Any] = {
        "stage": "inference", "system": system, "status": "completed", "duration": f"{seconds!r} s", **window,
        "work": {name: numbers[name] for name in _COUNTS if name in numbers},
    }  # fmt: skip
    told = "/".join([f"{seconds:.2f}", *(f"{numbers.get(name, 0):.0f}" for name in _COUNTS)])
    identity = "serving-" + hashlib.sha256(told.encode()).hexdigest()[:16]
    note = Note("no-energy", said("the benchmark states work and time, and neither energy nor power"), "energy")
    absent = [name for name in _COUNTS if name not in numbers]
    if absent:
        lacking = said("the result does not state its {names}", names=", ".join(absent))
        notes = (*notes, Note("cells-not-used", lacking, "work"))
    return Found(
        {k: v for k, v in record.items() if v}, rows, (note, *notes), tool, identity=identity, position=position
    )


def _name(model: str) -> str:
    """The model; of a path only its last part, since the others may name a person."""
    text = model.replace("\\", "/").rstrip("/")
    return (text.rpartition("/")[2] if text.startswith(("/", "~", ".")) or ":" in text[:3] else text)[:200]
