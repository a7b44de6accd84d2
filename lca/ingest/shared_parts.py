"""Systems, places and devices that many records of a file repeat: each is validated once, and the runs share it.

A run may thus hold the same object as another one. A part that was validated is never changed, only copied.
"""

from __future__ import annotations

from typing import Any

from lca.ingest import resume
from lca.run import Device, Location, Model, System

#: parts that are kept; a file in which each record has its own gains nothing by more
KEPT = 4096


class SharedParts:
    """Parts of runs by what records state of them."""

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}

    def put_into(self, record: dict[str, Any]) -> None:
        """Put validated parts in the place of what a record states; what is not valid stays, for its fault to name its place."""
        system, location, devices = record.get("system"), record.get("location"), record.get("devices")
        if type(system) is str:
            record["system"] = self._part(System, {"name": system})
        if type(location) is dict:
            record["location"] = self._part(Location, location)
        if type(devices) is list:
            record["devices"] = [self._part(Device, d) if type(d) is dict else d for d in devices]

    def _part(self, model: type[Model], stated: dict[str, Any]) -> Any:
        key = model, repr(stated)  # 1, 1.0 and True are equal, and not valid alike
        part = self._parts.get(key)
        if part is None:
            try:
                part = model.model_validate(stated)
            except resume.BROKEN:
                return stated
            if len(self._parts) >= KEPT:
                self._parts.clear()
            self._parts[key] = part
        return part
