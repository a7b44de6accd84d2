"""Scaphandre JSON exporter: reports of the power of a host, one after another without separator, or in an array."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import cells, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import plural, said

FORMAT = Format(
    "scaphandre",
    "Scaphandre JSON exporter",
    "energy of processors and memory of a host by RAPL, window in UTC",
    "GPUs, power supply and fans (RAPL does not see them), place, what ran on the host",
)
_BEGIN = re.compile(r'\{\s*"host"\s*:')
_CLAIM = re.compile(r'\s*\[?\s*\{\s*"host"\s*:\s*\{[^{}]*"consumption"\s*:')
#: text that is read at once, and a report larger than which is none
_PART, _LARGEST = 2**18, 16 * 2**20
_MICROWATT = 1e-9  # kW


def claims(head: Head) -> bool:
    """The first report begins with the host and its power, and names consumers or sockets."""
    return _CLAIM.match(head.text) is not None and ('"consumers"' in head.text or '"sockets"' in head.text)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per file: the power of the host. Consumers and sockets are parts of it, and are not added."""
    power = gauge.Gauge()
    timeless = consumers = first = 0
    restore = "Restore the report from its source."
    log.account.expect(0)
    for row, report in _reports(log):
        log.account.total += 1
        if isinstance(report, Fault):
            yield report
            continue
        where, field, text = f"{log.shown}: row {row}", "host.consumption", None
        held = report.get("host")
        host: dict[str, Any] = held if isinstance(held, dict) else {}
        try:
            text = host.get("consumption")
            microwatts = cells.number(text)
            if microwatts is None:
                raise ValueError("no value")
            field, text = "host.timestamp", host.get("timestamp")
            time = cells.stamp(text, unit="s")
            if time is not None and time.tzinfo is None:
                raise ValueError("not seconds since 1970")
        except ValueError as error:
            yield Fault(where, field, shorten(text), str(error), restore, "torn-row")
            continue
        log.account.use()
        first = first or row
        parts = report.get("consumers")
        consumers += len(parts) if isinstance(parts, list) else 0
        if time is None:
            timeless += 1
        else:
            power.put(time.timestamp(), microwatts * _MICROWATT)
    if first:
        yield _found(power, first, timeless, consumers)


def _found(power: gauge.Gauge, row: int, timeless: int, consumers: int) -> Found:
    notes = []
    record: dict[str, Any] = {}
    begin, end = gauge.span([power])
    if end > begin:
        record = {
            name: datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
            for name, at in (("start", begin), ("end", end))
        }
    if consumers:
        message = plural(
            consumers, "one entry of consumers is a part of the host; it was not added",
            "{n} entries of consumers are parts of the host; they were not added", n=consumers,
        )  # fmt: skip
        notes.append(Note("rows-left-out", message, "power", "info"))
    try:
        energy, reading = gauge.energy([power], "component_sum")
    except ValueError:
        why = "no report bears a time" if timeless and not power.count else "fewer than two reports bear a time"
        notes.append(Note("no-energy", said("{why}: no energy follows from their power", why=why), "power"))
        return Found(record, row, tuple(notes), "scaphandre")
    if timeless:
        message = plural(
            timeless,
            "one report has no time; it was left out",
            "{n} reports have no time; they were left out",
            n=timeless,
        )
        notes.append(Note("rows-left-out", message, "power", "warning"))
    record["energy"] = [energy]
    return Found(record, row, (*notes, *gauge.notes([power])), "scaphandre", reading=reading)


def _reports(log: Log) -> Iterator[tuple[int, dict[str, Any] | Fault]]:
    """(row at which it begins, report) of each; after what is torn it goes on with the next that begins like one."""
    decode = json.JSONDecoder().raw_decode
    text, row = "", 1
    for part, last in _parts(log):
        text += part
        at = 0
        while match := re.compile(r"[\s,\[\]]*").match(text, at):
            row += text.count("\n", at, match.end())
            at = match.end()
            if at >= len(text):
                break
            try:
                report, end = decode(text, at)
                good = isinstance(report, dict)
            except (ValueError, RecursionError):
                good, after = False, _BEGIN.search(text, at + 1)
                if after is None and not last and len(text) - at < _LARGEST:
                    break  # it may go on in what was not read yet
                end = after.start() if after is not None else len(text)
            if good:
                yield row, report
            else:
                found = shorten(text[at:end].strip())
                yield row, Fault(f"{log.shown}: row {row}", "", found, "not a report of Scaphandre in JSON", "Restore it from its source.", "torn-row")  # fmt: skip
            row += text.count("\n", at, end)
            at = end
        text = text[at:]


def _parts(log: Log) -> Iterator[tuple[str, bool]]:
    """(text, whether it is the last) of the file."""
    decoder = codecs.getincrementaldecoder(log.encoding)("replace")
    with log.binary() as handle:
        while data := handle.read(_PART):
            yield decoder.decode(data), False
    yield decoder.decode(b"", True), True
