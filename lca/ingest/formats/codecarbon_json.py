"""CodeCarbon as JSON: the records that its logger, HTTP and other outputs write, alone, in a list, one a line, or in a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError
from lca.ingest.codecarbon_journal import Journals
from lca.ingest.formats import Format, Found, Note, codecarbon
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row

FORMAT = Format(
    "codecarbon-json",
    "CodeCarbon records as JSON, JSON Lines, or lines of a log (LoggerOutput, HTTPOutput)",
    codecarbon.FORMAT.gives,
    codecarbon.FORMAT.lacks,
    marks=(("timestamp", "project_name", "duration", "emissions", "energy_consumed"),),
)


def claims(head: Head) -> bool:
    """An object with the keys that every version writes."""
    if not all(f'"{name}"' in head.text or name in head.keys for name in codecarbon.NEEDED):
        return False
    if head.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
        return True
    return any(all(f'"{name}"' in line for name in codecarbon.NEEDED) and "{" in line for line in head.lines)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per run id, as in `emissions.csv`: its last record where energy and duration grow."""
    journals = Journals(log.shown)
    for row, record in _records(log):
        where = f"{log.shown}: row {row}"
        if isinstance(record, dict):
            fault = journals.take(row, _cells(record))
        else:
            fault = torn_row(where, "", record, "not a record of a tracker")
        if fault is not None:
            yield fault
    yield from codecarbon.runs(log, journals)


def _records(log: Log) -> Iterator[tuple[int, Any]]:
    """The records with their rows; a line of a log that holds none is left out, and what stands before the record in one that does."""
    first = log.head.lines[0].lstrip("\ufeff ")
    if first.startswith(("{", "[")) and not _is_object(first):  # a document of several lines
        document = log.json()
        records = document if isinstance(document, list) else [document]
        log.account.expect(len(records))
        yield from log.each(records)
        return
    for row, line in log.lines():
        begin = line.find("{")
        if not line.strip():
            continue
        if begin < 0 or not any(f'"{name}"' in line for name in codecarbon.NEEDED):
            if first.startswith("{"):
                yield row, line.strip()
            else:
                log.account.ignore("lines of a log other than records of CodeCarbon")
            continue
        try:
            yield row, unique_keys.of_json(line[begin:])
        except ValueError:
            yield row, line.strip()


def _is_object(line: str) -> bool:
    try:
        return isinstance(unique_keys.of_json(line), dict)
    except (ValueError, InputError):
        return False


def _cells(record: dict[str, Any]) -> dict[str, str]:
    """A record as a row of `emissions.csv`; what is missing is blank there too, and what is no text or number is no value."""
    return dict.fromkeys(codecarbon.NEEDED, "") | {str(name): _cell(value) for name, value in record.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else repr(value)[:200]
