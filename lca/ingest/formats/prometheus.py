"""Prometheus JSON: answers of `query_range` and `query`, alone or by metric, with series of DCGM, Kepler and vLLM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import series_energy, series_names, series_work
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.series import Series, Share, broken, found, moment, number, others
from lca.language import plural

FORMAT = Format(
    "prometheus",
    "Prometheus query_range or query JSON: DCGM, Kepler, node_exporter, nvidia_gpu_exporter, ipmi_exporter, vLLM",
    "energy of GPUs (their utilisation where it is missing), or of processors, memory and GPUs of a machine; GPU model and count, window, requests and tokens",
    "place, stage, system unless a namespace or a served model is named",
)
_ANSWER = re.compile(r'"resultType"\s*:\s*"(matrix|vector|scalar|string|streams)"')
_SERIES = re.compile(r'"metric"\s*:\s*\{[^{}]*"__name__"\s*:')
_FAILURE = re.compile(r'\{\s*"status"\s*:\s*"error"\s*,\s*"errorType"\s*:')
_REMEDY = "Export the series again, by name and without functions such as rate."


def claims(head: Head) -> bool:
    """JSON with the type of a result, or with series as Prometheus labels them."""
    text = head.text.lstrip("\ufeff \t\r\n")
    return text[:1] in ("{", "[") and any(p.search(text) for p in (_ANSWER, _SERIES, _FAILURE))


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """Runs by machine, or by pod or job. Rows are the numbers of the series in the file, records its samples."""
    series: list[Series] = []
    log.account.expect(0)
    for row, (name, raw) in log.each(_series(log, log.json(), ""), "series"):
        made = _take(row, name, raw)
        if made is None:
            log.account.total += 1
            yield Fault(
                f"{log.shown}: series {row}", "", shorten(raw), "not a series of Prometheus", _REMEDY, "torn-row"
            )
            continue
        one, wrong, first = made
        log.account.total += wrong + one.nothing + len(one.values) + one.twice
        if wrong:
            yield broken(f"{log.shown}: series {row}", wrong, first, _REMEDY)
        log.account.ignore("samples that hold NaN or infinity", one.nothing)
        log.account.ignore("second samples of one time", one.twice)
        series.append(one)
    unneeded = series_energy.unneeded(series)
    for one in series:
        if is_known(one.name) and one.name not in unneeded:
            log.account.use(len(one.values))
        else:
            log.account.ignore("series that give neither energy nor work", len(one.values))
    yield from runs(log, series, _REMEDY)


def is_known(name: str) -> bool:
    """Whether a series of this name gives energy or work."""
    return series_energy.wanted(name) or series_names.is_other(name) or series_work.wanted(name)


def runs(log: Log, series: list[Series], remedy: str) -> Iterator[Found | Fault | Note]:
    """The runs that follow from series."""
    named: list[Series] = []
    faults = 0
    for one in series_names.known(log.shown, (s for s in series if is_known(s.name) and s.values)):
        if isinstance(one, Series):
            named.append(one)
        else:
            faults += isinstance(one, Fault)
            yield one
    unneeded = series_energy.unneeded(named)
    known = [s for s in named if s.name not in unneeded]
    yield from others(s.name for s in series if not is_known(s.name) or s.name in unneeded)
    if sum(s.twice for s in series):
        yield _twice(sum(s.twice for s in series))
    shares: list[Share] = []
    for share in series_energy.shares(log.shown, known):
        if isinstance(share, Fault):
            faults += 1
            yield share
        else:
            shares.append(share)
    shares += list(series_work.add(known, list(shares)))
    if not shares and not faults:
        told = series_energy.names(series)
        yield Fault(log.shown, "", told, "no series that gives energy or work: DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION, DCGM_FI_DEV_POWER_USAGE, kepler_node_package_joules_total, vllm:prompt_tokens_total and the like do",
                    remedy, lines=0)  # fmt: skip
    yield from found(log, shares)


def _twice(count: int) -> Note:
    message = plural(
        count, "one sample has the time of another sample of its series; the first of the two counts",
        "{n} samples have the time of another sample of their series; the first one at each time counts", n=count,
    )  # fmt: skip
    return Note("clock-fault", message, "energy", "warning")


def _series(log: Log, raw: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(name of the metric where the file gives it outside of the labels, series) of an answer, a list, or a dict by metric."""
    if isinstance(raw, list):
        for one in raw:
            yield name, one
    elif isinstance(raw, dict) and "status" in raw and raw["status"] != "success":
        raise InputError(log.shown, f"an answer with the status {shorten(raw['status'])} holds no data", "Repeat the query.")  # fmt: skip
    elif isinstance(raw, dict) and "resultType" in raw:
        if raw["resultType"] not in ("matrix", "vector"):
            raise InputError(log.shown, f"a result of the type {shorten(raw['resultType'])} holds no series", _REMEDY)
        yield from _series(log, raw.get("result"), name, depth + 1)
    elif isinstance(raw, dict) and "data" in raw:
        yield from _series(log, raw["data"], name, depth + 1)
    elif isinstance(raw, dict) and depth < 4:
        for key, inner in raw.items():
            if isinstance(inner, (list, dict)):
                yield from _series(log, inner, key, depth + 1)


def _take(row: int, name: str, raw: Any) -> tuple[Series, int, str] | None:
    """A series, how many of its samples are none, and the first of these; None for what is no series."""
    if not isinstance(raw, dict) or not isinstance(raw.get("metric"), dict):
        return None
    labels = {k: v for k, v in raw["metric"].items() if isinstance(v, str)}
    pairs = raw.get("values") if "values" in raw else [raw.get("value")]
    values: dict[float, float] = {}
    nothing = wrong = twice = 0
    first = ""
    for pair in pairs if isinstance(pairs, list) else [pairs]:
        at, value = (moment(pair[0]), number(pair[1])) if isinstance(pair, list) and len(pair) == 2 else (None, None)
        if at is None or value is None:
            first = first or shorten(pair)
            wrong += 1
        elif value != value:
            nothing += 1
        elif at in values:
            twice += 1
        else:
            values[at] = value
    return Series(row, labels.get("__name__", name), labels, values, nothing, twice), wrong, first
