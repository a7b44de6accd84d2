"""Instruments for electricity, matched with consumption row by row (GHG Protocol Scope 2 Guidance, chapters 6 and 7).

Order of Table 6.3: certificates, PPAs, supplier rates, then the residual mix. An instrument is counted on the rows whose
place is its market (criterion 5 of Table 7.1) if its period covers the run (criterion 4); what is not stated cannot be
checked, is counted, and told. Energy is spent in proportion to what is still uncovered, a share is one of each row's
consumption. No row is covered over 100 %; what exceeds is dropped. Whatever is not counted is told with what it would
have covered. A market is the place itself, its subdivision or its grid zone: linked markets, such as the European
guarantees of origin, are not known here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities, as_utc, duration_hours
from lca.catalogue.lookup import Choices
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.catalogue.technologies import Intensity, nearest_technology, of_technology
from lca.engine.contract_slots import Slots
from lca.language import listed, said
from lca.numerals import spelled
from lca.run import Instrument, Run

#: order in which instruments cover consumption; the residual mix covers what they leave
ORDER = ("certificate", "ppa", "supplier")
#: tier of a stated direct rate that stands for an unknown life-cycle intensity
STAND_IN_TIER = 4
#: shares closer than this are equal
CLOSE = 1e-9


class Note(NamedTuple):
    """What a check tells of an instrument: `code` of the check, number of the run, position of the instrument."""

    code: str
    run: int
    position: int
    message: str
    field: str = ""
    severity: str = ""


@dataclass
class _Claim:
    """An instrument while it is matched with the rows of a run."""

    position: int
    instrument: Instrument
    matches: NDArray[np.bool_]  # rows in its market, none if its period lies elsewhere
    in_period: bool
    surplus: float = 0.0  # kWh, or share, that found no row
    energy_known: bool = True


def bought(activities: Activities) -> list[int]:
    """Runs with instruments."""
    return [n for n in activities.having["electricity"] if getattr(activities.runs[n].electricity, "instruments", None)]


def state_residual_mix(activities: Activities, resolved: Resolved) -> list[Note]:
    """Column `residual_mix` where a run states that of its market; the lookup fills the rest. One without factor adds nothing."""
    names = ("residual_mix", "residual_mix__low", "residual_mix__high")
    columns = {name: np.full(activities.rows, np.nan) for name in names}
    notes: list[Note] = []
    for number, rows, instruments in _each(activities):
        for position, instrument in enumerate(instruments):
            if not _states_mix(instrument):
                continue
            assert instrument.factor is not None
            matches, _ = _in_market(instrument, _places(activities, resolved, rows))
            if not matches.all():
                told = said(
                    "the residual mix is that of {market} and not counted for consumption in {places}",
                    market=instrument.market, places=_named(activities, resolved, rows, ~matches),
                )  # fmt: skip
                notes.append(Note("instrument-market", number, position, told, "market"))
            taken = ~np.isnan(columns["residual_mix"][rows])
            if matches.any() and taken[matches].all():
                first = next(i for i, other in enumerate(instruments) if _states_mix(other))
                told = said(
                    "the residual mix is not counted: electricity.instruments[{position}] states that of the same consumption",
                    position=first,
                )
                shares = [
                    i.share.value for i in instruments[: position + 1] if i.type == "residual" and i.share is not None
                ]
                if sum(shares) > 1 + CLOSE and instrument.share is not None:
                    told = said(
                        "{told}, and together the residual mixes state {share} % of it",
                        told=told,
                        share=spelled(100 * sum(shares)),
                    )
                notes.append(Note("instrument-not-counted", number, position, told, "factor"))
            free = rows[matches & ~taken]
            for name, value in zip(names, instrument.factor[:3], strict=True):
                columns[name][free] = value
    if not np.isnan(columns["residual_mix"]).all():
        activities.columns.update(columns)
    return notes


def _states_mix(instrument: Instrument) -> bool:
    return instrument.type == "residual" and instrument.factor is not None


def match(
    activities: Activities, resolved: Resolved, catalogue: Catalogue, choices: Choices,
    facility_energy: NDArray[np.float64] | None,
) -> list[Note]:  # fmt: skip
    """Columns `contract_share`, `contract_is_full`, `contract_is_none` and, per slot, share, direct and life-cycle factor.

    `facility_energy` is the consumption per row; None where no run has instruments.
    """
    share = np.zeros(activities.rows)
    slots = Slots(activities.rows)
    notes: list[Note] = []
    for number, rows, instruments in _each(activities):
        assert facility_energy is not None
        run = activities.runs[number]
        used, left = facility_energy[rows], np.ones(len(rows))
        places = _places(activities, resolved, rows)
        year = None if math.isnan(activities.year[rows[0]]) else int(activities.year[rows[0]])
        parts: list[list[tuple[float, Intensity, Intensity | None]]] = [[] for _ in rows]
        claims: list[_Claim] = []
        for position, instrument in sorted(enumerate(instruments), key=lambda e: _rank(e[1])):
            if instrument.type == "residual":
                continue
            direct, lifecycle, told = _intensities(instrument, catalogue, choices, year)
            noted = [Note(code, number, position, text, where) for code, text, where in told]
            if direct is None:
                notes += noted
                continue
            claim, unchecked = _claim(run, position, instrument, places)
            claims.append(claim)
            part, surplus = _cover(claim, used, left)
            claim.surplus = surplus
            left = np.maximum(left - part, 0.0)
            left[left < CLOSE] = 0.0
            for n in np.flatnonzero(part > 0):
                parts[n].append((float(part[n]), direct, lifecycle))
            if unchecked:
                why = said(
                    "the {type} is counted unchecked: {reasons}", type=instrument.type, reasons=listed(unchecked)
                )
                noted.append(Note("instrument-evidence", number, position, why))
            notes += noted if (part > 0).any() else []
        for claim in claims:
            notes += _told(claim, run, number, used, left, _named(activities, resolved, rows, ~claim.matches))
        notes += _residual_notes(instruments, number, places, used, left)
        share[rows] = 1.0 - left
        for row, held in zip(rows, parts, strict=True):
            slots.put(int(row), held)
    covered = share > 0
    activities.columns["contract_share"] = np.where(covered, share, np.nan)
    activities.columns["contract_is_full"] = np.where(share >= 1.0 - CLOSE, 1.0, np.nan)
    activities.columns["contract_is_none"] = np.where(covered, np.nan, 1.0)
    activities.columns.update(slots.columns if covered.any() else {})
    return notes


def _each(activities: Activities) -> Sequence[tuple[int, NDArray[np.int64], list[Instrument]]]:
    out = []
    for number in bought(activities):
        first, last = np.searchsorted(activities.run_of_row, (number, number + 1))
        electricity = activities.runs[number].electricity
        assert electricity is not None
        out.append((number, np.arange(first, last), electricity.instruments))
    return out


def _rank(instrument: Instrument) -> int:
    return ORDER.index(instrument.type) if instrument.type in ORDER else len(ORDER)


def _places(activities: Activities, resolved: Resolved, rows: NDArray[np.int64]) -> list[Mapping[str, str]]:
    return [resolved.places[activities.place_of_row[row]] for row in rows]


def _named(activities: Activities, resolved: Resolved, rows: NDArray[np.int64], which: NDArray[np.bool_]) -> str:
    places = [p for p, told in zip(_places(activities, resolved, rows), which, strict=True) if told]
    return listed(sorted({p["subdivision"] or p["grid_zone"] or p["country"] for p in places}))


def _in_market(instrument: Instrument, places: Sequence[Mapping[str, str]]) -> tuple[NDArray[np.bool_], str]:
    """Rows whose place is the market, or of which that cannot be told, and why it could not."""
    if instrument.market is None:
        return np.ones(len(places), bool), said("it states no market")
    here = [(p["country"], p["subdivision"].upper(), p["grid_zone"].upper()) for p in places]
    unknown = any(not any(p) for p in here)
    return np.asarray([instrument.market in p or not any(p) for p in here], bool), (
        said("the run names no place") if unknown else ""
    )


def _in_period(instrument: Instrument, run: Run) -> tuple[bool, str]:
    """Whether the period covers the run, or that cannot be told, and why it could not.

    A period without offset, such as whole days, is one of the run's own local time.
    """
    if instrument.start is None and instrument.end is None:
        return True, said("it states no period")
    duration = duration_hours(run)
    begin, end = run.start, run.end
    if end is None and begin is not None and duration is not None:
        end = begin + timedelta(hours=min(duration, 1e6))
    if begin is None and end is None:
        return True, said("the run has no date")
    inside = not (
        (begin and instrument.start and _after(begin, instrument.start) < 0)
        or (begin and instrument.end and _after(begin, instrument.end) >= 0)
        or (end and instrument.start and _after(end, instrument.start) <= 0)
        or (end and instrument.end and _after(end, instrument.end) > 0)
    )
    if begin is None or end is None:
        return inside, said("the run states no time of which both ends are known")
    return inside, "" if instrument.start and instrument.end else said("it states one end of its period alone")


def _after(stamp: datetime, limit: datetime) -> float:
    """Seconds from a limit to a stamp."""
    if limit.tzinfo is None:
        return (stamp.replace(tzinfo=None) - limit).total_seconds()
    return (as_utc(stamp) - as_utc(limit)).total_seconds()


def _claim(
    run: Run, position: int, instrument: Instrument, places: Sequence[Mapping[str, str]]
) -> tuple[_Claim, list[str]]:
    matches, no_market = _in_market(instrument, places)
    in_period, no_period = _in_period(instrument, run)
    claim = _Claim(position, instrument, matches & in_period, in_period)
    return claim, [why for why in (no_market, no_period) if why]


def _cover(claim: _Claim, used: NDArray[np.float64], left: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """(share of each row's consumption that an instrument covers, what found no row: kWh, or a share)."""
    here = claim.matches
    if claim.instrument.share is not None:
        wanted = claim.instrument.share.value
        part = np.where(here, np.minimum(wanted, left), 0.0)
        return part, float(np.max(wanted - part[here], initial=0.0)) if here.any() else wanted
    assert claim.instrument.energy is not None
    amount = claim.instrument.energy.value
    claim.energy_known = not np.isnan(used[here]).any()
    if not here.any() or not claim.energy_known:
        return np.zeros(len(left)), amount
    room = float((left[here] * used[here]).sum())
    part = np.where(here, left * (min(amount / room, 1.0) if room > 0 else 0.0), 0.0)
    return part, amount - room if amount - room > CLOSE * amount else 0.0


def _told(
    claim: _Claim, run: Run, number: int, used: NDArray[np.float64], left: NDArray[np.float64], elsewhere: str
) -> list[Note]:
    """Notes on what an instrument covers beyond the consumption, or not at all."""
    instrument, out = claim.instrument, []

    def note(code: str, text: str, where: str, severity: str = "") -> None:
        out.append(
            Note(
                code,
                number,
                claim.position,
                said("the {type} {text}", type=instrument.type, text=text),
                where,
                severity,
            )
        )

    unit: str
    if instrument.share is not None:
        where, unit, scale = "share", said("% of the consumption"), 100.0
        missed = min(instrument.share.value, float(np.max(left[~claim.matches], initial=0.0)))
    else:
        where, unit, scale = "energy", "kWh", 1.0
        rest = float((left * used)[~claim.matches].sum())
        missed = claim.surplus if math.isnan(rest) else min(claim.surplus, rest)
    lost = said("{missed} {unit} that it would have covered are not counted", missed=spelled(missed * scale), unit=unit)
    if not claim.in_period:
        period = said("{low} to {high}", low=_day(instrument.start), high=_day(instrument.end, last=True))
        note("instrument-period", said("is of {period}, which does not cover the run: {lost}", period=period, lost=lost),
             "start" if instrument.start else "end")  # fmt: skip
        return out
    if not claim.matches.all() and (missed > CLOSE or not claim.matches.any()):
        note(
            "instrument-market",
            said(
                "is of the market {market} and the consumption in {elsewhere}: {lost}",
                market=instrument.market,
                elsewhere=elsewhere,
                lost=lost,
            ),
            "market",
        )
    if not claim.energy_known:
        note("instrument-not-counted", said("covers nothing: the energy used is not determined, so that its share is unknown"),
             "energy", "warning")  # fmt: skip
    elif claim.surplus > CLOSE and claim.matches.any():
        note("instrument-excess", said("exceeds what was left to cover by {surplus} {unit}; the excess is dropped", surplus=spelled(claim.surplus * scale), unit=unit),
             where)  # fmt: skip
    return out


def _residual_notes(
    instruments: Sequence[Instrument], number: int, places: Sequence[Mapping[str, str]], used: NDArray[np.float64],
    left: NDArray[np.float64],
) -> list[Note]:  # fmt: skip
    """What the shares or energies of residual mixes say beside what they cover: all that other instruments leave."""
    notes: list[Note] = []
    rest, first = left, True
    for position, instrument in enumerate(instruments):
        if instrument.type != "residual":
            continue
        matches, _ = _in_market(instrument, places)
        claim = _Claim(position, instrument, matches, True)
        where, unit, scale = (
            ("share", said("% of the consumption"), 100.0) if instrument.share is not None else ("energy", "kWh", 1.0)
        )
        if instrument.share is None and instrument.energy is None:
            part, surplus = np.where(matches, rest, 0.0), 0.0
        else:
            part, surplus = _cover(claim, used, rest)
        rest = rest - part
        if claim.energy_known and surplus > CLOSE and matches.any():
            told = said(
                "the residual mix exceeds what was left to cover by {surplus} {unit}; the excess is dropped",
                surplus=spelled(surplus * scale),
                unit=unit,
            )
            notes.append(Note("instrument-excess", number, position, told, where))
        elif claim.energy_known and first and float(np.max(rest[matches], initial=0.0)) > CLOSE:
            told = said(
                "the {where} of the residual mix is not used: it covers all that other instruments leave", where=where
            )
            notes.append(Note("instrument-not-counted", number, position, told, where, "info"))
        first = first and not matches.any()
    return notes


def _day(stamp: datetime | None, last: bool = False) -> str:
    if stamp is None:
        return said("any time")
    whole = (stamp.hour, stamp.minute, stamp.second, stamp.microsecond) == (0, 0, 0, 0)
    return str((stamp - timedelta(days=last)).date()) if whole and stamp.tzinfo is None else stamp.isoformat()


def _intensities(
    instrument: Instrument, catalogue: Catalogue, choices: Choices, year: int | None
) -> tuple[Intensity | None, Intensity | None, list[tuple[str, str, str]]]:
    """(direct, life-cycle) intensity of an instrument: stated, else of its technology, and what is to be told."""
    technology = instrument.technology or ""
    notes: list[tuple[str, str, str]] = []
    if instrument.factor is not None:
        direct: Intensity | None = Intensity(*instrument.factor[:3])
    else:
        direct = of_technology(catalogue, "generation_direct", technology, year, choices)
    if direct is None:
        near = nearest_technology(catalogue, "generation_direct", technology)
        told = said(
            "the {type} is not counted: it states no factor, and no factor set gives the direct emissions of {technology}",
            type=instrument.type, technology=f"{technology!r}",
        )  # fmt: skip
        if near:
            told = said("{told}; the nearest known is {near}", told=told, near=near)
        notes.append(("instrument-not-counted", told, "technology"))
        return None, None, notes
    if instrument.lifecycle_factor is not None:
        return direct, Intensity(*instrument.lifecycle_factor[:3]), notes
    lifecycle = of_technology(catalogue, "generation_lifecycle", technology, year, choices) if technology else None
    if lifecycle is None:
        lifecycle = direct._replace(tier=STAND_IN_TIER) if choices.max_tier >= STAND_IN_TIER else None
        told = said("the life-cycle intensity of the {type} is not known", type=instrument.type)
        if lifecycle is not None:
            told = said(
                "{told}: {value} kgCO2e/kWh, its direct rate, stands in", told=told, value=spelled(direct.value)
            )
        notes.append(("instrument-lifecycle", told, "lifecycle_factor"))
    return direct, lifecycle, notes
