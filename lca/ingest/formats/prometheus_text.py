"""Scrapes in the text format of Prometheus (or OpenMetrics), of the exporters of DCGM, Kepler and vLLM: one, or several with times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lca.errors import Fault, shorten
from lca.ingest import series_energy, series_work
from lca.ingest.formats import Format, Found
from lca.ingest.formats.prometheus import runs
from lca.ingest.log import Head, Log
from lca.ingest.series import Series, moment, number

FORMAT = Format(
    "prometheus-text",
    "Prometheus text exposition of DCGM, Kepler or vLLM",
    "requests and tokens since the server started; of several scrapes with times what the format prometheus gives",
    "energy and window where there is one scrape; place, stage of anything but vLLM",
)
_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?[\d.]+))?(?:[ \t]+#.*)?\s*\Z")
_LABEL = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"')
_KNOWN = re.compile(r"^(?:DCGM_FI_\w+|kepler_\w+|vllm[:_]\w+)(?:\{.*\})?[ \t]+[-+]?(?:[\d.]+(?:[eE][-+]?\d+)?|NaN|Inf)(?:[ \t]+-?[\d.]+)?[ \t\r]*$", re.MULTILINE)  # fmt: skip
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)|\b(\d{10,13}(?:\.\d+)?)\b")
_REMEDY = "Write a line such as `# 2026-03-01T09:00:00Z` before each scrape, or export the series as JSON."
#: times above this are milliseconds: as seconds they lie after the year 5000, as milliseconds the limit lies in 1973
_MILLI = 1e11


def claims(head: Head) -> bool:
    """At least one whole sample of an exporter that is known."""
    return _KNOWN.search(head.text) is not None


def read(log: Log) -> Iterator[Found | Fault]:
    """The runs of the scrapes. A time stands with each sample, or in a comment before a scrape."""
    held: dict[str, Series] = {}
    others: dict[str, Series] = {}
    at: float | None = None
    times: set[bool] = set()
    for row, line in log.lines():
        where = f"{log.shown}: row {row}"
        text = line.strip().lstrip("\ufeff")
        if not text or text.startswith("#"):
            at = _stamp(text) or at if not re.match(r"#\s*(HELP|TYPE|UNIT|EOF)\b", text) else at
            continue
        match = _SAMPLE.match(text)
        labels = {m[1]: _plain(m[2]) for m in _LABEL.finditer(match[2] or "")} if match else {}
        if match is None:
            yield Fault(where, "", shorten(_unnamed(text)), "not a sample", "Restore the line from its source.", "torn-row")  # fmt: skip
            continue
        if not (series_energy.wanted(match[1]) or series_work.wanted(match[1])):
            others.setdefault(match[1], Series(row, match[1], {}, {}))
            continue
        value = number(match[3])
        own = _seconds(match[4]) if match[4] else None
        if value is None or (match[4] and own is None):
            yield Fault(where, match[1], shorten(" ".join(filter(None, match.groups()[2:]))), "not a value of at least 0, or not a time", "Restore the line from its source.", "torn-row")  # fmt: skip
            continue
        time = own or at
        key = f"{match[1]}{sorted(labels.items())}"
        one = held.setdefault(key, Series(row, match[1], labels, {}))
        times.add(time is None)
        if len(times) > 1 or (time is None and one.values):
            told = (
                "some samples have times and some do not"
                if len(times) > 1
                else "the series stands twice, and the scrapes have no times"
            )
            yield Fault(where, match[1], "", told, _REMEDY)
            return
        if value - value != 0:  # NaN or infinite
            held[key] = one._replace(nothing=one.nothing + 1)
        else:
            one.values.setdefault(time or 1.0, value)  # without a time there is one scrape, which gives no window
    yield from runs(log, list(held.values()) or list(others.values()), _REMEDY)


def _stamp(text: str) -> float | None:
    """The time in a comment; one without an offset could be of any zone, and is none."""
    match = _TIME.search(text)
    if match is None:
        return None
    if match[2]:
        return _seconds(match[2])
    try:
        stamp = datetime.fromisoformat(match[1])
        return moment(stamp.timestamp()) if stamp.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return moment(value / 1000 if value > _MILLI else value)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def _unnamed(text: str) -> str:
    """A broken line without its labels, which may name a machine."""
    return text.partition("{")[0]
