"""What is wrong with a record, told with file, row, field, what was found and what to do."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from lca.errors import Fault, nearest, shorten
from lca.run import Run

_MISSING = {
    "schema": 'Add "schema": "lca-run/1".',
    "id": "Give the run an id that is unique in the assessment.",
    "system": "Name the AI system or model.",
    "stage": "Name the life-cycle stage, such as training or inference.",
}


def of_validation(error: ValidationError, where: str, limit: int = 20) -> list[Fault]:
    """Faults of a record that pydantic refused; at most `limit`."""
    faults: list[Fault] = []
    for item in error.errors(include_url=False)[:limit]:
        location = tuple(p for p in item["loc"] if not (isinstance(p, str) and p.startswith("function-")))
        faults.append(_fault(item, location, where))
    return faults


def _fault(item: Any, location: tuple[int | str, ...], where: str) -> Fault:
    path, kind = field_path(location), item["type"]
    if kind == "extra_forbidden":
        name = str(location[-1])
        known = nearest(name, _known(location[:-1]))
        remedy = (
            f"The nearest known key is {known}; free data goes under ext." if known else "Free data goes under ext."
        )
        return Fault(where, path, shorten(name), "unknown key", remedy)
    if kind == "missing":
        return Fault(where, path, "", "it is missing", _MISSING.get(str(location[-1]), "Add it."))
    message = item["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind == "json_invalid":
        return Fault(
            where,
            "",
            "",
            f"not JSON: {shorten(message.removeprefix('Invalid JSON: '), 160)}",
            "Correct the text; the file may be cut off.",
        )
    if kind in ("literal_error", "enum"):
        allowed = item.get("ctx", {}).get("expected", "")
        return Fault(where, path, shorten(item["input"]), "not one of the known values", f"Use one of {allowed}.")
    if kind == "value_error":
        inner, _, rest = message.partition(": ")
        given = item["input"]
        if path.endswith(("declared", "embodied")) and rest and isinstance(given, dict) and inner in given:
            path, message, given = f"{path}.{inner}", rest, given[inner]
        problem, _, remedy = message.partition("; ")
        found = "" if isinstance(given, dict) or problem == "unknown quantity" else shorten(given)
        return Fault(
            where,
            path,
            found,
            problem,
            (remedy or "Correct the value")[0].upper() + (remedy or "Correct the value")[1:] + ".",
        )
    return Fault(
        where, path, shorten(item["input"]), message[0].lower() + message[1:], "Correct the value, see `lca schema`."
    )


def field_path(location: tuple[int | str, ...]) -> str:
    """A pydantic location as `devices[0].power`."""
    out = ""
    for part in location:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return shorten(out, 120)


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


def same(a: Run, b: Run) -> bool:
    """Whether two runs state the same, whatever their provenance."""
    drop = {"provenance"}
    return json.dumps(a.model_dump(mode="json", exclude=drop), sort_keys=True, default=str) == json.dumps(
        b.model_dump(mode="json", exclude=drop), sort_keys=True, default=str
    )
