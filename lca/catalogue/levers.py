"""Published findings on levers that are said to save energy: evidence to be read beside a claim, never a factor."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from lca.catalogue.factor_set import FactorSet
from lca.errors import FactorError, shorten

#: how a finding may bear on the claim
STANCES = ("for", "mixed", "against", "context")
_TEXTS = ("id", "lever", "claim", "phase", "effect", "setting", "caveats", "stance", "verdict", "study", "evidence")


class Lever(NamedTuple):
    """One finding. Savings in per cent of the baseline, negative where it takes more; None where no figure is given."""

    id: str
    lever: str
    claim: str
    phase: str
    effect: str
    low: float | None
    high: float | None
    setting: str
    caveats: str
    stance: str
    verdict: str
    study: str
    evidence: str
    source: dict[str, Any]

    def concerns(self, stage: str) -> bool:
        """Whether the finding is about runs of this life-cycle stage; operation and hardware belong to all."""
        if self.phase in ("training", "inference"):
            return (self.phase == "inference") == (stage == "inference")
        return True


def levers(sets: Iterable[FactorSet]) -> dict[str, Lever]:
    """All findings by id. Raises FactorError with file, row and field for whatever is wrong with one."""
    made: dict[str, Lever] = {}
    for held in sets:
        for record in held.levers:
            where = f"{held.path / 'levers.csv'}: {record['id']}"
            if record["id"] in made:
                raise FactorError(where, "two rows bear this id", "Rename one of them.")
            made[record["id"]] = _lever(record, held, where)
    return made


def _lever(record: dict[str, str], held: FactorSet, where: str) -> Lever:
    source = held.sources.get(record["source"])
    if source is None:
        raise FactorError(f"{where}: source", "no such key among the sources of datapackage.json",
                          "Add the source with title, publisher, year and address.", shorten(record["source"]))  # fmt: skip
    if record["stance"] not in STANCES:
        raise FactorError(f"{where}: stance", "unknown stance", f"Use {', '.join(STANCES)}.", shorten(record["stance"]))
    low, high = (_saving(record, name, where) for name in ("low_saving_pct", "high_saving_pct"))
    if low is not None and high is not None and low > high:
        raise FactorError(f"{where}: low_saving_pct", "it is above high_saving_pct", "Correct the range.")
    told = {name: record.get(name, "") for name in _TEXTS}
    return Lever(**told, low=low, high=high, source=source)


def _saving(record: dict[str, str], name: str, where: str) -> float | None:
    text = record.get(name, "").strip()
    if not text:
        return None
    try:
        got = float(text)
    except ValueError:
        got = math.nan
    if not math.isfinite(got) or got > 100:
        raise FactorError(f"{where}: {name}", "not a saving in per cent", "Write a number up to 100.", shorten(text))
    return got
