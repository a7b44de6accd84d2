"""nvidia-smi `--query-gpu=... --format=csv`: samples of power by GPU; each GPU of a file is a run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "nvidia-smi",
    "nvidia-smi --query-gpu, CSV with header",
    "power of each GPU over time, its name where it was asked for, window",
    "time zone, place, stage, system, host; power where power.draw was not asked for",
)
_UNIT = re.compile(r"\s*[\[(][\w%]+[\])]\Z")
#: properties as nvidia-smi names them, and as wrappers of it do
_OF_NVIDIA = ("power.draw", "utilization.gpu", "memory.used", "temperature.gpu", "clocks.sm", "gpu_util")
_IDS = ("index", "uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id")
#: what stands where the device gives no value
_NOTHING = ("", "[n/a]", "n/a", "[not supported]", "[unknown error]", "[insufficient permissions]", "[not found]")


def claims(head: Head) -> bool:
    """The header has a timestamp and a property by the name that nvidia-smi gives it."""
    lines = head.lines
    names = _names(lines[0].split(",")) if lines else []
    return "timestamp" in names and any(n in _OF_NVIDIA or n.startswith("power.draw") for n in names)


def _names(cells: list[str]) -> list[str]:
    return [_UNIT.sub("", c.strip().lstrip("\ufeff")) for c in cells]


@dataclass
class _Gpu:
    """One GPU of a file. `is_utc` says that its stamps were seconds since 1970."""

    row: int
    name: str
    power: Gauge = field(default_factory=Gauge)
    begin: float = float("inf")
    end: float = float("-inf")
    is_utc: bool = False

    def add(self, times: NDArray[np.float64], kw: NDArray[np.float64]) -> None:
        self.begin, self.end = min(self.begin, float(times.min())), max(self.end, float(times.max()))
        self.power.add(times, kw)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per GPU, told apart by index, uuid or bus id; without these by their order at one time."""
    held: dict[str, _Gpu] = {}
    header: list[str] = []
    last = ""
    for first, block in log.blocks():
        if not header:  # the first line of the file
            line, _, block = block.partition(b"\n")
            header = _names(line.decode("utf-8", "replace").split(","))
            first += 1
        if _quickly(block, header, first, held):
            last = ""
            continue
        for each in _slowly(log.shown, block.decode("utf-8", "replace"), header, first, held, last):
            if isinstance(each, Fault):
                yield each
            else:
                last = each
    for number, gpu in enumerate(held.values()):
        yield _found(log, number, gpu, len(held) > 1)


def _quickly(block: bytes, header: list[str], first: int, held: dict[str, _Gpu]) -> bool:
    """Take a whole block at once; False, and nothing taken, where any row of it is not as it should be."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    key = next((n for n in _IDS if n in header), None)
    watts = next((n for n in header if n.startswith("power.draw")), None)
    if key is None or watts is None or b'"' in block or b"\0" in block or len(set(header)) < len(header):
        return False
    label = next((n for n in ("name", "gpu_name") if n in header), None)
    places = [header.index(n) for n in (["timestamp", key, watts] + ([label] if label else []))]
    try:
        frame = pd.read_csv(
            io.BytesIO(block), header=None, names=range(len(header)), usecols=places, keep_default_na=False
        )
        if not len(frame):
            return True
        stamps = pc.replace_substring(pa.array(frame[places[0]], pa.string()), "/", "-")
        times = pc.cast(pc.cast(stamps, pa.timestamp("us")), pa.int64()).to_numpy() / 1e6
        power = frame[places[2]]
        kw = (power if power.dtype.kind in "fi" else _kilowatts(pa.array(power, pa.string()))).to_numpy(
            np.float64
        ) / 1000
    except (ValueError, TypeError, pd.errors.ParserError, pa.ArrowException):
        return False
    if (
        len(frame) != block.count(b"\n") + (not block.endswith(b"\n"))
        or not (kw[~np.isnan(kw)] >= 0).all()
        or kw.max(initial=0) > 1e3
    ):
        return False
    codes, keys = pd.factorize(frame[places[1]])
    names = [str(k).strip() for k in keys]
    if any(not n or (n in held and held[n].is_utc) for n in names):
        return False
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        if name not in held:
            held[name] = _Gpu(first + int(rows[0]), str(frame[places[3]].iloc[int(rows[0])]).strip() if label else "")
        held[name].add(times[rows], kw[rows])
    return True


def _kilowatts(cells: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(cells)
    nothing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_NOTHING))
    if pc.any(nothing).as_py():
        text = pc.if_else(nothing, None, text)
    number = pc.cast(pc.utf8_trim(text, " W"), pa.float64())
    return number.to_pandas()


def _slowly(
    shown: str, block: str, header: list[str], first: int, held: dict[str, _Gpu], last: str
) -> Iterator[Fault | str]:
    """The rows of a block one by one, with a fault for each that is torn; yields the last stamp too, for GPUs without a name."""
    order = 0
    for row, line in enumerate(block.split("\n"), start=first):
        if not line.strip():
            continue
        cells = line.replace("\0", "").rstrip("\r").split(",")  # no cell of nvidia-smi holds a comma
        names = _names(cells)
        if "timestamp" in names:  # repeated where a log goes on
            header[:] = names
            continue
        where = f"{shown}: row {row}"
        if len(cells) != len(header):
            yield Fault(where, "", f"{len(cells)} cells", f"the header has {len(header)}", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        one = dict(zip(header, (c.strip() for c in cells), strict=True))
        stamp = _stamp(one["timestamp"])
        if stamp is None:
            yield Fault(where, "timestamp", shorten(one["timestamp"]), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        text = next((v for n, v in one.items() if n.startswith("power.draw")), "")
        watts = _watts(text)
        if watts is not None and watts < 0:
            yield Fault(
                where, "power.draw", shorten(text), "not a power", "Restore the row from its source.", "torn-row"
            )
            continue
        key = next((one[n] for n in _IDS if one.get(n)), "")
        if not key:
            order = order + 1 if one["timestamp"] == last else 0
            key, last = f"order {order}", one["timestamp"]
        gpu = held.setdefault(key, _Gpu(row, one.get("name") or one.get("gpu_name") or "", is_utc=stamp[1]))
        if gpu.is_utc != stamp[1]:
            yield Fault(where, "timestamp", shorten(one["timestamp"]), "some times are stamps and some are seconds since 1970", "Write all in one way.", "torn-row")  # fmt: skip
            continue
        gpu.begin, gpu.end = min(gpu.begin, stamp[0]), max(gpu.end, stamp[0])
        if watts is not None:
            gpu.power.put(stamp[0], watts / 1000)
    yield last


def _found(log: Log, number: int, gpu: _Gpu, several: bool) -> Found:
    record: dict[str, Any] = {"devices": [{"kind": "gpu", "count": 1} | ({"model": gpu.name} if gpu.name else {})]}
    if gpu.end > gpu.begin:
        zone = UTC if gpu.is_utc else None
        for name, at in (("start", gpu.begin), ("end", gpu.end)):
            record[name] = datetime.fromtimestamp(at, UTC).replace(tzinfo=zone).isoformat()
    if several:
        stem = log.head.name.partition(".")[0] or "log"
        record["id"] = f"{stem}-{log.digest[:8]}-gpu{number}"
    try:
        energy, reading = gauge.energy([gpu.power], "accelerator", naive=not gpu.is_utc)
    except ValueError:
        what = "one sample of power" if gpu.power.count else "no sample of power"
        note = Note("no-energy", said("the file holds {what}: no energy follows from it", what=what), "power")
        return Found(record, gpu.row, (note,), "nvidia-smi")
    record["energy"] = [energy]
    return Found(record, gpu.row, gauge.notes([gpu.power]), "nvidia-smi", reading=reading)


def _stamp(text: str) -> tuple[float, bool] | None:
    """(seconds since 1970, whether that is UTC) of a local time as nvidia-smi writes it, or of seconds as wrappers do."""
    for shape in ("%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S"):
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC).timestamp(), False
        except ValueError:
            continue
    try:
        seconds = float(text)
    except ValueError:
        return None
    return (seconds, True) if 1e9 < seconds < 5e9 else None


def _watts(text: str) -> float | None:
    """Power of one sample: None where the device gives none, below 0 where it is no power."""
    if text.lower() in _NOTHING:
        return None
    number, _, unit = text.partition(" ")
    try:
        value = float(number)
    except ValueError:
        return -1.0
    return value if unit in ("", "W") and value == value and value < 1e6 else -1.0
