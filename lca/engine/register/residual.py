"""Residual mixes that runs or the profile state: for the consumption that no other instrument covers.

One that is not shown to be of the market and time of the consumption counts only where it lies above what would stand there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.lookups import LEVEL_NAMES
from lca.engine.register.entries import Entry
from lca.engine.register.instrument_messages import not_shown
from lca.engine.register.notes import Note
from lca.engine.register.slices import Numbers, Rows
from lca.language import listed, said
from lca.numerals import spelled

COLUMN = "residual_mix"
#: shares closer than this are equal
CLOSE = 1e-9

Mask = NDArray[np.bool_]


@dataclass
class Mix:
    """A residual mix beside the rows for which it is stated."""

    entry: Entry
    rows: Rows
    in_market: Mask
    in_period: Mask
    shown: Mask
    elsewhere: str  # places of the rows that are not in its market
    besides: str  # what the runs do not state, so that market and period cannot be compared
    mine: Mask = field(default_factory=lambda: np.zeros(0, bool))  # rows of which it is the one that is stated
    counted: Mask = field(default_factory=lambda: np.zeros(0, bool))


def state(mixes: Sequence[Mix], activities: Activities) -> list[Note]:
    """Column `residual_mix` where one is stated for its market and time; the lookup fills the rest.

    Each row has one: the first that is shown, and the first that is not, which counts only where it is higher.
    """
    columns = {name: np.full(activities.rows, np.nan) for name in (COLUMN, f"{COLUMN}__low", f"{COLUMN}__high")}
    takers = {True: np.full(activities.rows, -1), False: np.full(activities.rows, -1)}
    notes: list[Note] = []
    for number, mix in enumerate(mixes):
        notes += _outside(mix)
        mine = np.zeros(len(mix.rows), bool)
        for is_shown, taker in takers.items():
            here = mix.in_market & mix.in_period & (mix.shown == is_shown)
            free = here & (taker[mix.rows] < 0)
            if here.any() and not free.any():
                notes += _second(mix, [mixes[n] for n in np.unique(taker[mix.rows[here]]).tolist()])
            taker[mix.rows[free]] = number
            mine |= free
        mix.mine = mine
        mix.counted = mine & mix.shown
        _write(mix, columns, mix.rows[mix.counted])
    if not np.isnan(columns[COLUMN]).all():
        activities.columns.update(columns)
    return notes


def raise_to(mixes: Sequence[Mix], activities: Activities, rate: Numbers) -> list[Note]:
    """Count mixes that are not shown where they lie above the rate that stands there; tells of all that are not shown."""
    notes = []
    for mix in mixes:
        factor = mix.entry.instrument.factor
        assert factor is not None
        doubtful = mix.mine & ~mix.shown
        high = doubtful & (factor.value > rate[mix.rows])
        if high.any():
            _override(mix, activities, mix.rows[high])
            mix.counted = mix.counted | high
        if doubtful.any():
            notes.append(not_shown(mix.entry, said("residual mix"), bool(high.any()), mix.besides))
    return notes


def _write(mix: Mix, columns: dict[str, NDArray[np.float64]], rows: Rows) -> None:
    factor = mix.entry.instrument.factor
    assert factor is not None
    for name, value in zip((COLUMN, f"{COLUMN}__low", f"{COLUMN}__high"), factor[:3], strict=True):
        columns[name][rows] = value


def _override(mix: Mix, activities: Activities, rows: Rows) -> None:
    """Write a stated mix over what was looked up, with its trace; what the profile pins stays."""
    columns = activities.columns
    level = columns.get(f"{COLUMN}__level")
    if level is not None:
        rows = rows[level[rows] != LEVEL_NAMES.index("pin")]
    trace = {
        "factor": (-1, np.int32),
        "level": (LEVEL_NAMES.index("run"), np.int8),
        "period": (-1, np.int8),
        "tier": (1, np.int8),
    }
    for name in (COLUMN, f"{COLUMN}__low", f"{COLUMN}__high"):
        columns[name] = np.array(activities.column(name))
    for name, (value, kind) in trace.items():
        key = f"{COLUMN}__{name}"
        columns[key] = np.array(columns.get(key, np.full(activities.rows, -1, kind)))
        columns[key][rows] = value
    _write(mix, {n: columns[n] for n in (COLUMN, f"{COLUMN}__low", f"{COLUMN}__high")}, rows)


def _outside(mix: Mix) -> list[Note]:
    instrument = mix.entry.instrument
    if not mix.in_market.all() and not mix.entry.holdings:
        told = said(
            "the residual mix is that of {market} and not counted for consumption in {places}",
            market=instrument.market, places=mix.elsewhere,
        )  # fmt: skip
        return [mix.entry.note("instrument-market", told, "market")]
    if not mix.in_period.any() and len(mix.rows):
        told = said("the residual mix is of another time than the consumption and not counted")
        return [mix.entry.note("instrument-period", told, "start" if instrument.start else "end")]
    return []


def _second(mix: Mix, others: Sequence[Mix]) -> list[Note]:
    """That others state the residual mix of the same consumption."""
    paths = listed(other.entry.note("", "").path for other in others)
    told = said("the residual mix is not counted: {paths} states that of the same consumption", paths=paths)
    together = [m.entry.instrument.share for m in (*others, mix)]
    shares = [share.value for share in together if share is not None]
    if sum(shares) > 1 + CLOSE and mix.entry.instrument.share is not None:
        told = said(
            "{told}, and together the residual mixes state {share} % of it", told=told, share=spelled(100 * sum(shares))
        )
    return [mix.entry.note("instrument-not-counted", told, "factor")]


def remainder(mixes: Sequence[Mix], energy: Numbers, left: Numbers) -> list[Note]:
    """What the shares or energies of a run's residual mixes say beside what they cover: all that other instruments leave."""
    notes: list[Note] = []
    rest, first = left.copy(), True
    for mix in mixes:
        instrument, rows = mix.entry.instrument, mix.rows
        used, here = energy[rows], mix.in_market
        where, unit, scale = "energy", "kWh", 1.0
        part, surplus, is_known = np.where(here, rest[rows], 0.0), 0.0, True
        if instrument.share is not None:
            where, unit, scale = "share", said("% of the consumption"), 100.0
            part = np.where(here, np.minimum(instrument.share.value, rest[rows]), 0.0)
            surplus = float(np.max(instrument.share.value - part[here], initial=0.0))
        elif instrument.energy is not None:
            amount, is_known = instrument.energy.value, not np.isnan(used[here]).any()
            room = float((rest[rows][here] * used[here]).sum())
            part = np.where(here, rest[rows] * (min(amount / room, 1.0) if room > 0 else 0.0), 0.0)
            surplus = max(amount - room, 0.0)
        rest[rows] -= part
        if is_known and surplus > CLOSE and here.any():
            told = said(
                "the residual mix exceeds what was left to cover by {surplus} {unit}; the excess is dropped",
                surplus=spelled(surplus * scale), unit=unit,
            )  # fmt: skip
            notes.append(mix.entry.note("instrument-excess", told, where))
        elif is_known and first and float(np.max(rest[rows][here], initial=0.0)) > CLOSE:
            told = said(
                "the {where} of the residual mix is not used: it covers all that other instruments leave", where=where
            )
            notes.append(mix.entry.note("instrument-not-counted", told, where, "info"))
        first = first and not here.any()
    return notes
