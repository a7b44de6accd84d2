"""Usage exports of providers of models: tokens and requests by day and model, from CSV, JSON pages or JSON Lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, pieces
from lca.ingest.bill_rows import Table, moment
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.pieces import Collected
from lca.ingest.torn_rows import RESTORE
from lca.language import plural, said

START = ("start_time_iso", "start_time", "starting_at", "usage_date_utc", "timestamp", "aggregation_timestamp", "date")
END = ("end_time_iso", "end_time", "ending_at")
MODEL = ("model", "model_version", "snapshot_id")
#: what exports may be grouped by beside model and time: with it, a row is the same in each export
GROUPED_BY = (
    "object", "organization_id", "organization_name", "project_id", "project_name", "workspace_id", "workspace", "user_id", "email",
    "api_key_id", "api_key_name", "api_key_redacted", "api_key", "batch", "service_tier", "usage_type", "operation", "source", "size",
    "context_window",
)  # fmt: skip
#: years of a usage export
_FIRST, _LAST = 2001, 2129


class Fields(NamedTuple):
    """How a provider names things. Each amount is a sum of parts; each part has one of several names."""

    producer: str
    provider: str
    amounts: dict[str, tuple[tuple[str, ...], ...]]
    left_out: tuple[str, ...] = ()


class Row(NamedTuple):
    """What one row says: the record to which it belongs, how it is grouped, its window and amounts."""

    day: datetime
    model: str
    place: str
    groups: tuple[str, ...]
    begin: datetime
    end: datetime
    amounts: dict[str, float]


@dataclass
class _Day:
    end: datetime
    rows: Collected = field(default_factory=Collected)
    keys: set[int] = field(default_factory=set)
    is_grouped: bool = False


def is_json(log: Log) -> bool:
    """Whether the file is JSON rather than a table."""
    return log.head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[")


def read(log: Log, fields: Fields) -> Iterator[Found | Fault | Note]:
    """One run per day, model and place; rows without tokens and requests are counted. Raises InputError where all are without."""
    days: dict[tuple[datetime, str, str], _Day] = {}
    refused = 0
    stated: Counter[str] = Counter()
    total, used, empty, dropped = 0, 0, 0, 0.0
    for row, raw in _rows(log, fields):
        total += 1
        made = _row(raw, fields)
        if isinstance(made, Fault):
            refused += 1
            yield Fault(f"{log.shown}: row {row}", made.field, made.found, made.problem, made.remedy, "torn-row")
            continue
        dropped += sum(_amount_or_none(raw.get(name)) or 0.0 for name in fields.left_out)
        if not any(made.amounts.values()):
            empty += 1
            continue
        used += 1
        stated.update(set(_stated(raw, fields)))
        at = (made.day, made.model, made.place)
        day = days.get(at) or days.setdefault(at, _Day(made.day + timedelta(days=1)))
        key = pieces.key(fields.producer, made.model, made.place, *made.groups)
        amounts = [(name, count) for name, count in made.amounts.items() if count or name != "tokens_cached"]
        day.rows.add(key, made.begin.timestamp(), made.end.timestamp(), row, amounts)
        day.keys.add(key)
        day.is_grouped |= any(made.groups[1:])  # the object is that of the export
        day.end = max(day.end, made.end)
    if is_json(log):
        log.account.expect(total)
    log.account.use(used)
    if empty:
        log.account.ignore("rows without tokens and requests", empty)
    yield from _notes(log, fields, stated, used, empty, dropped)
    if not days and not refused:
        raise InputError(log.shown, "no row holds tokens or requests", "Export usage of a period with requests.")
    for (date, model, place), held in days.items():
        part = held.rows.pieces()
        yield Found(_record(date, model, place, held, part, fields), part.rows.tolist(), producer=fields.producer, pieces=part)  # fmt: skip


def _notes(log: Log, fields: Fields, stated: Counter[str], used: int, empty: int, dropped: float) -> Iterator[Note]:
    """What is told of the whole file."""
    if empty:
        message = plural(
            empty, "one row of {file} holds neither tokens nor requests; it is left out",
            "{n} rows of {file} hold neither tokens nor requests; they are left out", n=empty, file=log.shown,
        )  # fmt: skip
        yield Note("no-energy", message, "work", "info")
    if dropped:
        message = said(
            "{dropped} tokens of {names} in {file} are left out: the export does not say whether they are among the others",
            dropped=f"{dropped:.15g}", names=", ".join(fields.left_out), file=log.shown,
        )  # fmt: skip
        yield Note("identity-mismatch", message, "work")
    for quantity, parts in fields.amounts.items():
        for name in [names[0] for names in parts if len(parts) > 1 and used and not stated[names[0]]]:
            message = said("no row of {file} states {name}, a part of {quantity}", file=log.shown, name=name, quantity=quantity)  # fmt: skip
            yield Note("rows-left-out", message, "work")
    for name, count in sorted(stated.items()):
        if count < used:
            message = plural(
                used - count, "one row of {file} states no {name}, which others do; it adds nothing to it",
                "{n} rows of {file} state no {name}, which others do; they add nothing to it", n=used - count, file=log.shown, name=name,
            )  # fmt: skip
            yield Note("rows-left-out", message, "work")


def _stated(raw: dict[str, Any], fields: Fields) -> Iterator[str]:
    """The first name of each part that a row states."""
    for parts in fields.amounts.values():
        for names in parts:
            if _first(raw, names)[0]:
                yield names[0]


def _row(raw: dict[str, Any], fields: Fields) -> Row | Fault:
    """What a row says, or what is wrong with it; where is filled in by the caller."""
    if "" in raw:
        return Fault("", "", shorten(str(raw[""])), "not a JSON object", RESTORE)
    if _TORN in raw:
        return Fault("", "", "", str(raw[_TORN]), RESTORE)
    name, value = _first(raw, START)
    begin = _moment(value)
    if begin is None:
        return Fault("", name or "time", shorten(str(value or "")), "not a time", RESTORE)
    amounts: dict[str, float] = {}
    for quantity, parts in fields.amounts.items():
        for part, cell in (_first(raw, names) for names in parts):
            if not part:
                continue
            count = _amount_or_none(cell)
            if count is None:
                return Fault("", part, shorten(str(cell)), "not a number of at least 0", RESTORE)
            amounts[quantity] = amounts.get(quantity, 0.0) + count
    if amounts.get("tokens_cached", 0) > amounts.get("tokens_in", 0):
        part, cell = _first(raw, fields.amounts["tokens_cached"][0])
        return Fault("", part, shorten(str(cell)), "more cached tokens than tokens of input, of which they are a part", RESTORE)  # fmt: skip
    day = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    name, value = _first(raw, END)
    end = _moment(value)
    if name and (end is None or end <= begin):
        return Fault("", name, shorten(str(value)), "not a time after the start" if end else "not a time", RESTORE)
    if end is None:
        begin, end = day, day + timedelta(days=1)
    place = str(raw.get("inference_geo") or "").lower()
    model = _without_owner(str(_first(raw, MODEL)[1] or "").strip()[:200])
    groups = tuple("" if _is_nothing(raw.get(name)) else str(raw[name]).lower() for name in GROUPED_BY)
    end = min(end, begin + timedelta(days=366))
    return Row(day, model, place if place.isalpha() else "", groups, begin, end, amounts)


def _without_owner(model: str) -> str:
    """A tuned model bears the name of its organisation: `ft:gpt-4o:acme::id`."""
    if not model.startswith("ft:"):
        return model
    base, _, rest = model.removeprefix("ft:").partition(":")
    return f"ft:{base}:{hashlib.sha256(rest.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _record(day: datetime, model: str, place: str, held: _Day, part: pieces.Pieces, fields: Fields) -> dict[str, Any]:
    grouped = f"{hash_of(held.keys):.8}" if held.is_grouped else ""
    names = (model.replace(" ", "-") or fields.provider, pieces.begin_label(part), place, grouped)
    record: dict[str, Any] = {
        "id": "-".join(p for p in names if p), "stage": "inference", "start": day.isoformat(), "end": held.end.isoformat(),
    }  # fmt: skip
    pieces.set_amounts(record, part)
    if model:
        record["system"] = {"name": model, "provider": fields.provider}
    if place == "us":
        # infrastructure in the US alone: https://platform.claude.com/docs/en/manage-claude/data-residency
        record["location"] = {"country": "US"}
    return record


def hash_of(keys: set[int]) -> str:
    """A hash of what rows are grouped by."""
    return hashlib.sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()


def _is_nothing(value: Any) -> bool:
    """Whether a cell holds no value; a text that tools write in its place is none of a count."""
    return value is None or value == ""


def _first(raw: dict[str, Any], names: tuple[str, ...]) -> tuple[str, Any]:
    return next(((n, raw[n]) for n in names if not _is_nothing(raw.get(n))), ("", None))


def _amount_or_none(value: Any) -> float | None:
    """A count as a number, None where it is none."""
    try:
        return cells.number(value)
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    """ISO, or seconds since 1970, in the years of such exports."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        made = moment(value) if isinstance(value, str) else cells.stamp(value, unit="s")
    except ValueError:
        return None
    return made.astimezone(UTC) if made is not None and _FIRST <= made.year < _LAST else None


#: name under which stands what is wrong with a row as a whole
_TORN = " torn"


def _rows(log: Log, fields: Fields) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with a number each; what is no object stands under an empty name."""
    if not is_json(log):
        needed = {*START, *(name for parts in fields.amounts.values() for names in parts for name in names)}
        for row, raw, problem in Table(log, needed, str.lower).rows():
            yield row, {_TORN: problem} if problem else dict(raw)
        return
    if isinstance(_parsed(log.head.lines[0]), dict):
        for row, line in log.lines():
            if line.strip():
                made = _parsed(line)
                for one in _leaves({"": line} if made is None else made):
                    yield row, one
        return
    yield from log.each(_leaves(log.json()))


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
