"""Runs back to JSON in the form of the contract: quantities as they were written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from lca.ingest import Input, Intake
from lca.units import Quantity
from lca.version import VERSION


def document(intake: Intake) -> dict[str, Any]:
    """A file of runs: them, and what their files declare for several of them together."""
    declared = [
        {name: value for name, value in (("by", entry["by"]), ("quantity", entry["key"]), ("value", _plain(entry["value"]))) if value}
        for entry in intake.declared
    ]  # fmt: skip
    return {"runs": as_json(intake)} | ({"declared": declared} if declared else {})


def as_json(intake: Intake) -> list[dict[str, Any]]:
    """The runs, each with its provenance: file, digest and row."""
    inputs: dict[str, Input] = {i.path: i for i in intake.inputs}
    out = []
    for run, origin in zip(intake.runs, intake.origins, strict=True):
        record = _plain(run)
        _series_once(record)
        made = inputs.get(origin.path)
        record.setdefault("provenance", {
            "source": origin.path, "sha256": made.sha256 if made is not None else None, "rows": origin.row,
            "importer": made.format if made is not None else None, "importer_version": VERSION,
        })  # fmt: skip
        out.append(record)
    return out


def _series_once(record: dict[str, Any]) -> None:
    """A power series and the energy integrated from it (the last record) say the same: keep one of them.

    The samples stay where they stand in the log; a series in a file, or in a log by others, is replaced by its energy, since the
    file need not lie beside the converted log.
    """
    series = record.get("power")
    if series is None:
        return
    if "samples" not in series:
        del record["power"]
    else:
        record["energy"].pop()
        if not record["energy"]:
            del record["energy"]


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        if value.low == value.low or value.high == value.high:
            return _interval(value)
        return value.text
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        made = {(fields[n].alias or n): _plain(getattr(value, n)) for n in fields}
        return {k: v for k, v in made.items() if v is not None and v not in ([], {})}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _interval(value: Quantity) -> dict[str, Any]:
    """An interval in the unit in which it was written."""
    number, _, unit = value.text.partition(" ")
    scale = float(number) / value.value if value.value else 1.0
    bounds = {k: v * scale for k, v in (("low", value.low), ("high", value.high)) if v == v}
    return {"value": float(number), **bounds, **({"unit": unit} if unit else {})}
