"""Software Carbon Intensity (ISO/IEC 21031:2024), SCI = (O + M) per R, by system and boundary of the SCI for AI.

The provider's boundary holds the stages up to evaluation, the consumer's holds inference. Idle runs serve both in a share
that no log states: they are in neither, and stand in a line of their own. R is a sum over the runs of the boundary, and
all of them must state it; a score over a part of them would be the score of something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.engine.ledger import Ledger
from lca.language import said
from lca.quantities import FUNCTIONAL_UNITS, OF_SYSTEM

if TYPE_CHECKING:
    from lca.assessment import Assessment

FOR_AI = "ISO/IEC 21031:2024; Green Software Foundation, SCI for AI"
STAGES = {"inference": "consumer", "idle": "idle"}  # all others are the provider's
UNITS = {
    "provider": ("flop", "1k_tokens_trained", "parameter"),
    "consumer": ("request", "1k_tokens_out", "1k_tokens_in", "image", "sample"),
    "idle": (),
}
#: stages whose work is the provider's R; a failed run emits, but its work is in no model: R is effective, not gross
TRAINED = ("training", "finetuning")
PARTS = (
    ("facility_energy", said("E, energy")), ("sci_operational_co2e", said("O = E × I, location-based")),
    ("sci_embodied_co2e", said("M, embodied hardware")), ("sci_co2e", "O + M"),
)  # fmt: skip
NAMES = tuple(name for name, _ in PARTS)


class Groups(NamedTuple):
    """System and boundary of each group, and the group of each row."""

    labels: list[tuple[str, str]]
    code: NDArray[np.int64]


def groups(a: Assessment) -> Groups:
    """Rows by system and boundary, in the order in which they occur."""
    by = a.grouping(("system", "stage"))
    keys: dict[tuple[str, str], int] = {}
    of_group = [
        keys.setdefault((label["system"], STAGES.get(label["stage"], "provider")), len(keys)) for label in by.labels
    ]
    return Groups(list(keys), np.asarray(of_group, np.int64)[by.code])


def lines(a: Assessment) -> list[dict[str, Any]]:
    """Lines of the SCI view: sums by boundary, then parts and scores by system and boundary."""
    made = groups(a)
    by = Ledger(a, NAMES, made.code, len(made.labels))
    held = _amounts(a, made)
    out = _sums(a, made)
    for g, (system, boundary) in enumerate(made.labels):
        place = {"system": system, "boundary": boundary}
        figures = {name: by.figure(name, g) for name in NAMES}
        out += [_line(f"{boundary}.{name}", label, boundary, figures[name] | place) for name, label in PARTS]
        out += [
            _line(f"{boundary}.score.{unit}", said("Score {per}", per=said(FUNCTIONAL_UNITS[unit][2])) if unit else said("Score"), boundary, score | place)
            for unit, score in _scores(figures["sci_co2e"], boundary, held, g)
        ]  # fmt: skip
    return out


def sides(made: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The sums over all systems: `both` boundaries, and `idle` where there is any."""
    return {str(x["id"])[len("sum.") :]: dict(x) for x in made if str(x["id"]).startswith("sum.")}


def _line(id: str, label: str, boundary: str, figure: dict[str, Any]) -> dict[str, Any]:
    return {"view": "sci", "id": id, "label": label, "standard": FOR_AI, "category": boundary, **figure}


def _sums(a: Assessment, made: Groups) -> list[dict[str, Any]]:
    idle = np.asarray([boundary == "idle" for _, boundary in made.labels], bool)[made.code].astype(np.int64)
    by = Ledger(a, ("sci_co2e",), idle, 2)
    both = by.figure("sci_co2e", 0)
    if not both["rows"]:
        both["reason"] = said("all runs are idle: neither boundary holds any") if a.rows else a.reason("sci_co2e", -1)
    out = [_line("sum.both", said("O + M of provider and consumer, all systems"), "", both)]
    if idle.any():
        told = said("O + M of idle runs, in neither boundary: no log says which share of them serves which")
        out.append(_line("sum.idle", told, "idle", by.figure("sci_co2e", 1)))
    return out


class Amount(NamedTuple):
    """R of each group in its functional unit, NaN where it is not determined, and why."""

    value: NDArray[np.float64]
    stated: NDArray[np.bool_]  # whether any run of the group states it
    why: list[str]


def _amounts(a: Assessment, made: Groups) -> dict[str, Amount]:
    """Per functional unit: R of each group."""
    n, code = len(made.labels), made.code
    failed = np.zeros(len(a.activities.runs), bool)
    failed[a.activities.having["failed"]] = True
    trained = np.asarray([s in TRAINED for s in a.activities.stages], bool)[a.activities.run_of_row]
    consumer = np.asarray([b == "consumer" for _, b in made.labels], bool)[code]
    counts = consumer | (trained & ~failed[a.activities.run_of_row])
    out: dict[str, Amount] = {}
    for unit in {u: None for units in UNITS.values() for u in units}:
        work, size, _ = FUNCTIONAL_UNITS[unit]
        amount = a.summary.amount(work)
        if amount is None:
            continue
        if work in OF_SYSTEM:
            out[unit] = _of_system(made, amount, work)
            continue
        known = ~np.isnan(amount)
        total = np.bincount(code, np.where(counts & known, amount, 0.0), n) / size
        needed, lacking = _count(code, counts, n), _count(code, counts & ~known, n)
        why = [
            said("no training or fine-tuning run was completed") if not needed[g] else
            said("{lacking} of {needed} entries that count for it do not state work.{work}", lacking=lacking[g], needed=needed[g], work=work) if lacking[g] else
            "" if total[g] > 0 else said("work.{work} is 0: a ratio with this denominator is not determined", work=work)
            for g in range(n)
        ]  # fmt: skip
        value = np.where([not w for w in why], total, np.nan)
        out[unit] = Amount(value, np.bincount(code, known, n) > 0, why)
    return out


def _count(code: NDArray[np.int64], of: NDArray[np.bool_], groups: int) -> NDArray[np.int64]:
    return np.bincount(code[of], minlength=groups)


def _of_system(made: Groups, amount: NDArray[np.float64], work: str) -> Amount:
    """An amount that belongs to the system: all its runs that state it must agree."""
    names = {system: i for i, system in enumerate(dict.fromkeys(s for s, _ in made.labels))}
    at = np.asarray([names[s] for s, _ in made.labels], np.int64)
    least, most = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.fmin.at(least, at[made.code], amount)
    np.fmax.at(most, at[made.code], amount)
    differ, some = (most > least)[at], np.isfinite(most)[at]
    why = [said("the runs of the system state different numbers of {work}", work=work) if d else "" for d in differ]
    return Amount(np.where(some & ~differ, most[at], np.nan), some, why)


def _scores(
    both: dict[str, Any], boundary: str, held: dict[str, Amount], g: int
) -> list[tuple[str, dict[str, Any]]]:  # fmt: skip
    out = []
    for unit in UNITS[boundary]:
        amount = held.get(unit)
        if amount is not None and amount.stated[g]:
            out.append((unit, _score(both, unit, float(amount.value[g]), amount.why[g])))
    if not out and UNITS[boundary]:
        fields = [
            "system.parameters" if u == "parameter" else f"work.{FUNCTIONAL_UNITS[u][0]}" for u in UNITS[boundary]
        ]
        asked = fields[0]
        for name in fields[1:]:
            asked = said("{one} or {other}", one=asked, other=name)
        out.append(("", _score(both, "", float("nan"), said("no functional unit: no run states {asked}", asked=asked))))
    return out


def _score(both: dict[str, Any], unit: str, amount: float, why: str) -> dict[str, Any]:
    if both["missing"]:
        why = said(
            "O or M is missing for {missing} of {rows} entries: {reason}",
            missing=both["missing"],
            rows=both["rows"],
            reason=both.get("reason", ""),
        )
    ready = not why and both["value"] is not None
    made: dict[str, Any] = {
        "quantity": f"sci_co2e_per_{unit}" if unit else "sci_co2e", "unit": both["unit"], "rows": both["rows"],
        "missing": both["missing"], "functional_unit": unit, "amount": None if np.isnan(amount) else amount,
    }  # fmt: skip
    for bound in ("value", "low", "high"):
        made[bound] = both[bound] / amount if ready and both[bound] is not None else None
    return made | ({} if ready else {"reason": why})
