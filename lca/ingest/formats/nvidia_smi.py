"""nvidia-smi `--query-gpu=... --format=csv`, with or without header: each GPU of a file is a run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.device_rounds import Rounds
from lca.ingest.device_samples import (
    Device,
    Times,
    hosts_of,
    kilowatts,
    measured_run,
    notes_of,
    percentage,
    seconds_of,
    torn,
    unmeasured_run,
)
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.nvidia_columns import STAMP, Columns, is_header, names_of, of_cells, of_header
from lca.ingest.torn_rows import wrong_width
from lca.language import said

#: a cell in quotation marks that holds neither these nor a comma
_QUOTED = re.compile(rb'"([^",\n]*)"')
FORMAT = Format(
    "nvidia-smi",
    "nvidia-smi --query-gpu, CSV with or without header",
    "power of each GPU over time (utilisation where power was not asked for), its name where it was asked for, window",
    "time zone, place, stage, system, host",
)
#: what stands where the device gives no value
_NOTHING = ("", "[n/a]", "n/a", "[not supported]", "[unknown error]", "[insufficient permissions]", "[not found]")
_NAMELESS = re.compile(r"\[?N/A\]?\Z|\[.*\]\Z")


def claims(head: Head) -> bool:
    """The header has a timestamp and a property as nvidia-smi names it; or the cells tell it without a header."""
    lines = head.lines
    if not lines or any("HL-" in line for line in lines[1:2]):  # hl-smi of Gaudi has the same form
        return False
    return is_header(names_of(lines[0].split(","))) or _headless(head) is not None


def _headless(head: Head) -> Columns | None:
    """The columns of a file without header: its stamps have slashes, as nvidia-smi writes them."""
    lines = head.lines
    if not lines or not any(STAMP.match(c.strip()) for c in lines[0].lstrip("\ufeff").split(",")):
        return None
    whole = lines[:-1] if len(lines) > 1 and not head.text.endswith("\n") else lines
    return of_cells([line.lstrip("\ufeff") for line in whole])


class Block(NamedTuple):
    """Samples of many rows, column by column; NaN where a device gave no value, key empty where a row names none."""

    rows: NDArray[np.int64]
    times: NDArray[np.float64]
    codes: NDArray[np.int64]  # of each row, its place among the keys
    keys: list[str]
    power: NDArray[np.float64]
    load: NDArray[np.float64] | None
    names: NDArray[np.object_] | None
    is_utc: bool


class _Gpus:
    """The GPUs of a file, by uuid, or by index, bus and host; without these by their name and place within a round."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self.by_key: dict[str, Device] = {}
        self.rounds: dict[str, Rounds] = {}
        self.is_utc: bool | None = None
        self._zone = zone

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of its times where they are local."""
        return None if self.is_utc else self._zone

    def take(self, block: Block, columns: Columns) -> None:
        """The samples of a block to their GPUs."""
        import pandas as pd

        codes, keys = block.codes, list(block.keys)
        if "" in keys and (unnamed := np.flatnonzero(codes == keys.index(""))).size:
            places, names = pd.factorize(np.asarray(self._by_order(block, unnamed), object))
            codes = codes.copy()
            codes[unnamed] = len(keys) + places
            keys += [str(name) for name in names]
        order = np.argsort(codes, kind="stable")
        for code, rows in enumerate(np.split(order, np.cumsum(np.bincount(codes, minlength=len(keys)))[:-1])):
            if not len(rows):
                continue
            key = keys[code]
            gpu = self.by_key.get(key)
            if gpu is None:
                first = int(rows[0])
                name = str(block.names[first]).strip() if block.names is not None else ""
                uuid = key if columns.uuid is not None and code < len(block.keys) else ""
                gpu = Device(int(block.rows[first]), "" if _NAMELESS.match(name) else name, uuid, self.zone)
                self.by_key[key] = gpu
            gpu.add(
                block.rows[rows], block.times[rows], block.power[rows], None if block.load is None else block.load[rows]
            )

    def _by_order(self, block: Block, rows: NDArray[np.int64]) -> list[str]:
        names = block.names[rows] if block.names is not None else np.full(len(rows), "", object)
        keys = np.empty(len(rows), object)
        for name in dict.fromkeys(names.tolist()):
            where = np.flatnonzero(names == name)
            places = self.rounds.setdefault(name, Rounds()).places(block.times[rows[where]])
            keys[where] = [f"{name} order {place}" for place in places.tolist()]
        return list(keys)

    @property
    def by_order(self) -> int:
        """How many GPUs were told apart by the order of their rows alone."""
        return sum(each.devices for each in self.rounds.values() if each.devices > 1)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per GPU."""
    gpus = _Gpus(log.zone)
    columns = None if is_header(names_of((log.head.lines or [""])[0].split(","))) else _headless(log.head)
    if columns is not None:
        yield _inferred(columns)
    for first, block in log.blocks():
        if b'"' in block:  # as other programs write tables, and as a table of Parquet is read
            block = _QUOTED.sub(rb"\1", block)
        if columns is None:  # the first line of the file
            line, _, block = block.partition(b"\n")
            columns = of_header(line.decode("utf-8", "ignore").split(","))  # as the head of the file was decoded
            first += 1
            log.account.head()
            if columns is None:
                return
        quick = _quickly(block, columns, first)
        if quick is not None and gpus.is_utc is not True:
            gpus.is_utc = False
            log.account.use(len(quick.rows))
            if len(quick.rows):
                gpus.take(quick, columns)
            continue
        slow = _Slow(log, columns, gpus.is_utc)
        yield from slow.read(block.decode("utf-8", "replace"), first)
        columns, gpus.is_utc = slow.columns, slow.is_utc
        for part, of_part in slow.blocks:
            gpus.take(part, of_part)
    if gpus.by_order:
        yield Note(
            "devices-by-order",
            said("the rows name no GPU; {n} GPUs were told apart by the order of their rows", n=gpus.by_order),
            "devices",
        )
    for number, gpu in enumerate(gpus.by_key.values()):
        yield _found(log, number, gpu, bool(gpus.is_utc), len(gpus.by_key) > 1)


def _inferred(columns: Columns) -> Note:
    """What was taken for what in a file without header."""
    if columns.power:
        message = said("the file has no header; column {n} was taken for the power of the GPU", n=columns.power[0] + 1)
    elif columns.load is not None:
        message = said(
            "the file has no header; column {n} was taken for the utilisation of the GPU", n=columns.load + 1
        )
    else:
        message = said("the file has no header; no column was found to be the power or the utilisation of the GPU")
    return Note("columns-inferred", message, "power")


def _quickly(block: bytes, columns: Columns, first: int) -> Block | None:
    """A whole block at once; None where any row of it is not as it should be."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if not columns.power or columns.unit != "W" or b'"' in block or b"\0" in block:
        return None
    watts, label = columns.power[0], columns.name
    wanted = sorted({columns.time, watts, *columns.keys} | ({label} if label is not None else set()))

    def frame_of(places: list[int]) -> Any:
        return pd.read_csv(
            io.BytesIO(block), header=None, names=range(columns.width), usecols=places, keep_default_na=False
        )

    try:
        frame = frame_of(wanted)
        if len(frame) != block.count(b"\n") + (bool(block) and not block.endswith(b"\n")):
            return None
        stamps = pc.replace_substring(pa.array(frame[columns.time], pa.string()), "/", "-")
        times = pc.cast(pc.cast(stamps, pa.timestamp("us")), pa.int64()).to_numpy() / 1e6
        power = frame[watts]
        numbers = power if power.dtype.kind in "fi" else _watts(pa.array(power, pa.string()))
        kw = numbers.to_numpy(np.float64) / 1000
        load = None
        if columns.load is not None and np.isnan(kw).any():
            load = _percent(pa.array(frame_of([columns.load])[columns.load].astype(str), pa.string()))
    except (ValueError, TypeError, pd.errors.ParserError, pa.ArrowException):
        return None
    if not (kw[~np.isnan(kw)] >= 0).all() or kw.max(initial=0) > 1e3:
        return None
    keyed = _keys(frame, columns)
    if keyed is None:
        return None
    names = frame[label].to_numpy(object) if label is not None else None
    return Block(np.arange(first, first + len(frame)), times, *keyed, kw, load, names, False)


def _keys(frame: Any, columns: Columns) -> tuple[NDArray[np.int64], list[str]] | None:
    """What tells the GPUs of a block apart, in each row; None where a row has no value for it."""
    import pandas as pd

    codes, keys = np.zeros(len(frame), np.int64), [""]
    for place in columns.keys:
        own, unique = pd.factorize(frame[place])
        texts = [str(each).strip() for each in unique]
        if any(cells.is_blank(text) for text in texts) or len(set(texts)) < len(texts):
            return None
        if keys == [""]:
            codes, keys = own.astype(np.int64), texts
        else:
            codes, pairs = pd.factorize(codes * len(texts) + own)
            keys = [f"{keys[pair // len(texts)]} {texts[pair % len(texts)]}" for pair in pairs.tolist()]
    return codes, keys


def _watts(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(column)
    nothing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_NOTHING))
    if pc.any(nothing).as_py():
        text = pc.if_else(nothing, None, text)
    number = pc.cast(pc.utf8_trim(text, " W"), pa.float64())
    return number.to_pandas()


def _percent(column: Any) -> NDArray[np.float64]:
    """Shares of a column of percentages; NaN for what is none."""
    import pandas as pd

    values = pd.to_numeric(pd.Series(column.to_pylist()).str.strip(" %"), errors="coerce").to_numpy(np.float64) / 100
    return np.where((values >= 0) & (values <= 1), values, np.nan)


class _Slow:
    """The rows of a block one by one, with a fault for each torn one. A header may stand again where a log goes on."""

    def __init__(self, log: Log, columns: Columns, is_utc: bool | None) -> None:
        self.log, self.columns, self.is_utc = log, columns, is_utc
        self.blocks: list[tuple[Block, Columns]] = []
        self._held: list[tuple[int, float, str, float, float, str]] = []

    def read(self, block: str, first: int) -> Iterator[Fault]:
        """Faults; the samples are in `blocks`."""
        for row, line in enumerate(block.split("\n"), start=first):
            if not line.strip():
                continue
            parts = [
                c.strip() for c in line.replace("\0", "").rstrip("\r").split(",")
            ]  # no cell of nvidia-smi holds a comma
            if "timestamp" in (header := names_of(parts)):
                self._close()
                self.columns = of_header(parts) or self.columns._replace(width=len(header))
                self.log.account.head()
                continue
            fault = self._row(row, parts)
            if fault is not None:
                yield fault
            else:
                self.log.account.use()
        self._close()

    def _row(self, row: int, parts: list[str]) -> Fault | None:
        columns = self.columns
        parts = cells.with_fraction(parts, columns.time, columns.width)
        if len(parts) != columns.width:
            return wrong_width(f"{self.log.shown}: row {row}", len(parts), columns.width)
        try:
            stamp = seconds_of(parts[columns.time])
        except ValueError:
            stamp = None
        if stamp is None or not re.search(r"\d:\d\d|^[\d.]+$", parts[columns.time]):  # a date alone is no time
            return torn(self.log, row, "timestamp", parts[columns.time], "not a time")
        kw: float | Fault | None = None
        for place in columns.power:
            kw = kilowatts(self.log, row, "power.draw", parts[place], columns.unit)
            if kw is not None:
                break
        if isinstance(kw, Fault):
            return kw
        if self.is_utc is None:
            self.is_utc = stamp[1]
        if self.is_utc != stamp[1]:
            return Fault(
                f"{self.log.shown}: row {row}",
                "timestamp",
                shorten(parts[columns.time]),
                "some times are stamps and some are seconds since 1970",
                "Write all in one way.",
                "torn-row",
            )
        key = " ".join(text for place in columns.keys if not cells.is_blank(text := parts[place]))
        load = percentage(parts[columns.load]) if columns.load is not None else None
        name = parts[columns.name] if columns.name is not None else ""
        self._held.append((row, stamp[0], key, np.nan if kw is None else kw, np.nan if load is None else load, name))
        return None

    def _close(self) -> None:
        """Make what was read under one header a block."""
        if self._held:
            rows, times, keys, power, load, names = zip(*self._held, strict=True)
            unique = list(dict.fromkeys(keys))
            code_of = {key: code for code, key in enumerate(unique)}
            codes = np.asarray([code_of[key] for key in keys], np.int64)
            block = Block(
                np.asarray(rows, np.int64), np.asarray(times), codes, unique, np.asarray(power), np.asarray(load),
                np.asarray(names, object), bool(self.is_utc),
            )  # fmt: skip
            self.blocks.append((block, self.columns))
            self._held = []


def _found(log: Log, number: int, gpu: Device, is_utc: bool, several: bool) -> Found:
    times = Times(is_utc)
    if gpu.has_energy:
        record, reading = measured_run([gpu], "gpu", times, "accelerator")
        run = Found(record, gpu.row, tuple(notes_of([gpu])), "nvidia-smi", reading=reading, hosts=hosts_of([gpu]))
    else:
        run = replace(unmeasured_run([gpu], "gpu", "nvidia-smi", times), rows=gpu.row)
    if several:
        stem = log.head.name.partition(".")[0] or "log"
        run.record["id"] = f"{stem}-{log.digest[:8]}-gpu{number}"
    return run
