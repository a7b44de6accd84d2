"""Matches instruments with consumption: once over the whole inventory, by market and period, in the order of Table 6.3.

Certificates, then PPAs, then supplier rates; of one type those first that fewer kilowatt-hours are open to. Energy is spent
in proportion to what is still uncovered; a share is one of each part of the consumption. Nothing is covered over 100 %.

What is not shown to meet the quality criteria of Table 7.1 (market, period, evidence) is not counted, so that a claim
never lowers a figure. It is counted after all where its rate lies above what would stand there: nobody gains by leaving
out evidence. For the same reason it keeps its place in the order where instruments of a lower rate come after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.engine.register.entries import Entry
from lca.engine.register.intensities import Rates
from lca.engine.register.slices import Numbers, Rows, Slices

#: order in which instruments cover consumption; the residual mix covers what they leave
ORDER = ("certificate", "ppa", "supplier")
#: shares closer than this are equal
CLOSE = 1e-9

Mask = NDArray[np.bool_]


@dataclass
class Candidate:
    """An instrument beside the slices that it may cover, and what came of it."""

    entry: Entry
    rates: Rates
    slices: Rows  # of the consumption for which it is held
    in_market: Mask  # its market, or not known to be another one
    in_period: Mask
    shown: Mask  # market and period are known to be those of the slice, and evidence is there
    inside: float = 1.0  # share of its energy that falls to the period of the report
    part: Numbers = field(default_factory=lambda: np.zeros(0))  # share of each slice that it covers and counts for
    covered: float = 0.0  # kWh that it covers and counts for
    surplus: float = 0.0  # kWh, or share, that found no consumption
    has_energy: bool = True

    def __post_init__(self) -> None:
        self.part = np.zeros(len(self.slices))

    @property
    def open(self) -> Mask:
        """Slices that it may cover."""
        return self.in_market & self.in_period

    @property
    def rate(self) -> float:
        """Its direct rate, kgCO2e/kWh."""
        return self.rates.direct.value if self.rates.direct is not None else math.nan


class Consumption(NamedTuple):
    """Per slice: energy in kWh, and the rate that stands where nothing is under an instrument (NaN: not known)."""

    energy: Numbers
    rate: Numbers


def match(candidates: list[Candidate], slices: Slices, used: Consumption) -> Numbers:
    """Cover consumption; returns the share of each slice that is left."""
    left = np.ones(len(slices.row))
    ordered = _ordered(candidates, used)
    keeps = _keeps_place(ordered, len(left))
    amounts = {id(c): _amount(c) for c in ordered}
    later = []
    for candidate, place in zip(ordered, keeps, strict=True):
        _cover(candidate, candidate.open & candidate.shown, left, used, amounts)
        doubtful = candidate.open & ~candidate.shown
        if not doubtful.any():
            continue
        high = candidate.rate > used.rate[candidate.slices]
        _cover(candidate, doubtful & place & high, left, used, amounts)
        _cover(candidate, doubtful & place & ~high, left, used, amounts, counts=False)
        later.append((candidate, doubtful & ~place & high))
    for candidate, where in sorted(later, key=lambda item: -item[0].rate):
        _cover(candidate, where, left, used, amounts)
    for candidate in ordered:
        _settle(candidate, left, used, amounts[id(candidate)])
    return left


def _ordered(candidates: list[Candidate], used: Consumption) -> list[Candidate]:
    """By type, then by the energy that they may cover, then as they stand in the register; of each type first what is not shown."""

    def reach(c: Candidate) -> float:
        if not (c.open & c.shown).any():
            return -1.0
        return math.fsum(np.nan_to_num(used.energy[c.slices[c.open]]).tolist())

    return sorted(candidates, key=lambda c: (ORDER.index(c.entry.instrument.type), reach(c)))


def _keeps_place(ordered: list[Candidate], slices: int) -> list[Mask]:
    """For each candidate the slices in which one of a lower rate comes after it."""
    lowest = np.full(slices, np.inf)
    out: list[Mask] = []
    for candidate in reversed(ordered):
        out.append(lowest[candidate.slices] < candidate.rate)
        reached = candidate.slices[candidate.open]
        lowest[reached] = np.minimum(lowest[reached], candidate.rate)
    return out[::-1]


def _amount(candidate: Candidate) -> float:
    energy = candidate.entry.instrument.energy
    return energy.value * candidate.inside if energy is not None else math.nan


def _cover(
    candidate: Candidate, where: Mask, left: Numbers, used: Consumption, amounts: dict[int, float], counts: bool = True
) -> None:
    """Let an instrument cover slices; `counts` is False for what it only keeps from others."""
    here = candidate.slices[where]
    if not len(here):
        return
    share = candidate.entry.instrument.share
    energy = used.energy[here]
    if share is not None:
        part = np.minimum(share.value, left[here])
    else:
        known = np.nan_to_num(left[here] * energy)
        room, amount = math.fsum(known.tolist()), amounts[id(candidate)]
        candidate.has_energy = not np.isnan(energy).all()
        part = np.where(np.isnan(energy), 0.0, left[here] * (min(amount / room, 1.0) if room > 0 else 0.0))
        amounts[id(candidate)] = amount - room if amount - room > CLOSE * amount else 0.0
    rest = left[here] - part
    rest[rest < CLOSE] = 0.0
    left[here] = rest
    if counts:
        candidate.part[where] += part
        candidate.covered += math.fsum(np.nan_to_num(part * energy).tolist())


def _settle(candidate: Candidate, left: Numbers, used: Consumption, amount: float) -> None:
    """What of an instrument found no consumption."""
    share, where = candidate.entry.instrument.share, candidate.open & candidate.shown
    if share is None:
        candidate.surplus = amount
    elif where.any():
        candidate.surplus = float(np.max(share.value - candidate.part[where], initial=0.0))
    else:
        candidate.surplus = share.value
