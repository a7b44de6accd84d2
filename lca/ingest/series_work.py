"""Work in series of Prometheus: the counters of vLLM, which run since its server started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lca.errors import shorten
from lca.ingest import gauge
from lca.ingest.formats import Note
from lca.ingest.series import Job, Series, Share, host_of, iso, job_of
from lca.language import listed, plural, said

_NAME = re.compile(r"vllm[:_](prompt_tokens|generation_tokens|request_success|prompt_tokens_cached)(_total)?")
_WORK = {"prompt_tokens": "tokens_in", "generation_tokens": "tokens_out", "request_success": "requests",
         "prompt_tokens_cached": "tokens_cached"}  # fmt: skip
#: reasons with which a request ends without its answer
_FAILED = ("abort", "error")
#: those of a request that got its answer
_DONE = ("stop", "length")


def wanted(name: str) -> bool:
    """Whether a series of this name counts work."""
    return _NAME.fullmatch(name) is not None


def add(series: list[Series], shares: list[Share]) -> Iterator[Share]:
    """The work of each server and model: into the run of its machine or pod where that is among `shares`, else a run of its own."""
    held: dict[tuple[str, Job, str], list[Series]] = {}
    for one in series:
        if wanted(one.name):
            key = host_of(one.labels), job_of(one.labels), one.labels.get("model_name", "")
            held.setdefault(key, []).append(one)
    fits = {key: _fits(key[0], key[1], shares) for key in held}
    for key, group in held.items():
        own = Share(*key[:2])
        into = fits[key]
        # work of several models in one energy would make one of them look free
        share = into if into is not None and sum(f is into for f in fits.values()) == 1 else own
        _fill(share, group, key[2])
        if share is own:
            yield own


def _fits(host: str, job: Job, shares: list[Share]) -> Share | None:
    """The run of the pod or the machine, or the only one where the series do not say where they come from."""
    found = [s for s in shares if (s.job == job if any(s.job) else bool(s.host) and s.host == host)]
    if not found and not host and not any(job):
        found = shares
    return found[0] if len(found) == 1 else None


def _fill(share: Share, group: list[Series], model: str) -> None:
    begin, end = gauge.span([m for meters in share.meters.values() for m in meters])
    work: dict[str, float] = {}
    times: list[float] = []
    restarts = failed = 0
    unknown: set[str] = set()
    single = all(len(one.values) < 2 for one in group)
    for one in group:
        match = _NAME.fullmatch(one.name)
        assert match is not None  # `wanted` has looked
        values = [(t, v) for t, v in sorted(one.values.items()) if not end > begin or begin <= t <= end]
        times += [t for t, _ in values]
        rise = sum(v for _, v in values[:1]) if single else 0.0
        for (_, before), (_, after) in pairwise(values):
            restarts += after < before
            rise += after - before if after >= before else after
        if match[1] == "request_success":
            reason = one.labels.get("finished_reason", "")
            if reason in _FAILED:
                failed += int(rise)
                continue
            unknown |= {reason} - set(_DONE)
        work[_WORK[match[1]]] = work.get(_WORK[match[1]], 0.0) + rise
    if work.get("tokens_cached", 0) > work.get("tokens_in", 0):
        del work["tokens_cached"]
    share.use(group)
    share.record |= {"stage": "inference", "work": work} | ({"system": _plain(model)} if _plain(model) else {})
    if single:
        told = said(
            "one scrape: its counters hold all since the server started, and prompt tokens include those that a prefix cache served"
        )
        share.notes.append(Note("cumulative-rows", told, "work"))
    elif not end > begin and max(times, default=0) > min(times, default=0):
        share.record |= {"start": iso(min(times)), "end": iso(max(times))}
    if restarts:
        message = plural(
            restarts, "a counter fell once and was taken to have restarted at 0; what was served before is not counted in full",
            "counters fell {n} times and were taken to have restarted at 0; what was served before is not counted in full", n=restarts,
        )  # fmt: skip
        share.notes.append(Note("counter-reset", message, "work"))
    if unknown:
        names = listed(shorten(name) or said("none") for name in sorted(unknown)[:3])
        message = said(
            "requests that ended with a reason other than those that vLLM gives for an answer are counted: {names}",
            names=names,
        )
        share.notes.append(Note("series-left-out", message, "work.requests", "info"))
    if failed:
        message = plural(
            failed, "one request that ended with {names} does not count", "{n} requests that ended with {names} do not count",
            n=failed, names=shorten(" or ".join(_FAILED)),
        )  # fmt: skip
        share.notes.append(Note("series-left-out", message, "work.requests"))


def _plain(model: str) -> str:
    """The name of a model; of a path to one only its last part, since the others may name a person."""
    is_path = model.startswith(("/", "~", ".")) or "\\" in model
    return re.split(r"[/\\]", model.rstrip("/\\"))[-1] if is_path else model
