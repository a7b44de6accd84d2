"""AIPerf: the summary of a benchmark of a served model (JSON, CSV), and what its server counted meanwhile (CSV of stacked tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import aiperf_table
from lca.ingest import cells as cell
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.series import iso, moment, number
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "aiperf",
    "AIPerf profile_export_aiperf.json and .csv, server_metrics_export.csv",
    "requests, tokens in and out, mean latency, window, name of the served model; GPUs with their mean power where AIPerf scraped them",
    "place; energy and devices without telemetry of GPUs; dates and model where only the CSV is there",
)
_FIRST = "# AIPerf Server Metrics Export (CSV)"
_ID = re.compile(r'(?:^# benchmark_id:\s*|"benchmark_id"\s*:\s*")([\w-]{1,80})', re.MULTILINE)
_SERVER = {"vllm:prompt_tokens": "tokens_in", "vllm:generation_tokens": "tokens_out", "vllm:request_success": "requests",
           "vllm:prompt_tokens_cached": "tokens_cached"}  # fmt: skip
#: reasons with which a request ends without its answer
_FAILED = ("abort", "error")
#: no count and no time (ns since 1970) of a benchmark is larger
_MOST = 1e20
#: metrics of the summary that are used
_METRICS = ("request_count", "total_isl", "total_osl", "total_output_tokens", "request_latency", "benchmark_duration",
            "min_request_timestamp", "max_response_timestamp")  # fmt: skip


def claims(head: Head) -> bool:
    """The first line of the CSV, or a JSON with the version of the tool and results of a profile."""
    text = head.text.lstrip("\ufeff \r\n\t")
    if text.startswith(_FIRST) or aiperf_table.is_summary(head):
        return True
    return text.startswith("{") and '"aiperf_version"' in text and '"request_throughput"' in text


def read(log: Log) -> Iterator[Found | Fault]:
    """One run. Where several files of one benchmark are given, the summary counts, the JSON of it before the CSV."""
    if aiperf_table.is_summary(log.head):
        yield from _table(log)
        return
    if not _is_table(log):
        log.account.expect(1)
        log.account.use()
        server = _beside(log, "*.csv", _is_table)
        yield _summary(log, log, server, _devices_beside(log))
        return
    main = next(iter(_beside(log, "*.json", lambda other: claims(other.head))), None)
    if main is not None:
        log.account.expect(1)
        log.account.ignore("what the server counted of a benchmark whose summary counts")
        yield _summary(log, main, [log])
        return
    yield from _server(log)


def _table(log: Log) -> Iterator[Found | Fault]:
    """The summary as CSV; where the JSON of the same benchmark lies beside it, that one counts, with the GPUs of this one."""
    table = aiperf_table.Summary()
    yield from aiperf_table.read(log, table)
    if not table.rows:
        yield Fault(log.shown, "", "", "neither requests nor a duration", "Export the summary of a run that ended.")
        return
    for other in log.beside("*.json"):
        if claims(other.head) and _is_same(other, table):
            log.taken[:] = [other]
            yield _summary(log, other, [], table.devices)
            return
    log.taken.clear()
    record: dict[str, Any] = {"stage": "inference", "devices": table.devices}
    notes: list[Note] = []
    work: dict[str, Any] = {k: v for k, v in table.sums.items() if k != "seconds"}
    for name, mean in table.means.items():
        if name not in work and "requests" in work:
            work[name] = mean * work["requests"]
            told = said(
                "the file gives the mean length of a request, not the sum; {name} is {mean} times {requests} requests",
                name=name, mean=f"{mean:.10g}", requests=f"{work['requests']:.10g}",
            )  # fmt: skip
            notes.append(Note("columns-inferred", told, f"work.{name}", "info"))
    if table.latency:
        work["latency"] = f"{table.latency!r} s"
    if table.sums.get("seconds"):
        record["duration"] = f"{table.sums['seconds']!r} s"
    if not any("power" in d for d in table.devices):
        notes.append(Note("no-energy", said("the benchmark tells work, not energy"), "energy"))
    record["work"] = work
    notes += _absent(work, has_time="duration" in record)
    yield Found({k: v for k, v in record.items() if v}, table.rows, tuple(notes), "aiperf")


def _devices_beside(log: Log) -> list[dict[str, Any]]:
    """The GPUs of the same summary as CSV."""
    taken = list(log.taken)
    devices: list[dict[str, Any]] = []
    for other in [b for b in log.beside("*.csv") if aiperf_table.is_summary(b.head)]:
        table = aiperf_table.Summary()
        faults = list(aiperf_table.read(other, table))
        if not faults and _is_same(log, table):
            devices = table.devices
            taken.append(other)
    log.taken[:] = taken
    return devices


def _is_same(other: Log, table: aiperf_table.Summary) -> bool:
    """Whether a JSON is of the benchmark of a CSV, which rounds to two decimals."""
    try:
        raw = other.json()
    except InputError:
        return False  # it is read by itself, and tells what is wrong with it
    if not isinstance(raw, dict):
        return False
    pairs = (
        (_value(raw, "request_count"), table.sums.get("requests")),
        (_value(raw, "benchmark_duration"), table.sums.get("seconds")),
    )
    stated = [(a, b) for a, b in pairs if a is not None and b is not None]
    return bool(stated) and all(abs(a - b) < 0.0051 for a, b in stated)


def _is_table(log: Log) -> bool:
    return log.head.text.lstrip("\ufeff \r\n\t").startswith(_FIRST)


def _beside(log: Log, pattern: str, fits: Any) -> list[Log]:
    """Files of the same benchmark; others stay what they are."""
    own = _id(log)
    found = log.beside(pattern)
    same = [other for other in found if own and fits(other) and _id(other) == own]
    log.taken = [other for other in log.taken if other not in found or other in same]
    return same


def _id(log: Log) -> str:
    match = _ID.search(log.head.text)
    return match[1] if match else ""


def _summary(log: Log, main: Log, server: list[Log], devices: list[dict[str, Any]] | None = None) -> Found | Fault:
    """The run of the summary. `server` are files of what the server counted of the same benchmark."""
    raw = main.json()
    if not isinstance(raw, dict):
        raise InputError(main.shown, "not the summary of a benchmark", "Export it again.")
    work: dict[str, Any] = {
        "requests": _value(raw, "request_count"),
        "tokens_in": _first(_value(raw, "total_isl"), _value(raw, "input_sequence_length", "sum")),
        "tokens_out": _first(_value(raw, "total_osl"), _value(raw, "output_sequence_length", "sum"), _value(raw, "total_output_tokens")),
    }  # fmt: skip
    work = {k: v for k, v in work.items() if v is not None}
    if not work:
        return Fault(main.shown, "request_count", "", "neither requests nor tokens", "Export the summary of a run that ended.")  # fmt: skip
    latency = _value(raw, "request_latency")
    if latency and _unit(raw, "request_latency") == "ms":
        work["latency"] = f"{latency!r} ms"
    record: dict[str, Any] = {"stage": "inference", "work": work, "id": _id(main), "devices": devices}
    if isinstance(raw.get("was_cancelled"), bool):
        record["status"] = "cancelled" if raw["was_cancelled"] else "completed"
    config = raw.get("input_config")
    endpoint = config.get("endpoint") if isinstance(config, dict) else None
    models = endpoint.get("model_names") if isinstance(endpoint, dict) else None
    record["system"] = _model([m for m in models if isinstance(m, str)] if isinstance(models, list) else [])
    # those of start_time and end_time are of the local clock, without its zone
    times = [moment(ns / 1e9) if (ns := _value(raw, name)) and _unit(raw, name) == "ns" else None
             for name in ("min_request_timestamp", "max_response_timestamp")]  # fmt: skip
    seconds = _value(raw, "benchmark_duration")
    if times[0] is not None and times[1] is not None and times[1] > times[0]:
        record |= {"start": iso(times[0]), "end": iso(times[1])}
    elif seconds and _unit(raw, "benchmark_duration") == "sec":
        record["duration"] = f"{seconds!r} s"
    notes: tuple[Note, ...] = ()
    if not any("power" in d for d in devices or []):
        notes = (Note("no-energy", said("the benchmark tells work, not energy"), "energy"),)
    notes += (*_not_read(raw), *_absent(work, has_time="start" in record or "duration" in record))
    if "start" not in record:
        told = said("the summary states no times of its first request and its last response; the run has no date")
        notes += (Note("clock-fault", told, "start"),)
    if server:
        notes += (Note("series-left-out", said("what the server counted of the same benchmark is not added: the summary counts"), "work"),)  # fmt: skip
    version = raw.get("aiperf_version")
    record = {k: v for k, v in record.items() if v}
    return Found(record, 1, notes, "aiperf", version[:40] if isinstance(version, str) else "", source=main)


def _server(log: Log) -> Iterator[Found | Fault]:
    """What the server counted: the column `total` of its counters is the rise during the benchmark."""
    header: list[str] = []
    work: dict[str, float] = {}
    rows: list[int] = []
    models: set[str] = set()
    version = ""
    for row, cells in log.table():
        if cells[0].startswith("#"):
            log.account.head()
            version = cells[0].partition("aiperf_version:")[2].strip()[:40] or version
            continue
        if cells[0] == "Endpoint":  # each table has its own columns
            log.account.head()
            header = cells
            continue
        one = dict(zip(header, cells, strict=False))
        if one.get("Type") != "counter" or one.get("Metric") not in _SERVER or one.get("finished_reason") in _FAILED:
            log.account.ignore("counters of a server other than of tokens and requests that were served")
            continue
        value = number(one.get("total", ""))
        if value is None or value - value != 0 or len(cells) != len(header):
            yield torn_row(f"{log.shown}: row {row}", "total", one.get("total", ""), "not a count")
            continue
        work[_SERVER[one["Metric"]]] = work.get(_SERVER[one["Metric"]], 0.0) + value
        rows.append(row)
        log.account.use()
        models.add(one.get("model_name", ""))
    if not work:
        yield Fault(log.shown, "", "", "no counter of requests or tokens", "Give profile_export_aiperf.json of the same benchmark.")  # fmt: skip
        return
    if work.get("tokens_cached", 0) > work.get("tokens_in", 0):
        del work["tokens_cached"]
    record = {"stage": "inference", "work": work, "id": _id(log), "system": _model(sorted(models - {""}))}
    told = said(
        "the file tells work as the server counted it, and neither energy nor window: profile_export_aiperf.json of the same benchmark has the window"
    )
    yield Found({k: v for k, v in record.items() if v}, rows, (Note("no-energy", told, "energy"),), "aiperf", version)


def _model(names: list[str]) -> str:
    """The served models; of a path only its last part, since the others may name a person."""
    plain = [re.split(r"[/\\]", n.rstrip("/\\"))[-1] if n.startswith(("/", "~", ".")) or "\\" in n else n for n in names]  # fmt: skip
    return ", ".join(plain)[:200]


def _value(raw: dict[str, Any], name: str, of: str = "avg") -> float | None:
    """A metric: counts and sums stand in `avg` where there is one value of them."""
    held = raw.get(name)
    try:
        value = cell.number(held.get(of)) if isinstance(held, dict) else None
    except ValueError:
        return None
    return value if value is not None and value < _MOST else None


def _not_read(raw: dict[str, Any]) -> Iterator[Note]:
    """Metrics that are there and cannot be read."""
    for name in _METRICS:
        held = raw.get(name)
        value = held.get("avg") if isinstance(held, dict) else held
        if value is not None and _value(raw, name) is None and not cell.is_blank(value):
            yield Note("cells-not-used", said("{field} is {found}, not a number from 0 to 1e20; it is not used", field=name, found=shorten(value)), name)  # fmt: skip


def _absent(work: dict[str, Any], *, has_time: bool) -> Iterator[Note]:
    """Work and time that a summary does not state."""
    names = [name for name in ("requests", "tokens_in", "tokens_out") if name not in work]
    names += [] if has_time else ["duration"]
    if names:
        yield Note("cells-not-used", said("the summary does not state its {names}", names=", ".join(names)), "work")


def _unit(raw: dict[str, Any], name: str) -> Any:
    return raw[name].get("unit")


def _first(*values: float | None) -> float | None:
    return next((v for v in values if v is not None), None)
