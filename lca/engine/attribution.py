"""Amounts moved from the rows that carry them to the rows that they are for: idle time to jobs, development to service.

A second and third view of the same inventory. Nothing is added or lost: what a row receives, others give, so the sum
over all rows is that of the first view. Idle time goes to the jobs of its pool (ISO 14044:2006, 4.3.4, allocation by a
physical relationship that the profile names); development is spread over the work that a system serves in its life.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.engine import kernel, months
from lca.engine.kernel import Array
from lca.engine.months import UNDATED
from lca.engine.plan import Plan
from lca.engine.sampling import Kind, Moving
from lca.engine.uncertainty import Sampler
from lca.language import joined, plural, said
from lca.numerals import spelled
from lca.profile import Profile, Service

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]

#: stage of the view -> quantity moved -> (quantity that results, column of what moves, unit)
VIEWS: dict[str, dict[str, tuple[str, str, str]]] = {
    "idle": {
        "facility_energy": ("facility_energy_with_idle", "idle_shift_energy", "kWh"),
        "total_co2e": ("total_co2e_with_idle", "idle_shift_co2e", "kgCO2e"),
    },
    "development": {
        "facility_energy_with_idle": ("facility_energy_with_development", "development_shift_energy", "kWh"),
        "total_co2e_with_idle": ("total_co2e_with_development", "development_shift_co2e", "kgCO2e"),
    },
}
UNITS = {column: unit for view in VIEWS.values() for _, column, unit in view.values()}
COLUMNS = tuple(UNITS)
#: why a view is not there, by the column that it lacks
ABSENT = {
    **dict.fromkeys((c for _, c, _ in VIEWS["idle"].values()), said("no idle run and no service to spread is there")),
    **dict.fromkeys((c for _, c, _ in VIEWS["development"].values()), said("the profile names no service (`services`) over which development is spread")),
}  # fmt: skip
#: basis of the profile -> (what weighs a job, in words)
BASES = {
    "reserved-time": said("device hours reserved"),
    "active-time": said("device hours times utilisation"),
    "energy": said("IT energy"),
}


@dataclass(frozen=True)
class Transfer:
    """`fraction` of the amount of each giver goes to the receivers, by `weight` (their sum is 1)."""

    givers: Rows
    fraction: Numbers
    receivers: Rows
    weight: Numbers


@dataclass(frozen=True)
class Note:
    """What the pass could not or did only in part: a finding of the code."""

    code: str
    message: str
    row: int = -1


@dataclass
class Attribution:
    """Transfers of both views, and what there is to say about them."""

    transfers: dict[str, list[Transfer]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def plan_idle(a: Activities, results: Mapping[str, Array], basis: str, made: Attribution) -> list[Transfer]:
    """Idle rows to the jobs of their pool: same place, same device, same month, same system if that has jobs there.

    An idle run has a row for each month. A job that lasts over several months takes part in each by its time in it; one
    without a date takes part in no month, but shares with the others what is idle without a date. A month in which a job
    lacks the weight or the total is left as it is: shared among the others alone, its idle time would be theirs.
    """
    if "idle" not in a.stages or basis == "none":
        return []
    stages, systems = np.asarray(a.stages, object)[a.run_of_row], np.asarray(a.systems, object)[a.run_of_row]
    idle = stages == "idle"
    jobs = _Jobs(a, results, basis)
    named = np.asarray([bool(model) for model, _ in a.devices])[a.device_of_row]
    accelerators = a.column("is_accelerator") == 1
    pools: dict[tuple[int, int, str], dict[int, list[int]]] = {}
    for row in np.flatnonzero(idle).tolist():
        key = (int(a.place_of_row[row]), int(a.device_of_row[row]), str(systems[row]))
        pools.setdefault(key, {}).setdefault(int(jobs.first[row]), []).append(row)
    out = []
    for (place, device, system), by_month in pools.items():
        mates = ~idle & (a.place_of_row == place)
        mates &= (a.device_of_row == device) if named[next(iter(by_month.values()))[0]] else accelerators
        shared: list[Transfer] = []
        apart = mates & (jobs.first == UNDATED)
        left: dict[str, list[int]] = {}  # why idle time stays where it is -> its rows
        for month, givers in sorted(by_month.items()):
            found = jobs.share(mates, systems == system, month)
            if isinstance(found, str):
                left.setdefault(found, []).extend(givers)
            else:
                shared.append(Transfer(np.asarray(givers), np.ones(len(givers)), *found))
        made.notes += [Note("idle-not-allocated", why, rows[0]) for why, rows in left.items()]
        if shared:
            message = _told_idle(a, shared, basis, UNDATED in by_month or bool((apart == mates).all()))
            apart[receivers(shared)] = False
            without = len(np.unique(a.run_of_row[apart]))
            if without:
                message = plural(
                    without, "{told}; {n} job without a date gets nothing", "{told}; {n} jobs without a date get nothing",
                    told=message, n=spelled(without),
                )  # fmt: skip
            made.notes.append(Note("idle-allocated", message, int(shared[0].givers[0])))
        out += shared
    return out


def receivers(transfers: Sequence[Transfer]) -> Rows:
    """Rows that receive something."""
    return np.unique(np.concatenate([t.receivers for t in transfers]))


def _told_idle(a: Activities, shared: Sequence[Transfer], basis: str, undated: bool) -> str:
    number = len(np.unique(a.run_of_row[receivers(shared)]))
    told = plural(
        number, "given to the one job of the pool in the same month, by {basis}",
        "shared among {n} jobs of the pool, each month among its own, by {basis}", n=spelled(number), basis=BASES[basis],
    )  # fmt: skip
    if not undated:
        return told
    return plural(
        number, "given to the one job of the pool, by {basis}; months are not compared where a date is lacking",
        "shared among {n} jobs of the pool, by {basis}; months are not compared where a date is lacking",
        n=spelled(number), basis=BASES[basis],
    )  # fmt: skip


class _Jobs:
    """What jobs weigh in each month."""

    def __init__(self, a: Activities, results: Mapping[str, Array], basis: str) -> None:
        self.a, self.basis, self.weight = a, basis, _weights(a, results, basis)
        self.unknown = np.isnan(results["total_co2e"]) | np.isnan(results["facility_energy"])
        self.first, self.last = months.spans(a)

    def share(self, mates: NDArray[np.bool_], own: NDArray[np.bool_], month: int) -> tuple[Rows, Numbers] | str:
        """Jobs of a pool and month with their shares; those of its `own` system alone where it has any. Else why there are none."""
        if month == UNDATED or not (mates & (self.first != UNDATED)).any():  # nothing to compare
            here = mates
        else:
            here = mates & (self.first <= month) & (self.last >= month) & (self.first != UNDATED)
        if not here.any():
            if not mates.any():
                return said("no other run names the same place and the same devices")
            return said("no other run of the same month names the same place and the same devices")
        rows = np.flatnonzero(here & own if (here & own).any() else here)
        weight = self.weight[rows] * (months.share(self.a, rows, month) if month != UNDATED else 1.0)
        lacking = rows[~(weight >= 0) | self.unknown[rows]]
        if len(lacking) or not weight.sum() > 0:
            who = self.a.runs[self.a.run_of_row[lacking[0] if len(lacking) else rows[0]]].id
            by_weight = not len(lacking) or np.isnan(self.weight[lacking[0]])
            what = BASES[self.basis] if by_weight else said("the total")
            return said("{what} of the run {who} in the same pool is not determined", what=what, who=who)
        return rows, weight / weight.sum()


def _weights(a: Activities, results: Mapping[str, Array], basis: str) -> Numbers:
    nothing = np.full(a.rows, np.nan)
    if basis == "energy":
        return np.asarray(results.get("it_energy", nothing))
    hours = np.asarray(results.get("reserved_hours", nothing))
    return hours * a.column("utilisation") if basis == "active-time" else hours


def plan_development(
    a: Activities, results: Mapping[str, Array], services: Sequence[Service], made: Attribution
) -> list[Transfer]:
    """Development of each service to its inference rows: the share served of the work expected over its life."""
    stages, systems = np.asarray(a.stages, object)[a.run_of_row], np.asarray(a.systems, object)[a.run_of_row]
    out = []
    for service in services:
        mine = systems == service.system
        givers = np.flatnonzero(mine & np.isin(stages, service.stages))
        served = _shared_out(a, a.column(f"work_{service.work}"))
        inference = mine & (stages == "inference")
        receivers = np.flatnonzero(inference & (served > 0))
        system = service.system
        if not len(givers) or not len(receivers):
            lacks = (
                said(
                    "service {system}: no inference run with work.{work} is among the runs of this system",
                    system=system,
                    work=service.work,
                )
                if len(givers)
                else said(
                    "service {system}: no run of {stages} is among the runs of this system",
                    system=system,
                    stages=", ".join(service.stages),
                )
            )
            made.notes.append(Note("service-not-spread", lacks))
            continue
        amount = float(served[receivers].sum())
        if np.isnan(served[inference]).any():
            number = len(np.unique(a.run_of_row[np.flatnonzero(inference & np.isnan(served))]))
            made.notes.append(
                Note(
                    "service-not-spread",
                    said(
                        "service {system}: {number} inference runs do not state work.{work} and get no share",
                        system=system,
                        number=number,
                        work=service.work,
                    ),
                )
            )
        unknown = np.isnan(results["total_co2e_with_idle"]) | np.isnan(results["facility_energy_with_idle"])
        lacking = receivers[unknown[receivers]]
        if len(lacking):
            who = a.runs[a.run_of_row[lacking[0]]].id
            made.notes.append(
                Note(
                    "service-not-spread",
                    said("service {system}: the total of the run {who} is not determined", system=system, who=who),
                )
            )
            continue
        if amount > service.amount:
            made.notes.append(Note("service-life-exceeded", said("service {system}: {amount} {work} were served, more than the {expected} expected over the service life; all of development is spread, and no more", system=system, amount=spelled(amount), work=service.work, expected=spelled(service.amount))))  # fmt: skip
        fraction = min(amount / service.amount, 1.0)
        out.append(Transfer(givers, np.full(len(givers), fraction), receivers, served[receivers] / amount))
    return out


def _shared_out(a: Activities, work: Numbers) -> Numbers:
    """Work of each run and part of it, which stands on its first row, by the share of each of its device groups."""
    whole = np.bincount(a.piece_of_row, np.nan_to_num(work), a.pieces)[a.piece_of_row]
    return np.where(np.isnan(work), np.nan, whole * a.column("run_share"))


def apply(a: Activities, plan: Plan, results: dict[str, Array], profile: Profile) -> Attribution:
    """Plan both views, set their columns and bring the results up to date. Without idle runs and services: nothing."""
    made = Attribution()
    idle = made.transfers["idle"] = plan_idle(a, results, profile.idle_allocation, made)
    if not idle and not profile.services:
        return made
    _move(a, plan, results, idle, "idle")
    if profile.services:
        made.transfers["development"] = plan_development(a, results, profile.services, made)
        _move(a, plan, results, made.transfers["development"], "development")
    return made


def _move(a: Activities, plan: Plan, results: dict[str, Array], transfers: Sequence[Transfer], view: str) -> None:
    """Set the columns of a view, run what depends on them, and mark where a part of what moved is not known."""
    for quantity, (gives, column, _) in VIEWS[view].items():
        shift = np.zeros(a.rows)
        tier = np.ones(a.rows, np.int8)
        values, tiers = results[quantity], results[f"{quantity}__tier"]
        missing = np.isnan(values).astype(np.int8)
        missing = np.maximum(missing, results.get(f"{quantity}__missing", missing))
        unknown = missing.copy()
        for t in transfers:
            amount = np.nan_to_num(values[t.givers]) * t.fraction
            shift[t.givers] -= amount
            shift[t.receivers] += amount.sum() * t.weight
            tier[t.receivers] = np.maximum(tier[t.receivers], tiers[t.givers].max(initial=1))
            unknown[t.receivers] = np.maximum(unknown[t.receivers], missing[t.givers].max(initial=0))
        a.columns[column], a.columns[f"{column}__tier"] = shift, tier
        part = plan.after(column)
        columns = {
            n: a.columns[n] if n in a.columns else results[n] for n in part.inputs if n in a.columns or n in results
        }
        columns |= {
            f"{n}__tier": c
            for n in part.inputs
            for c in [a.columns.get(f"{n}__tier", results.get(f"{n}__tier"))]
            if c is not None
        }
        fresh = kernel.run(columns, part)
        code = {rule.id: number for number, rule in enumerate(plan.rules)}
        known = np.asarray([*(code[rule.id] for rule in part.rules), -1], np.int16)
        for step in part.steps:
            fresh[f"{step.quantity}__rule"] = known[fresh[f"{step.quantity}__rule"]]
        results.update(fresh)
        results[f"{gives}__missing"] = unknown


def told(a: Activities, results: Mapping[str, Array], made: Attribution, column: str, row: int) -> list[str]:
    """Where what a row receives comes from, and where what it gives goes: one line each."""
    view, quantity, unit = next((v, q, u) for v, held in VIEWS.items() for q, (_, c, u) in held.items() if c == column)
    lines: list[str] = []
    for t in made.transfers.get(view, []):
        amount = float((np.nan_to_num(results[quantity][t.givers]) * t.fraction).sum())
        for at in np.flatnonzero(t.receivers == row):
            who = _some([a.runs[n].id for n in np.unique(a.run_of_row[t.givers])])
            lines.append(
                said(
                    "received {share} of the {amount} {unit} that {who} gave",
                    share=f"{t.weight[at]:.6g}",
                    amount=f"{amount:.10g}",
                    unit=unit,
                    who=who,
                )
            )
        for at in np.flatnonzero(t.givers == row):
            who = _some([a.runs[n].id for n in np.unique(a.run_of_row[t.receivers])])
            lines.append(said("gave {share} of its own to {who}", share=f"{t.fraction[at]:.6g}", who=who))
    return lines or [said("nothing was received or given")]


def _some(names: Sequence[str]) -> str:
    told = joined(", ", names[:3])
    return said("{names} and {n} more", names=told, n=len(names) - 3) if len(names) > 3 else told


def follow(sampler: Sampler, made: Attribution, rows: int) -> None:
    """Let what rows give and receive follow the draws of the rows that give it."""
    for view, moves in VIEWS.items():
        transfers = made.transfers.get(view)
        if transfers is not None:
            for quantity, (_, column, _) in moves.items():
                sampler.model.moving[column] = _moving(sampler, transfers, quantity, rows)


def _moving(sampler: Sampler, transfers: Sequence[Transfer], quantity: str, rows: int) -> Moving:
    from scipy.sparse import csr_matrix

    fraction, group = np.zeros(rows), np.zeros(rows, np.int64)
    for number, t in enumerate(transfers):
        fraction[t.givers], group[t.givers] = t.fraction, number
    who = [np.concatenate([np.zeros(0, np.int64), *(t.receivers for t in transfers)])]
    who.append(np.repeat(np.arange(len(transfers)), [len(t.receivers) for t in transfers]))
    weight = np.concatenate([np.zeros(0), *(t.weight for t in transfers)])
    receives = csr_matrix((weight, (who[0], who[1])), shape=(rows, max(len(transfers), 1)))
    amounts: list[Numbers] = []

    def draws(kind: Kind, of: Callable[[str], Any]) -> Any:
        if not amounts:
            sums = sampler.sums([quantity], group, fraction > 0, fraction)[quantity]
            amounts.extend(sums.of(number)[None, :] for number in range(receives.shape[1]))
        mine, gives = receives[kind.rows], fraction[kind.rows]
        terms: list[Any] = [
            (mine[:, [number]].toarray()[:, 0], amounts[number]) for number in np.unique(mine.indices).tolist()
        ]
        out = sampler.outer(kind, terms or [(0.0, 1.0)])
        return out - of(quantity) * sampler.outer(kind, [(gives, 1.0)]) if gives.any() else out

    return draws
