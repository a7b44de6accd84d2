"""Traces of requests to language models: Azure LLM inference, Mooncake and BurstGPT; added up to one run per file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, InputError
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.ingest.whole_lines import LONGEST
from lca.language import said

FORMAT = Format(
    "llm-trace",
    "Request trace: Azure LLM CSV, Mooncake JSON Lines, BurstGPT CSV",
    "requests, tokens in and out, window",
    "energy, devices, place, model; time zone (Azure 2023), the date (Mooncake, BurstGPT)",
    marks=(("TIMESTAMP", "ContextTokens", "GeneratedTokens"), ("Timestamp", "Model", "Request tokens", "Response tokens", "Total tokens", "Log Type")),
)  # fmt: skip
AZURE = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]
BURST = ["Timestamp", "Model", "Request tokens", "Response tokens", "Total tokens", "Log Type"]
MOONCAKE = {"timestamp", "input_length", "output_length"}
#: bytes that are added up at once
BLOCK = 1 << 24
#: no request has as many tokens
MOST = 10**9
#: s; no trace goes on for as long
FURTHEST = 5e9
_STAMP = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_WHOLE_STAMP = re.compile(_STAMP)


class _Row(NamedTuple):
    stamp: Any
    tokens_in: int
    tokens_out: int


class _Sums:
    """What the requests add up to, and the rows that could not be used."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.requests = self.tokens_in = self.tokens_out = self.bad = 0
        self.first: Any = None
        self.last: Any = None
        self.row = 0

    def add(self, row: int, first: Any, last: Any, requests: int, tokens_in: int, tokens_out: int) -> None:
        self.row = self.row or row
        if self.first is None or first < self.first:
            self.first = first
        if self.last is None or last > self.last:
            self.last = last
        self.requests += requests
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out

    def put(self, row: int, made: _Row | tuple[str, Any, str]) -> Iterator[Fault]:
        """One request, or (field, found, problem) of a row that is none."""
        if isinstance(made, _Row):
            self.add(row, made.stamp, made.stamp, 1, made.tokens_in, made.tokens_out)
            return
        self.bad += 1
        field, found, problem = made
        yield torn_row(f"{self.log.shown}: row {row}", field, str(found), problem)


def claims(head: Head) -> bool:
    """The columns of the traces, or the keys of the first line."""
    lines = head.lines
    if not lines:
        return False
    if lines[0].lstrip("\ufeff ").startswith("{"):
        first = _parsed(lines[0])
        return isinstance(first, dict) and first.keys() >= MOONCAKE
    names = _cells(lines[0].lstrip("\ufeff"))
    return names == AZURE or [n for n in names if n in BURST] == BURST


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: all requests of the file."""
    sums = _Sums(log)
    first = log.head.lines[0].lstrip("\ufeff ")
    is_azure = _cells(first) == AZURE
    if first.startswith("{"):
        yield from _mooncake(log, sums)
    elif is_azure:
        yield from _azure(log, sums)
    else:
        yield from _burst(log, sums)
    header = 0 if first.startswith("{") else 1
    log.account.expect(header + sums.requests + sums.bad)  # blocks of lines are read without being counted one by one
    log.account.head(header)
    log.account.use(sums.requests)
    if not sums.requests:
        if not sums.bad:
            yield Fault(log.shown, "", "", "no request in the trace", "Give a trace with requests.")
        return
    work = {"requests": sums.requests, "tokens_in": sums.tokens_in, "tokens_out": sums.tokens_out}
    record: dict[str, Any] = {"stage": "inference", "work": work}
    if is_azure:
        start, end = (_moment(t[1]) for t in (sums.first, sums.last))
        notes: tuple[Note, ...] = ()
        if (start.tzinfo is None) != (end.tzinfo is None):
            notes = (
                Note(
                    "clock-fault", said("some times have an offset and some have none: the window is left out"), "start"
                ),
            )
        elif start != end:
            record |= {"start": start.isoformat(), "end": end.isoformat()}
        yield Found(record, sums.row, notes, "Azure LLM inference trace")
        return
    seconds = sums.last - sums.first
    if seconds > 0:
        record["duration"] = f"{seconds:.10g} s"
    told = said("times count from an unknown moment: the trace gives a duration alone")
    yield Found(record, sums.row, (Note("clock-fault", told, "start"),), "Mooncake" if first.startswith("{") else "BurstGPT")  # fmt: skip


def _azure(log: Log, sums: _Sums) -> Iterator[Fault]:
    """Blocks of lines at once; line by line where a block holds a row that is no request, or stamps of several zones."""
    rest, row = b"", 0
    plain = log.encoding.startswith("utf-8")
    with log.binary() as handle:
        while plain:
            block = handle.read(BLOCK)
            whole, _, rest = (rest + block).rpartition(b"\n") if block else (rest, b"", b"")
            if len(rest) > LONGEST:
                raise InputError(f"{log.shown}: row {row + 1}", f"a line of more than {LONGEST // 2**20} MiB", "Split the file into lines.")  # fmt: skip
            if whole:
                count = whole.count(b"\n") + 1
                skip = 1 if row == 0 else 0
                yield from _block(whole, row, skip, sums)
                row += count
            if not block:
                return
    for number, line in log.lines():
        if number > 1 and line.strip():
            yield from sums.put(number, _azure_row(line))


def _block(whole: bytes, row: int, skip: int, sums: _Sums) -> Iterator[Fault]:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    types = {AZURE[0]: pa.string(), AZURE[1]: pa.int64(), AZURE[2]: pa.int64()}
    try:
        table = csv.read_csv(
            pa.BufferReader(whole),
            csv.ReadOptions(column_names=AZURE, skip_rows=skip, use_threads=False, block_size=BLOCK * 2),
            csv.ParseOptions(quote_char=False),
            csv.ConvertOptions(column_types=types, null_values=[]),
        )
        stamps, tokens_in, tokens_out = (table[name] for name in AZURE)
        zones = set(pc.unique(pc.replace_substring_regex(stamps, r"^\d{4}-.{14}(\.\d+)?", "")).to_pylist())
        low, high = pc.min_max(stamps).as_py().values()
        fits = table.num_rows and len(zones) == 1 and pc.all(pc.match_substring_regex(stamps, f"^{_STAMP}$")).as_py()
        least = min(pc.min(tokens_in).as_py(), pc.min(tokens_out).as_py()) if fits else -1
        most = max(pc.max(tokens_in).as_py(), pc.max(tokens_out).as_py()) if fits else 0
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeDecodeError):
        fits = False
    if fits and least >= 0 and most < MOST and (_is_time(low) and _is_time(high)):
        sums.add(
            row + skip + 1, _key(low), _key(high), table.num_rows, pc.sum(tokens_in).as_py(), pc.sum(tokens_out).as_py()
        )
        return
    for number, line in enumerate(whole.decode("utf-8", "replace").split("\n"), row + 1):
        if number > 1 and line.strip():
            yield from sums.put(number, _azure_row(line))


def _azure_row(line: str) -> _Row | tuple[str, Any, str]:
    parts = [c.strip() for c in line.split(",")]
    if len(parts) != len(AZURE):
        return "", f"{len(parts)} cells", f"the header has {len(AZURE)}"
    if not _WHOLE_STAMP.fullmatch(parts[0]) or not _is_time(parts[0]):
        return AZURE[0], parts[0], "not a time"
    return _counts(_key(parts[0]), (AZURE[1], parts[1]), (AZURE[2], parts[2]))


def _counts(stamp: Any, *told: tuple[str, Any]) -> _Row | tuple[str, Any, str]:
    made = []
    for name, value in told:
        try:
            count = cells.count(value)
        except ValueError:
            count = None
        if count is None or count >= MOST:
            return name, value, "not a number of tokens"
        made.append(count)
    return _Row(stamp, *made)


def _mooncake(log: Log, sums: _Sums) -> Iterator[Fault]:
    """Milliseconds from the begin of the trace: https://github.com/kvcache-ai/Mooncake, FAST25-release."""
    for row, line in log.lines():
        if not line.strip():
            continue
        one = _parsed(line)
        if not isinstance(one, dict):
            yield from sums.put(row, ("", line[:100], "not a JSON object"))
            continue
        begin, tokens_in, tokens_out = one.get("timestamp"), one.get("input_length"), one.get("output_length")
        if (
            type(begin) is type(tokens_in) is type(tokens_out) is int
            and 0 <= begin < 5e12
            and 0 <= tokens_in < MOST
            and 0 <= tokens_out < MOST
        ):
            sums.add(row, begin / 1000, begin / 1000, 1, tokens_in, tokens_out)  # most requests
            continue
        stamp = _seconds(begin, 1000)
        told = ((n, one.get(n)) for n in ("input_length", "output_length"))
        yield from sums.put(row, ("timestamp", one.get("timestamp"), "not a time") if stamp is None else _counts(stamp, *told))  # fmt: skip


def _burst(log: Log, sums: _Sums) -> Iterator[Fault]:
    """Seconds from the begin of the trace: https://github.com/HPMLL/BurstGPT."""
    for row, texts in log.records():
        stamp = _seconds(texts.get("Timestamp"), 1)
        told = ((n, texts.get(n, "")) for n in BURST[2:4])
        yield from sums.put(row, ("Timestamp", texts.get("Timestamp", ""), "not a time") if stamp is None else _counts(stamp, *told))  # fmt: skip


def _cells(line: str) -> list[str]:
    return [c.strip().strip('"') for c in line.rstrip("\r\n").split(",")]


def _parsed(line: str) -> Any:
    try:
        return unique_keys.of_json(line.lstrip("\ufeff"))
    except ValueError:
        return None


def _seconds(value: Any, per: int) -> float | None:
    """Seconds from the begin of a trace; None where they are none."""
    try:
        number = cells.number(value)
    except ValueError:
        return None
    return number / per if number is not None and number / per < FURTHEST else None


def _moment(text: str) -> datetime:
    """A time that `_is_time` knows."""
    stamp = cells.stamp(text)
    assert stamp is not None
    return stamp


def _key(text: str) -> tuple[float, str]:
    """A time in an order that holds across zones, and as it was written, to the microsecond that Python can hold."""
    made = _moment(text)
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp(), text


def _is_time(text: str) -> bool:
    try:
        return cells.stamp(text) is not None
    except ValueError:
        return False
