"""MLPerf Inference power: `spl.txt` of SPEC PTDaemon, with the summary and detail of loadgen and `client.json` of power-dev."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.mllog import MARK, events
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said

FORMAT = Format(
    "mlperf-inference",
    "MLPerf Inference power: spl.txt of SPEC PTDaemon, loadgen logs, client.json",
    "energy of the system at the wall in the test, window, samples, scenario; UTC where client.json is given",
    "place, hardware, model (only the name of the system under test); the exact window where mlperf_log_detail.txt is not given",
)
_SAMPLE = re.compile(r"Time,\d\d-\d\d-\d{4} \d\d:\d\d:\d\d(\.\d+)?,Watts,")
_CLOCKS = ("%m-%d-%Y %H:%M:%S.%f", "%m-%d-%Y %H:%M:%S")  # US order, as the Mark of the session shows
#: folders of one measurement, as a submission lays them out (mlcommons/policies, submission rules)
_FOLDERS = ("", "../run_1/", "../power/", "../ranging/")
_NAMES = ("*spl*", "*summary*", "*detail*", "*client*")
_TESTING = "_testing"
#: clocks of the two machines are compared after rounding to zones, which are whole quarters of an hour
_QUARTER, _NEAR = 900, 60


#: facts of the summary that are read -> their names in the run
_FACTS = {"Scenario": "scenario", "Mode": "mode", "Result is": "result", "Samples per second": "samples_per_second",
          "QPS w/ loadgen overhead": "qps", "target_qps": "target_qps", "SUT name": "", "samples_per_query": ""}  # fmt: skip


def claims(head: Head) -> bool:
    """Each of the files, by what it holds."""
    return bool(_kind(head))


def _kind(head: Head) -> str:
    text = head.text
    if _SAMPLE.match(text):
        return "spl"
    if "MLPerf Results Summary" in text[:400] and "SUT name" in text:
        return "summary"
    if text.lstrip()[:1] == "{" and '"ptd_client_server.lib.client"' in text and '"session_name"' in text:
        return "client"
    return "detail" if text.startswith(MARK) and '"mlperf::logging"' in text else ""


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per session of testing in each spl.txt that lies with this file."""
    family = {os.path.realpath(log.path): log} if log.path != "-" else {"-": log}
    for folder in _FOLDERS:
        for name in _NAMES:
            for other in log.beside(folder + name):
                if _kind(other.head):
                    family.setdefault(os.path.realpath(other.path), other)
    logs = list(family.values())
    log.taken[:] = [other for other in logs if other is not log]
    samples = [other for other in logs if _kind(other.head) == "spl"]
    if not samples:
        told = f"{_kind(log.head)} without the samples of power"
        yield Fault(log.shown, "", told, "no spl.txt is given with it: no energy follows from it", "Give spl.txt of the same test with it.", "no-energy", lines=0)  # fmt: skip
        return
    phases: dict[str, tuple[float, float]] = {}
    for other in logs:
        if _kind(other.head) == "client":
            made = _phase(other)
            if isinstance(made, Fault):
                yield made
            else:
                phases[made[0]] = made[1]
    for one in samples:
        one.zone = log.zone
        fits = {_kind(o.head): o for o in logs if os.path.dirname(o.path) == os.path.dirname(one.path) and _stem(o) == _stem(one)}  # fmt: skip
        window: tuple[float, float] | None = None
        for each in _window(fits["detail"]) if "detail" in fits else ():
            if isinstance(each, Fault):
                yield each
            else:
                window = each
        summary, lacking = _summary(fits["summary"]) if "summary" in fits else ({}, [])
        yield from _spl(one, window, phases, summary, lacking)


def _stem(log: Log) -> str:
    """What the names of files of one test share where several tests lie in one folder."""
    return re.split(r"(?:mlperf_log_)?(?:spl|summary|detail|client)", log.head.name)[0]


def _spl(
    log: Log,
    window: tuple[float, float] | None,
    phases: dict[str, tuple[float, float]],
    summary: dict[str, Any],
    lacking: list[Note],
) -> Iterator[Found | Fault | Note]:
    held: dict[str, gauge.Gauge] = {}
    rows: dict[str, int] = {}
    offsets: dict[str, float | None] = {}
    outside: dict[str, int] = {}
    other = 0
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            at, kilowatts, mark = _sample(line)
        except ValueError as error:
            yield torn_row(f"{log.shown}: row {row}", "", line, str(error))
            continue
        log.account.use()
        if not mark.endswith(_TESTING):
            other += 1
            continue
        session = mark.removesuffix(_TESTING)
        if session not in held:
            offsets[session] = _offset(at, phases.get(session))
            power = gauge.Gauge(log.zone if offsets[session] is None else None)
            held[session], rows[session], outside[session] = power, row, 0
        cut, offset = window, offsets[session]
        if cut is None and offset is not None:
            begin, end = phases[session]
            cut = begin + offset, end + offset
        if cut is not None and not cut[0] <= at <= cut[1]:
            outside[session] += 1
            continue
        held[session].put(at - (offset or 0), kilowatts)
    if other:
        message = plural(
            other, "{file}: one sample is not of the phase of testing; it was left out",
            "{file}: {n} samples are not of the phase of testing; they were left out", n=other, file=log.shown,
        )  # fmt: skip
        yield Note("rows-left-out", message)
    if not held:
        yield Fault(log.shown, "Mark", "", "no sample is of the phase of testing: no energy follows from it", "Give spl.txt of the test (run_1), not that of the ranging.", "no-energy", lines=0)  # fmt: skip
    for session, power in held.items():
        notes = [*_told(window, phases.get(session), offsets[session], outside[session]), *lacking]
        yield _found(log, session, power, rows[session], offsets[session], notes, summary)


def _told(
    window: tuple[float, float] | None, phase: tuple[float, float] | None, offset: float | None, outside: int
) -> list[Note]:
    notes = []
    if phase is not None and offset is None:
        notes.append(Note("clock-fault", said("client.json places the phase of testing at another time than the samples: it is not used"), "start"))  # fmt: skip
    if window is None:
        which = said("the phase of testing in client.json" if offset is not None else "all samples marked as testing")
        notes.append(Note("power-series-cut", said("the window is {which}, which is longer than the load: mlperf_log_detail.txt, which says when the load began and ended, is not given", which=which), "power", "warning"))  # fmt: skip
    if outside:
        message = plural(outside, "one sample lies before or after the window; it was left out",
                         "{n} samples lie before or after the window; they were left out", n=outside)  # fmt: skip
        notes.append(Note("power-series-cut", message, "power", "info"))
    return notes


def _found(
    log: Log, session: str, power: gauge.Gauge, row: int, offset: float | None, notes: list[Note], summary: dict[str, Any]
) -> Found:  # fmt: skip
    record: dict[str, Any] = {"id": session, "stage": "inference", **summary}
    begin, end = gauge.span([power])
    if offset is None:
        record |= gauge.window([power], naive=True)
    elif end > begin:
        zone = timezone(timedelta(seconds=offset))
        for name, at in (("start", begin), ("end", end)):
            record[name] = datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
    try:
        energy, reading = gauge.energy([power], "node", naive=offset is None)
    except ValueError:
        notes.append(
            Note("no-energy", said("fewer than two samples lie in the window: no energy follows from it"), "power")
        )
        return Found(record, row, tuple(notes), "SPEC PTDaemon", source=log)
    record["energy"] = [energy]
    return Found(record, row, (*notes, *gauge.notes([power])), "SPEC PTDaemon", reading=reading, source=log)


def _sample(line: str) -> tuple[float, float, str]:
    """(local seconds since 1970, kW, Mark) of one row. The first power is that of all channels together. Raises ValueError."""
    texts = [c.strip() for c in line.split(",")]
    if not _SAMPLE.match(line) or "Mark" not in texts[:-1]:
        raise ValueError("not a sample of PTDaemon with a time, a power and a mark")
    kilowatts = cells.quantity(texts[3], "W", "power")
    if kilowatts is None:
        raise ValueError("no value")
    return _local(texts[1]), kilowatts, texts[texts.index("Mark") + 1]


def _local(text: str) -> float:
    """Seconds since 1970 of the local clock. Raises ValueError."""
    time = cells.stamp(text, _CLOCKS)
    if time is None:
        raise ValueError("not a time")
    return time.replace(tzinfo=UTC).timestamp()


def _offset(at: float, phase: tuple[float, float] | None) -> float | None:
    """Seconds by which the clock of the samples is ahead of UTC: the first of them is written when the phase begins."""
    if phase is None:
        return None
    ahead = round((at - phase[0]) / _QUARTER) * _QUARTER
    return float(ahead) if abs(at - phase[0] - ahead) <= _NEAR and abs(ahead) < 86400 else None


def _window(log: Log) -> Iterator[tuple[float, float] | Fault]:
    """Begin and end of the load as loadgen wrote them: a text in local time."""
    found: dict[str, float] = {}
    for event in events(log, '"power_'):
        if isinstance(event, Fault):
            yield event
        elif event.key not in ("power_begin", "power_end"):
            log.account.ignore("other events")
        else:
            try:
                found[event.key] = _local(str(event.value))
                log.account.use()
            except ValueError as error:
                yield Fault(
                    f"{log.shown}: row {event.row}",
                    event.key,
                    shorten(event.value),
                    str(error),
                    "Restore the line from its source.",
                    "torn-row",
                )
    begin, end = found.get("power_begin"), found.get("power_end")
    if begin is None or end is None:
        return
    if end <= begin:
        yield Fault(log.shown, "power_end", "", "the load ends before it begins: its window is not used", "Correct the clock.", "clock-fault", lines=0)  # fmt: skip
    else:
        yield begin, end


def _phase(log: Log) -> tuple[str, tuple[float, float]] | Fault:
    """(session, begin and end of its testing in UTC): from the answer to `start` to the command `stop`."""
    log.account.expect(1)
    try:
        held = log.json()
        marks = [cells.number(each[0]) or 0.0 for each in held["phases"]["testing"]]
        session, begin, end = str(held["session_name"]), marks[1], marks[2]
        if not 0 < begin < end < 1e11:
            raise ValueError
    except (InputError, KeyError, IndexError, TypeError, ValueError, OverflowError):
        return Fault(log.shown, "phases.testing", "", "it does not say when the test began and ended", "Restore client.json from its source.", "clock-fault", lines=1)  # fmt: skip
    log.account.use()
    return session, (begin, end)


def _summary(log: Log) -> tuple[dict[str, Any], list[Note]]:
    """System, work and harmless facts that the summary states; and what it does not."""
    stated: dict[str, str] = {}
    queries = 0
    for number, line in log.lines():
        name, colon, value = line.partition(":")
        done = re.search(r"Processed at least \d+ queries \((\d{1,15})\)", line)
        queries = int(done[1]) if done else queries
        if done or (colon and name.strip() in _FACTS):
            log.account.use()
        elif line.strip():
            log.account.ignore("other facts of the test")
        if colon:
            stated.setdefault(name.strip(), value.strip()[:200])
        if number == 1000:
            break
    per_query = stated.get("samples_per_query", "")
    offline = stated.get("Scenario") == "Offline"  # all samples are one query
    record: dict[str, Any] = {}
    notes = []
    if stated.get("SUT name"):
        record["system"] = stated["SUT name"]
    if stated.get("Mode") == "PerformanceOnly" and re.fullmatch(r"[1-9]\d{0,14}", per_query) and (offline or queries):
        record["work"] = {"samples": int(per_query) * (1 if offline else queries)}
        record["work"] |= {} if offline else {"requests": queries}
    else:
        message = said(
            "the summary does not say how many samples a test of PerformanceOnly has processed: the run has no work"
        )
        notes.append(Note("stated-not-used", message, "work", "info"))
    ext = {name: stated[key] for key, name in _FACTS.items() if name and stated.get(key)}
    return record | ({"ext": {"mlperf": ext}} if ext else {}), notes
