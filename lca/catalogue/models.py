"""Names of AI systems to entries of the model catalogue: exact, after folding case and punctuation as for devices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lca.catalogue.factor_set import FactorSet
from lca.catalogue.names import fold
from lca.errors import FactorError, alike


class Model(NamedTuple):
    """An entry of the catalogue. A mixture of experts runs a part of its parameters per token.

    Of some models the size is not published: they are known by name, so that nobody looks for another spelling.
    """

    id: str
    name: str
    is_mixture: bool
    is_unpublished: bool = False


class ModelIndex:
    """Resolves names; an unknown name gives None, never another model."""

    def __init__(self, sets: Iterable[FactorSet]) -> None:
        self._names: dict[str, Model] = {}
        for made in sets:
            for record in made.models:
                kind = record["architecture"]
                if kind not in ("dense", "moe", "not published"):
                    raise FactorError(f"{made.path / 'models.csv'}: {record['id']}: architecture", "neither dense nor moe",
                                      "Write one of the two, or: not published.", kind)  # fmt: skip
                entry = Model(record["id"], record["name"], kind == "moe", kind == "not published")
                for name in (entry.id, entry.name, *(record.get("aliases") or "").split("|")):
                    held = self._names.setdefault(fold(name), entry) if fold(name) else entry
                    if held.id != entry.id:
                        raise FactorError(f"factor set {made.id}: model {entry.id}", f"the name {name!r} also means {held.id}",
                                          "Give each name to one model.")  # fmt: skip

    def resolve(self, name: str) -> Model | None:
        """Entry of a name as logs write it."""
        return self._names.get(fold(name))

    def suggest(self, name: str, limit: int = 3) -> list[str]:
        """Known names closest to an unknown one."""
        hits = alike(fold(name[:200]), self._names, limit * 3)
        return list(dict.fromkeys(self._names[h].name for h in hits))[:limit]
