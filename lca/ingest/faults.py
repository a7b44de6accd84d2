"""What is wrong with a record, told with file, row, field, what was found and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from lca import wording
from lca.errors import Fault, shorten
from lca.run import Run

_MISSING = {
    "schema": 'Add "schema": "lca-run/1".',
    "id": "Give the run an id that is unique in the assessment.",
    "system": "Name the AI system or model.",
    "stage": "Name the life-cycle stage, such as training or inference.",
}


def of_validation(error: ValidationError, where: str, limit: int = 20) -> list[Fault]:
    """Faults of a record that pydantic refused; at most `limit`."""
    return [_fault(item, where) for item in error.errors(include_url=False)[:limit]]


def _fault(item: Any, where: str) -> Fault:
    if item["type"] == "json_invalid":
        message = item["msg"].removeprefix("Invalid JSON: ")
        return Fault(where, "", "", f"not JSON: {shorten(message, 160)}", "Correct the text; the file may be cut off.")
    location = wording.fields(item)
    unknown = item["type"] == "extra_forbidden"
    told = wording.fault(item, _known(location[:-1]) if unknown else (), "free data goes under ext" if unknown else "")
    remedy = _MISSING.get(str(location[-1]), told.remedy) if item["type"] == "missing" else told.remedy
    return Fault(where, told.path, told.found, told.problem, remedy[:1].upper() + remedy[1:])


def _known(location: tuple[int | str, ...]) -> list[str]:
    """Keys that are known at a place in a run log."""
    model: Any = Run
    for part in location:
        if isinstance(part, int):
            continue
        info = model.model_fields.get("schema_" if part == "schema" else part) if _is_model(model) else None
        model = _model_in(info.annotation) if info is not None else model
    if not _is_model(model):
        return []
    return [f.alias or name for name, f in model.model_fields.items()]


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _model_in(annotation: Any) -> Any:
    if _is_model(annotation):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


#: where a fault stands: file, what its records are, and the number of one (with the run that it holds)
_ROW = re.compile(r"(?P<file>.*): (?P<what>row|run|series|line) (?P<number>\d+)(?: \(run .*\))?\Z", re.S)
#: rows, and texts found in them, that are named of many with one fault
NAMED = 3


def grouped(faults: Iterable[Fault]) -> list[Fault]:
    """Faults of many rows of one file that are one fault, as one with their number; each stands where its first row stood."""
    groups: dict[Any, list[Fault]] = {}
    for fault in faults:
        match = _ROW.match(fault.where)
        place = (match["file"], match["what"]) if match is not None else (fault.where, id(fault))
        groups.setdefault((*place, fault.field, fault.problem, fault.remedy, fault.code), []).append(fault)
    return [_together(group) if len(group) > 1 else group[0] for group in groups.values()]


def _together(group: list[Fault]) -> Fault:
    matches = [match for fault in group if (match := _ROW.match(fault.where)) is not None]
    numbers = list(dict.fromkeys(match["number"] for match in matches))
    if len(numbers) < 2:
        return replace(group[0], count=sum(f.count for f in group))
    count = sum(f.count for f in group)
    more = max(count, len(numbers)) - NAMED
    *rows, last = [*numbers[:NAMED], f"{more} more"] if more > 0 else numbers
    what = matches[0]["what"].removesuffix("s") + "s"
    where = f"{matches[0]['file']}: {what} {', '.join(rows)} and {last}"
    texts = list(dict.fromkeys(fault.found for fault in group))
    found = ", ".join(texts[:NAMED]) + (", ..." if len(texts) > NAMED else "")
    return replace(group[0], where=where, found=found, count=count)


def same(a: Run, b: Run) -> bool:
    """Whether two runs state the same, whatever their provenance."""
    drop = {"provenance"}
    return json.dumps(a.model_dump(exclude=drop, warnings=False), sort_keys=True, default=str) == json.dumps(
        b.model_dump(exclude=drop, warnings=False), sort_keys=True, default=str
    )
