"""gpustat, its text or `--json`, repeated: power and use of GPUs, round by round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import Device, Sample, gathered, kilowatts, percentage, torn
from lca.ingest.device_tables import Clocks, name_of, runs_of_table
from lca.ingest.formats import Format, Found, Note
from lca.ingest.json_documents import documents
from lca.ingest.log import Head, Log

FORMAT = Format(
    "gpustat",
    "gpustat, text or --json, repeated (-i, watch, cron)",
    "power of each GPU over time (its use where power was not shown), names, window",
    "time zone, system, stage, place",
    marks=(("hostname", "query_time", "gpus", "utilization.gpu", "memory.used"),),
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\(B|\x0f")
#: `[0] NVIDIA A100-SXM4-80GB | 45°C,  98 %,  320 / 400 W | 40000 / 81920 MB | user(39000M)`
_GPU = re.compile(r"\[(\d{1,3})\] (\S.*?)\s*\|([^|]*)\|\s*(?:\d+|\?\?) / *(?:\d+|\?\?) MB\b")
_SIGN = re.compile(r"\[\d{1,3}\] |[°'º]C\b|\d MB\b|\d / +\d+ W\b")
_HEADER = re.compile(r"(\S+) +(\S.*\d:\d\d:\d\d\b.*)\Z")
_TEMPERATURE = re.compile(r"(?:\d+|\?\?) ?[°'º]?C")
_SHARE = re.compile(r"(\d+|\?\?) %(?: \(.*\))?")
_POWER = re.compile(r"(\d+|\?\?)(?: / +(?:\d+|\?\?))? W")
#: times as the locale of the machine writes them: C, English, and without a locale
_SHAPES = ("%a %b %d %H:%M:%S %Y", "%a %d %b %Y %I:%M:%S %p", "%a %d %b %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
_PROCESS = ("├", "└")
_ADVICE = "Log with gpustat --json in a loop, or with gpustat -P -i 10."


def claims(head: Head) -> bool:
    """JSON with GPUs and the time of the query, or a line of a GPU."""
    if '"query_time"' in head.text and '"gpus"' in head.text:
        return '"memory.used"' in head.text or '"utilization.gpu"' in head.text
    return any(_GPU.match(_COLOUR.sub("", line).strip()) for line in head.lines[:20])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file."""
    devices: dict[str, Device] = {}
    clocks = Clocks()
    is_json = (
        any(line.lstrip("\ufeff ").startswith(("{", "[")) for line in log.head.lines[:3])
        and "query_time" in log.head.text
    )
    yield from gathered(_documents(log, clocks) if is_json else _lines(log, clocks), devices, log.zone)
    yield from runs_of_table(log, list(devices.values()), clocks, "gpu", "gpustat", _ADVICE)


def _documents(log: Log, clocks: Clocks) -> Iterator[Sample | Fault]:
    """GPUs of JSON, one document after the other."""
    number = 0
    for document in documents(log):
        for query in document if isinstance(document, list) else [document]:
            gpus = query.get("gpus") if isinstance(query, dict) else None
            if not isinstance(gpus, list):
                number += 1
                log.account.expect(number)
                yield torn(log, number, "gpus", str(gpus)[:80], "not a list of GPUs")
                continue
            for gpu in gpus:
                number += 1
                log.account.expect(number)
                yield from _gpu(log, number, gpu, query, clocks)


def _gpu(log: Log, number: int, gpu: Any, query: dict[str, Any], clocks: Clocks) -> Iterator[Sample | Fault]:
    if not isinstance(gpu, dict):
        yield torn(log, number, "gpus", str(gpu)[:80], "not a GPU")
        return
    values = {name: _text(gpu.get(name)) for name in ("index", "uuid", "name", "power.draw", "utilization.gpu")}
    uuid = "" if cells.is_blank(values["uuid"]) else values["uuid"][:100]
    if not uuid and cells.is_blank(values["index"]):
        yield torn(log, number, "index", values["index"], "not a device")
        return
    kw = kilowatts(log, number, "power.draw", values["power.draw"])
    if isinstance(kw, Fault):
        yield kw
        return
    time = _text(query.get("query_time"))
    try:
        seconds = clocks.seconds(time)
    except ValueError:
        yield torn(log, number, "query_time", time, "not a time")
        return
    log.account.use()
    if seconds is None:
        clocks.untimed += 1
        return
    key = uuid or f"{_text(query.get('hostname'))} {values['index']}"[:160]
    load = percentage(values["utilization.gpu"])
    yield Sample(number, key, seconds, kw, load, name_of(values["name"]), uuid)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list, bool)) else str(value)


def _lines(log: Log, clocks: Clocks) -> Iterator[Sample | Fault]:
    """GPUs of text: a line with host and time, then one per GPU."""
    host, seconds = "", None
    seen: set[str] = set()  # GPUs of the round
    for row, line in log.lines():
        text = _COLOUR.sub("", line).strip().lstrip("\ufeff")
        if not text or text.startswith(_PROCESS):
            if text:
                log.account.ignore("processes on the GPUs")
            continue
        match = _GPU.match(text)
        if match is None:
            header = _HEADER.match(text)
            stamp = _stamp(header[2], clocks) if header else None
            if header and stamp is not None:
                host, seconds = header[1], stamp
                seen.clear()
                log.account.head()
            elif _SIGN.search(text):
                yield torn(log, row, "", text, "not a whole line of gpustat")
            else:
                log.account.ignore("text that gpustat did not write")
            continue
        if seconds is None or match[1] in seen:
            yield torn(log, row, "", text, "a GPU without the line of host and time before it")
            continue
        sample = _of_line(log, row, match, f"{host} {match[1]}", seconds)
        if isinstance(sample, Sample):
            seen.add(match[1])
            log.account.use()
        yield sample


def _of_line(log: Log, row: int, match: re.Match[str], key: str, seconds: float) -> Sample | Fault:
    """The sample of a GPU: temperature, then its fan where it is shown, its use, and its power where it is shown."""
    shares: list[str] = []
    power = ""
    for part in [p.strip() for p in match[3].split(",")]:
        if (share := _SHARE.fullmatch(part)) is not None:
            shares.append(share[1])
        elif (watts := _POWER.fullmatch(part)) is not None and not power:
            power = watts[1].replace("??", "")
        elif not _TEMPERATURE.fullmatch(part):
            return torn(log, row, "", part, "neither a temperature, a share nor a power")
    if not shares:
        return torn(log, row, "", match[3], "a GPU without its use")
    kw = kilowatts(log, row, "power", power)
    if isinstance(kw, Fault):
        return kw
    return Sample(row, key, seconds, kw, percentage(shares[-1].replace("??", "")), name_of(match[2]))


def _stamp(text: str, clocks: Clocks) -> float | None:
    """The time of a round, before the version of the driver; None where there is none."""
    words = text.split()
    for count in range(len(words), 1, -1):
        try:
            stamp = cells.stamp(" ".join(words[:count]), _SHAPES)
            return clocks.seconds(stamp.isoformat()) if stamp is not None else None
        except ValueError:
            continue
    return None
