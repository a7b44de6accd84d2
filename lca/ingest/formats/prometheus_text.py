"""Scrapes in the text format of Prometheus (or OpenMetrics), of exporters of energy and of vLLM: one, or several with times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.formats.prometheus import is_known, runs
from lca.ingest.log import Head, Log
from lca.ingest.series import Series, number

FORMAT = Format(
    "prometheus-text",
    "Prometheus text exposition of DCGM, Kepler, node_exporter, nvidia_gpu_exporter, ipmi_exporter or vLLM",
    "requests and tokens since the server started; of several scrapes with times what the format prometheus gives",
    "energy and window where there is one scrape; place, stage of anything but vLLM",
)
_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?[\d.]+))?(?:[ \t]+#.*)?\s*\Z")
_LABEL = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"')
_LABELS = re.compile(rf"\s*(?:{_LABEL.pattern}\s*(?:,\s*|\Z))*\Z")
_KNOWN = re.compile(r"^(?:DCGM_FI_\w+|kepler_\w+|vllm[:_]\w+|dcgm_\w+|nvidia_(?:smi|gpu)_power_\w+|node_rapl_\w+|ipmi_dcmi_\w+)(?:\{.*\})?[ \t]+[-+]?(?:[\d.]+(?:[eE][-+]?\d+)?|NaN|Inf)(?:[ \t]+-?[\d.]+)?[ \t\r]*$", re.MULTILINE)  # fmt: skip
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)|\b(\d{10,13}(?:\.\d+)?)\b")
_REMEDY = "Write a line such as `# 2026-03-01T09:00:00Z` before each scrape, or export the series as JSON."


def claims(head: Head) -> bool:
    """At least one whole sample of an exporter that is known."""
    return _KNOWN.search(head.text) is not None


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """The runs of the scrapes. A time stands with each sample, or in a comment before a scrape."""
    held: dict[str, Series] = {}
    others: dict[str, Series] = {}
    at: float | None = None
    times: set[bool] = set()
    stop: Fault | None = None
    lines = 0  # that are used unless nothing can be
    for row, line in log.lines():
        where = f"{log.shown}: row {row}"
        text = line.strip().lstrip("\ufeff")
        if not text or text.startswith("#"):
            if text:
                log.account.head()
            at = _stamp(text) or at if not re.match(r"#\s*(HELP|TYPE|UNIT|EOF)\b", text) else at
            continue
        match = _SAMPLE.match(text)
        if match is None or not _LABELS.match(match[2] or ""):
            yield Fault(where, "", shorten(_unnamed(text)), "not a sample", "Restore the line from its source.", "torn-row")  # fmt: skip
            continue
        if not is_known(match[1]):
            others.setdefault(match[1], Series(row, match[1], {}, {}))
            log.account.ignore("series that give neither energy nor work")
            continue
        labels = {m[1]: _plain(m[2]) for m in _LABEL.finditer(match[2] or "")}
        value = number(match[3])
        own = _seconds(match[4]) if match[4] else None
        if value is None or (match[4] and own is None):
            yield Fault(where, match[1], shorten(" ".join(filter(None, match.groups()[2:]))), "not a value of at least 0, or not a time", "Restore the line from its source.", "torn-row")  # fmt: skip
            continue
        lines += 1
        time = own or at
        key = f"{match[1]}{sorted(labels.items())}"
        one = held.setdefault(key, Series(row, match[1], labels, {}))
        times.add(time is None)
        if stop is None and (len(times) > 1 or (time is None and one.values)):
            problem = (
                "some samples have times and some do not"
                if len(times) > 1
                else "the series stands twice, and the scrapes have no times"
            )
            stop = Fault(where, match[1], "", problem, _REMEDY)
        time = time or 1.0  # without a time there is one scrape, which gives no window
        if value != value:
            held[key] = one._replace(nothing=one.nothing + 1)
        elif time in one.values:
            held[key] = one._replace(twice=one.twice + 1)
        else:
            one.values[time] = value
    if stop is not None:
        yield replace(stop, lines=lines)
        return
    log.account.use(lines)
    yield from runs(log, [*held.values(), *others.values()], _REMEDY)


def _stamp(text: str) -> float | None:
    """The time in a comment; one without an offset could be of any zone, and is none."""
    match = _TIME.search(text)
    return _seconds(match[1] or match[2]) if match else None


def _seconds(text: str) -> float | None:
    try:
        time = cells.stamp(text)
    except ValueError:
        return None
    return time.timestamp() if time is not None and time.tzinfo is not None else None


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def _unnamed(text: str) -> str:
    """A broken line without its labels, which may name a machine."""
    return text.partition("{")[0]
