"""vLLM throughput benchmarks (`vllm bench throughput --output-json`): one JSON object per benchmark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said

FORMAT = Format(
    "vllm-throughput",
    "vLLM throughput benchmark, --output-json",
    "duration, requests",
    "energy, devices, place, start, model; tokens in and out apart, of which it states the sum",
    marks=(("elapsed_time", "num_requests", "total_num_tokens", "requests_per_second", "tokens_per_second"),),
)
_NUMBERS = ("elapsed_time", "num_requests", "total_num_tokens")
#: share by which the rate of requests may differ from requests by time
_ROUNDING = 0.01


def claims(head: Head) -> bool:
    """An object with the keys that the benchmark writes."""
    text = head.text.lstrip("\ufeff \r\n\t")
    return text.startswith("{") and all(f'"{name}"' in text for name in FORMAT.marks[0])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run."""
    document = log.json()
    log.account.expect(1)
    made = _found(f"{log.shown}: row 1", document)
    log.account.use(isinstance(made, Found))
    yield made


def _found(where: str, document: dict[str, Any]) -> Found | Fault:
    numbers: dict[str, float | None] = {}
    for name in (*_NUMBERS, "requests_per_second"):
        try:
            numbers[name] = cells.number(document.get(name))
        except ValueError as error:
            return torn_row(where, name, document[name], str(error))
    seconds, requests, rate = numbers["elapsed_time"], numbers["num_requests"], numbers["requests_per_second"]
    if not seconds:
        return torn_row(where, "elapsed_time", document.get("elapsed_time", ""), "the result has no duration above 0")
    if requests and rate and abs(rate * seconds / requests - 1) > _ROUNDING:
        return torn_row(where, "requests_per_second", rate, "not the requests by the elapsed time")
    record: dict[str, Any] = {"stage": "inference", "status": "completed", "duration": f"{seconds!r} s"}
    notes = [Note("no-energy", said("the benchmark states work and time, and neither energy nor power"), "energy")]
    if requests is not None:
        record["work"] = {"requests": requests}
    else:
        notes.append(Note("cells-not-used", said("the result does not state its {names}", names="requests"), "work"))
    tokens = numbers["total_num_tokens"]
    if tokens:
        message = plural(
            round(tokens), "its one token was not used: the benchmark does not say whether it went in or out",
            "its {n} tokens were not used: the benchmark does not say how many of them went in and how many out",
            n=f"{tokens:.0f}",
        )  # fmt: skip
        notes.append(Note("cells-not-used", message, "work"))
    return Found(record, 1, tuple(notes), "vLLM")
