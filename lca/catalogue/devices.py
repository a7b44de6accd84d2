"""Names of devices, servers and cloud instance types to entries of the catalogue: exact, after folding case and punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from lca.catalogue.factor_set import FactorSet
from lca.errors import FactorError, alike


@dataclass(frozen=True)
class Device:
    """An entry of the catalogue. `units` is how many devices one logged name stands for (cloud instance types).

    `process` and `memory` are the node of its dies and the kind of its memory, by which wafer and memory factors are found.
    """

    id: str
    name: str
    kind: str
    units: int = 1
    ambiguous: tuple[str, ...] = ()
    instance: str = ""
    process: str = ""
    memory: str = ""


def fold(name: str) -> str:
    """A name in the form in which names are compared."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


class DeviceIndex:
    """Resolves names; an unknown name gives None, never somebody else's entry."""

    def __init__(self, sets: list[FactorSet]) -> None:
        self.entries: dict[str, Device] = {}
        self.records: dict[str, dict[str, str]] = {}
        self.sources: dict[str, FactorSet] = {}
        self._names: dict[str, Device] = {}
        loose: list[tuple[str, Device]] = []
        for made in sets:
            for record in made.devices:
                node = record.get("process_nm") or ""
                entry = Device(record["id"], record["name"], record["class"], process=f"{node} nm" if node else "",
                               memory=record.get("memory_type") or "")  # fmt: skip
                self.entries[entry.id] = entry
                self.records[entry.id], self.sources[entry.id] = record, made
                for name in {entry.id, entry.name, *_split(record.get("aliases"))}:
                    self._add(name, entry, made.id)
                loose += [(name, entry) for name in _split(record.get("loose_aliases"))]
        for name, entry in loose:
            key = fold(name)
            others = tuple(sorted(e.name for k, e in self._names.items() if key in k and e.id != entry.id))
            self._add(name, replace(entry, ambiguous=tuple(dict.fromkeys(others))), "loose aliases")
        for made in sets:
            for record in made.instances:
                held = self.entries.get(record["device"])
                if held is None:
                    raise FactorError(f"{made.path / 'instances.csv'}: {record['name']}", f"no device {record['device']}",
                                      "Name a device of the catalogue.")  # fmt: skip
                units = int(record["devices_per_instance"])
                self._add(record["name"], replace(held, units=units, instance=record["name"]), made.id)

    def _add(self, name: str, entry: Device, where: str) -> None:
        key = fold(name)
        held = self._names.get(key)
        if held is not None and held.id != entry.id:
            raise FactorError(f"factor set {where}: device {entry.id}", f"the name {name!r} also means {held.id}",
                              "Give each name to one device.")  # fmt: skip
        if held is None:
            self._names[key] = entry

    @lru_cache(maxsize=4096)  # noqa: B019 - one index lives as long as its catalogue
    def resolve(self, name: str) -> Device | None:
        """Entry of a name as logs write it, with or without a leading vendor."""
        key = fold(name)
        return self._names.get(key) or self._names.get(key.removeprefix("nvidia").removeprefix("google"))

    def suggest(self, name: str, limit: int = 3) -> list[str]:
        """Known names closest to an unknown one."""
        hits = alike(fold(name[:200]), self._names, limit * 3)
        return list(dict.fromkeys(self._names[h].name for h in hits))[:limit]


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split("|") if part.strip()]
