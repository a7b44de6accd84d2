"""Usage exports of providers of models: tokens and requests by day and model, from CSV, JSON pages or JSON Lines."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest.bill_rows import moment as utc
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.language import said

#: faults of one cause that are told row by row; the rest are counted
TOLD = 10
START = ("start_time_iso", "start_time", "starting_at", "usage_date_utc", "timestamp", "aggregation_timestamp", "date")
END = ("end_time_iso", "end_time", "ending_at")
MODEL = ("model", "model_version", "snapshot_id")


class Fields(NamedTuple):
    """How a provider names things. Each amount is a sum of parts; each part has one of several names."""

    producer: str
    provider: str
    amounts: dict[str, tuple[tuple[str, ...], ...]]
    left_out: tuple[str, ...] = ()


def is_json(log: Log) -> bool:
    """Whether the file is JSON rather than a table."""
    return log.head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")


def read(log: Log, fields: Fields) -> Iterator[Found | Fault]:
    """One run per day, model and place; rows without tokens and requests are counted."""
    sums: dict[tuple[datetime, str, str], dict[str, Any]] = {}
    faults: dict[tuple[str, str], int] = {}
    empty, dropped = 0, 0.0
    for row, cells in _rows(log):
        made = _row(cells, fields)
        if isinstance(made, tuple):
            key, amounts, end = made
            dropped += sum(v for v in (_count(cells.get(n)) for n in fields.left_out) if v and v == v)
            if not any(amounts.values()):
                empty += 1
                continue
            held = sums.setdefault(key, {"rows": [], "end": key[0] + timedelta(days=1), "amounts": {}})
            held["rows"].append(row)
            held["end"] = max(held["end"], end)
            for name, value in amounts.items():
                held["amounts"][name] = held["amounts"].get(name, 0.0) + value
        else:
            cause = (made.field, made.problem)
            faults[cause] = faults.get(cause, 0) + 1
            if faults[cause] <= TOLD:
                yield Fault(f"{log.shown}: row {row}", made.field, made.found, made.problem, made.remedy, "torn-row")
    for (name, problem), count in faults.items():
        if count > TOLD:
            yield Fault(log.shown, name, f"{count - TOLD} more rows", problem, "Restore the rows from their source.", "torn-row")  # fmt: skip
    notes = []
    if empty:
        notes.append(Note("no-energy", said("{empty} rows hold neither tokens nor requests: they are left out", empty=empty), "work", "info"))  # fmt: skip
    if dropped:
        told = said(
            "{dropped} tokens of {names} are left out: the export does not say whether they are among the others",
            dropped=f"{dropped:.15g}",
            names=", ".join(fields.left_out),
        )
        notes.append(Note("identity-mismatch", told, "work"))
    if not sums and not faults:
        yield Fault(log.shown, "", "", "no row holds tokens or requests", "Export usage of a period with requests.")
    for key, held in sums.items():
        yield Found(_record(log, key, held, fields), held["rows"], tuple(notes), fields.producer)
        notes = []


def _row(cells: dict[str, Any], fields: Fields) -> tuple[tuple[datetime, str, str], dict[str, float], datetime] | Fault:
    """(day, model, place), amounts and end of a row, or what is wrong with it; where is filled in by the caller."""
    fix = "Restore the row from its source."
    if "" in cells:
        return Fault("", "", shorten(str(cells[""])), "not a JSON object", fix)
    name, value = _first(cells, START)
    begin = _moment(value)
    if begin is None:
        return Fault("", name or "time", shorten(str(value or "")), "not a time", fix)
    amounts = {}
    for quantity, parts in fields.amounts.items():
        told = [(n, v) for n, v in (_first(cells, names) for names in parts) if n]
        for part, v in told:
            if not _count(v) >= 0:
                return Fault("", part, shorten(str(v)), "not a number of at least 0", fix)
        if told:
            amounts[quantity] = sum(_count(v) for _, v in told)
    if amounts.get("tokens_cached", 0) > amounts.get("tokens_in", 0):
        part, v = _first(cells, fields.amounts["tokens_cached"][0])
        return Fault("", part, shorten(str(v)), "more cached tokens than tokens of input, of which they are a part", fix)  # fmt: skip
    day = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    end = _moment(_first(cells, END)[1]) or begin
    place = str(cells.get("inference_geo") or "").lower()
    model = _without_owner(str(_first(cells, MODEL)[1] or "").strip()[:200])
    key = (day, model, place if place.isalpha() else "")
    return key, amounts, min(end, begin + timedelta(days=366))


def _without_owner(model: str) -> str:
    """A tuned model bears the name of its organisation: `ft:gpt-4o:acme::id`."""
    if not model.startswith("ft:"):
        return model
    base, _, rest = model.removeprefix("ft:").partition(":")
    return f"ft:{base}:{hashlib.sha256(rest.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _record(log: Log, key: tuple[datetime, str, str], held: dict[str, Any], fields: Fields) -> dict[str, Any]:
    day, model, place = key
    parts = (model.replace(" ", "-") or fields.provider, f"{day:%Y-%m-%d}", place, log.digest[:8])
    record: dict[str, Any] = {
        "id": "-".join(p for p in parts if p), "stage": "inference", "start": day.isoformat(), "end": held["end"].isoformat(),
        "work": {name: value for name, value in held["amounts"].items() if value or name != "tokens_cached"},
    }  # fmt: skip
    if model:
        record["system"] = {"name": model, "provider": fields.provider}
    if (
        place == "us"
    ):  # infrastructure in the US alone: https://platform.claude.com/docs/en/manage-claude/data-residency
        record["location"] = {"country": "US"}
    return record


def _first(cells: dict[str, Any], names: tuple[str, ...]) -> tuple[str, Any]:
    return next(((n, cells[n]) for n in names if cells.get(n) not in (None, "")), ("", None))


def _count(value: Any) -> float:
    """A count as a number, NaN where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return math.nan
    try:
        made = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return made if math.isfinite(made) else math.nan


def _moment(value: Any) -> datetime | None:
    """ISO, or seconds since 1970."""
    seconds = _count(value)
    if 1e9 < seconds < 5e9:  # 2001 to 2128: other numbers are no seconds since 1970
        return datetime.fromtimestamp(seconds, UTC)
    if seconds == seconds or not isinstance(value, str):
        return None
    made = utc(value.replace(" UTC", "+00:00"))
    return made if made is not None and 2001 <= made.year < 2129 else None


def _rows(log: Log) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with a number each; what is no object stands under an empty name."""
    if not is_json(log):
        for row, raw in log.records():
            yield row, {name.lower(): value for name, value in raw.items()}
        return
    if isinstance(_parsed(log.head.lines[0]), dict):
        for row, line in log.lines():
            if line.strip():
                made = _parsed(line)
                for one in _leaves({"": line} if made is None else made):
                    yield row, one
        return
    yield from enumerate(_leaves(log.json()), 1)


def _parsed(line: str) -> Any:
    try:
        return unique_keys.of_json(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _leaves(made: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Rows of a page: buckets of time hold results, which get the times of their bucket."""
    if depth > 4:
        yield {"": "lists within lists"}
    elif isinstance(made, list):
        for one in made:
            yield from _leaves(one, depth + 1)
    elif not isinstance(made, dict):
        yield {"": made}
    elif isinstance(made.get("data"), list):
        yield from _leaves(made["data"], depth + 1)
    elif isinstance(made.get("results"), list):
        times = {name: made[name] for name in (*START, *END) if name in made}
        for one in made["results"]:
            yield _flat(times | one) if isinstance(one, dict) else {"": one}
    else:
        yield _flat(made)


def _flat(made: dict[str, Any]) -> dict[str, Any]:
    out = {k: v for k, v in made.items() if not isinstance(v, dict)}
    for name, inner in made.items():
        if isinstance(inner, dict):
            out |= {f"{name}.{k}": v for k, v in inner.items()}
    return out
