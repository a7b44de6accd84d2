"""All factor sets of an assessment, indexed for lookups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lca.catalogue.factor_set import KEYS, Factor, FactorSet, find, read
from lca.catalogue.grid_zones import means
from lca.errors import FactorError
from lca.resources import folder


@dataclass
class Catalogue:
    """Factor sets in order of precedence: of two factors for one key and year the earlier set's is used."""

    sets: list[FactorSet]
    factors: list[Factor] = field(default_factory=list)
    code_of: dict[str, int] = field(default_factory=dict)
    index: dict[tuple[str, tuple[str, ...]], list[int]] = field(default_factory=dict)
    hourly: list[int] = field(default_factory=list)  # codes of the factors that have a series
    replaced: list[tuple[str, str]] = field(default_factory=list)  # (overlay factor, replaced factor)

    def __post_init__(self) -> None:
        dropped = {f.replaces for s in self.sets for f in s.factors if f.replaces}
        for made in self.sets:
            for factor in made.factors:
                if factor.id in self.code_of:
                    raise FactorError(f"factor {factor.id}", f"two sets hold it ({made.id} and "
                                      f"{self.factors[self.code_of[factor.id]].set_id})",
                                      "Give the new row its own id and name the old one in `replaces`.")  # fmt: skip
                self.code_of[factor.id] = len(self.factors)
                self.factors.append(factor)
                if factor.replaces:
                    self.replaced.append((factor.id, factor.replaces))
        unknown = [pair for pair in self.replaced if pair[1] not in self.code_of]
        if unknown:
            raise FactorError(f"factor {unknown[0][0]}", f"it replaces {unknown[0][1]}, which does not exist",
                              "Correct the id; `lca factors` lists them.")  # fmt: skip
        for code, factor in enumerate(self.factors):
            if factor.id in dropped:
                continue
            if factor.series:  # the mean of the hours is no annual factor: `catalogue.hourly` looks into the file
                self.hourly.append(code)
            else:
                self.index.setdefault((factor.quantity, factor.key), []).append(code)
        for mean in means(self.sets, self._of_zone):
            self.code_of[mean.id] = len(self.factors)
            self.index.setdefault((mean.quantity, mean.key), []).append(len(self.factors))
            self.factors.append(mean)

    def _of_zone(self, quantity: str, zone: str) -> list[Factor]:
        """Factors of a grid zone, in order of precedence."""
        key = (zone, *[""] * (len(KEYS) - 1))
        return [self.factors[code] for code in self.index.get((quantity, key), ())]

    @property
    def quantities(self) -> set[str]:
        """Names that some factor gives."""
        return {f.quantity for f in self.factors}

    def set_of(self, factor: Factor) -> FactorSet:
        """The set to which a factor belongs."""
        return next(s for s in self.sets if s.id == factor.set_id)

    def source_of(self, factor: Factor) -> dict[str, str]:
        """Source of a factor: title, publisher, year, path, licence, attribution."""
        return self.set_of(factor).sources[factor.source]


def _read_all(root: Path) -> tuple[FactorSet, ...]:
    if not root.is_dir():
        raise FactorError(
            str(root), "no such folder of factor sets", "Give a folder that holds datapackage.json files."
        )
    found = find(root)
    if not found:
        raise FactorError(str(root), "no factor set in it", "A factor set is a folder with a datapackage.json.")
    return tuple(read(path) for path in found)


@cache
def _shipped() -> tuple[FactorSet, ...]:
    return _read_all(folder("factors"))


def load(overlays: Iterable[str | Path] = (), order: Sequence[str] = (), without: Iterable[str] = ()) -> Catalogue:
    """The shipped sets with the user's before them; `order` puts named sets first, `without` leaves some out."""
    sets = [made for overlay in overlays for made in _read_all(Path(overlay))]  # read anew: the user may have edited it
    sets += _shipped()
    known = {s.id for s in sets}
    for name in (*order, *without):
        if name not in known:
            raise FactorError(f"factor set {name}", "no such set", "`lca factors` lists the sets.")
    if len(known) != len(sets):
        twice = next(s.id for i, s in enumerate(sets) if s.id in {t.id for t in sets[:i]})
        raise FactorError(f"factor set {twice}", "two sets bear this name", "Rename one of them.")
    rank = {name: position for position, name in enumerate(order)}
    left_out = set(without)
    kept = [s for s in sets if s.id not in left_out]
    return Catalogue(sorted(kept, key=lambda s: rank.get(s.id, len(rank))))
