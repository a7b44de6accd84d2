"""Names of devices, servers and cloud instance types to entries of the catalogue.

A name is compared as a whole, after folding case and punctuation. What no entry bears may be a share of a card (MIG,
virtual GPU), or a variant of one family, which takes its nearest sibling of that family: both are marked, and the checks
`device-share` and `device-sibling` tell of them. A name of another family stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from lca.catalogue.factor_set import FactorSet
from lca.catalogue.hosts import PERSONAL, SERVER
from lca.catalogue.names import Variant, bears, fold, mig, spellings, variant, vgpu
from lca.errors import FactorError, alike

#: a slice of a pod of TPUs by the number in its name, such as `v4-512` or `TPU v5p-8`
_SLICE = re.compile(r"(?:[a-z ]*\btpu[-_ ]?)?(v\d[a-z]*|7x)-(\d{1,6})")

_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")

__all__ = ["Device", "DeviceIndex", "Share", "fold"]


@dataclass(frozen=True)
class Share:
    """A part of a card: what the name calls it, and its shares of processors and of memory (None where not known)."""

    name: str
    processors: Fraction | None
    memory: Fraction | None


@dataclass(frozen=True)
class Device:
    """An entry of the catalogue. `units` is how many devices one logged name stands for: cloud instances hold several,
    a share of a card is a fraction.

    `process` and `memory` are the node of its dies and the kind of its memory, by which wafer and memory factors are
    found. `host_class` is the class of the host that stands around it (see `catalogue.hosts`). `sibling_of` is the logged name where another variant of the same family stands in for it.
    """

    id: str
    name: str
    kind: str
    units: Fraction = Fraction(1)
    ambiguous: tuple[str, ...] = ()
    instance: str = ""
    process: str = ""
    memory: str = ""
    host_class: str = ""
    share: Share | None = None
    sibling_of: str = ""


class DeviceIndex:
    """Resolves names; an unknown name gives None, never somebody else's entry."""

    def __init__(self, sets: list[FactorSet]) -> None:
        self.entries: dict[str, Device] = {}
        self.records: dict[str, dict[str, str]] = {}
        self.sources: dict[str, FactorSet] = {}
        self._names: dict[str, Device] = {}
        self._usual: dict[str, str] = {}  # folded loose name -> id
        self._profiles: dict[str, dict[str, Share]] = {}
        self._slices: dict[str, Device] = {}  # kind of TPU -> one unit of the number in the name of a slice
        self._families: dict[str, list[tuple[Variant, Device]]] | None = None
        loose: list[tuple[str, Device]] = []
        for factors in sets:
            for record in factors.devices:
                node = record.get("process_nm") or ""
                entry = Device(record["id"], record["name"], record["class"], process=f"{node} nm" if node else "",
                               memory=record.get("memory_type") or "", host_class=_host_class(record))  # fmt: skip
                self.entries[entry.id] = entry
                self.records[entry.id], self.sources[entry.id] = record, factors
                for name in {entry.id, entry.name, *_split(record.get("aliases"))}:
                    self._add(name, entry, factors.id)
                loose += [(name, entry) for name in _split(record.get("loose_aliases"))]
        for name, entry in loose:
            self._add(name, entry, "loose aliases")
            self._usual.setdefault(fold(name), entry.id)
        for factors in sets:
            for record in factors.instances:
                self._add_instance(record, factors)
            for record in factors.profiles:
                shares = (Fraction(record[f"{kind}_share"]) for kind in ("processor", "memory"))
                self._profiles.setdefault(record["device"], {})[record["profile"]] = Share(record["profile"], *shares)

    def _add(self, name: str, entry: Device, where: str) -> None:
        key = fold(name)
        known = self._names.setdefault(key, entry)
        if known.id != entry.id:
            raise FactorError(f"factor set {where}: device {entry.id}", f"the name {name!r} also means {known.id}",
                              "Give each name to one device.")  # fmt: skip

    def _add_instance(self, record: dict[str, str], factors: FactorSet) -> None:
        device = self.entries.get(record["device"])
        if device is None:
            raise FactorError(f"{factors.path / 'instances.csv'}: {record['name']}", f"no device {record['device']}",
                              "Name a device of the catalogue.")  # fmt: skip
        name = record["name"]
        host = SERVER if device.host_class in PERSONAL else device.host_class
        entry = replace(device, units=Fraction(record["devices_per_instance"]), instance=name, host_class=host)
        if name.endswith("*"):
            self._slices[fold(name).removeprefix("tpu")] = entry
            return
        for alias in (name, *_split(record.get("aliases"))):
            self._add(alias, entry, factors.id)
            bare = fold(alias).removeprefix("standard")
            self._names.setdefault(bare, entry)

    @lru_cache(maxsize=4096)  # noqa: B019 - one index lives as long as its catalogue
    def resolve(self, name: str) -> Device | None:
        """Entry of a name as logs write it."""
        return self._whole(name) or self._part(name) or self._sibling(name)

    def _whole(self, name: str) -> Device | None:
        """Entry of a name that is in the catalogue, or of a slice of a pod by its number."""
        for key in spellings(name):
            entry = self._names.get(key)
            if entry is not None:
                return self._with_others(key, name, entry)
        found = _SLICE.fullmatch(name.strip().lower())
        part = self._slices.get(found[1]) if found else None
        if found is None or part is None:
            return None
        units = part.units * int(found[2])
        return replace(part, units=units, instance=name.strip()) if units.denominator == 1 and units > 0 else None

    def _with_others(self, key: str, name: str, entry: Device) -> Device:
        """The entry with the other products that bear the name too."""
        others: list[str] = []
        if self._usual.get(key) == entry.id:
            others = sorted(e.name for e in self.entries.values() if e.id != entry.id and bears(e.name, name))
        shared = _split(self.records[entry.id].get("shared_with"))
        if shared and not entry.instance and not variant(name).memory:
            others = [self.entries[i].name for i in shared if i in self.entries] + others
        return replace(entry, ambiguous=tuple(dict.fromkeys(others))) if others else entry

    def _part(self, name: str) -> Device | None:
        """A share of a card: by its MIG profile, or by the memory of a virtual GPU."""
        found = mig(name)
        if found is not None and found[0]:
            return self._instance_of(*found)
        virtual = vgpu(name)
        card = self._whole(virtual[0]) or self._whole(virtual[0].rstrip("dx")) if virtual else None
        if virtual is None or card is None:
            return None
        if virtual[0].endswith(("d", "dx")):  # A100D is the card with the larger memory
            card = max((e for _, e in self._family(card)), key=self._memory, default=card)
        if not 0 < virtual[1] <= self._memory(card):
            return None
        share = Fraction(virtual[1]) / Fraction(self._memory(card))
        return replace(card, units=share, share=Share(f"{virtual[1]} GB", None, share), ambiguous=())

    def _instance_of(self, base: str, profile: str) -> Device | None:
        card = self._whole(base) or self._sibling(base)
        if card is None:
            return None
        form = _variant_of(card).form
        known = sorted((e for _, e in self._family(card) if e.id != card.id), key=lambda e: _variant_of(e).form != form)
        known.insert(0, card)
        if variant(base).memory or variant(base).form:  # the name says which card it is
            known = [card]
        for device in known:
            share = self._profiles.get(device.id, {}).get(profile)
            if share is not None and share.processors is not None:
                kept = card if device.id == card.id else device
                return replace(kept, units=share.processors, share=share, ambiguous=())
        shares = self._profiles.get(card.id, {})
        slices = {s.processors for n, s in shares.items() if n.startswith(profile.partition(".")[0] + ".")}
        processors = slices.pop() if len(slices) == 1 else None
        if processors is None:
            return None
        return replace(card, units=processors, share=Share(profile, processors, None), ambiguous=())

    def _memory(self, device: Device) -> float:
        """Memory in GB, 0 where the catalogue does not say it as a number."""
        text = self.records[device.id].get("memory_gb") or ""
        return float(text) if _NUMBER.fullmatch(text) else 0.0

    def _family(self, device: Device) -> list[tuple[Variant, Device]]:
        return self._by_family().get(_variant_of(device).family, [])

    def _by_family(self) -> dict[str, list[tuple[Variant, Device]]]:
        if self._families is None:
            self._families = {}
            for entry in self.entries.values():
                if entry.kind not in ("server", "cpu", "memory", "storage"):
                    split = _variant_of(entry)
                    self._families.setdefault(split.family, []).append((split, entry))
        return self._families

    def _sibling(self, name: str) -> Device | None:
        """The nearest variant of the family that a name belongs to: of the same socket, then of the nearest memory."""
        asked = variant(name[:200])
        others = [
            (split, entry)
            for split, entry in self._by_family().get(asked.family, [])
            if asked.family and (not asked.socket or split.socket in ("", asked.socket))
        ]
        if not others:
            return None
        plain = not (asked.memory or asked.form or asked.versions)
        usual = self._names.get(asked.family)
        if plain and usual is not None:
            return self._with_others(asked.family, name, usual)
        form = _variant_of(usual).form if usual is not None else ""

        def distance(pair: tuple[Variant, Device]) -> tuple[bool, float, bool, str]:
            split, entry = pair
            apart = abs(self._memory(entry) - asked.memory) if asked.memory else 0.0
            return bool(asked.form) and split.form != asked.form, apart, split.form != form, entry.id

        _, nearest = min(others, key=distance)
        fitting = [
            entry
            for split, entry in others
            if asked.memory in (0, self._memory(entry)) and (not asked.form or split.form in ("", asked.form))
        ]
        if fitting == [nearest] and not asked.versions:  # nothing that the name says is otherwise
            return nearest
        return replace(nearest, sibling_of=name.strip()[:200])

    def suggest(self, name: str, limit: int = 3) -> list[str]:
        """Known names closest to an unknown one."""
        hits = alike(fold(name[:200]), self._names, limit * 3)
        return list(dict.fromkeys(self._names[h].name for h in hits))[:limit]


def _host_class(record: dict[str, str]) -> str:
    """Class of the host by the table; GPUs of a table without this column stand in servers."""
    named = record.get("host_class")
    return named if named is not None else SERVER if record["class"] == "gpu" else ""


def _variant_of(device: Device) -> Variant:
    """An entry's own name taken apart, without what says that it is one of several on a board."""
    return variant(device.name.replace("(HGX)", "").replace("(per GPU)", ""))


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split("|") if part.strip()]
