"""What is told of an instrument after it was matched: what it did not cover, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lca.engine.register.criteria import LACKS, lacking
from lca.engine.register.entries import Entry
from lca.engine.register.matching import CLOSE, Candidate, Consumption
from lca.engine.register.notes import Note
from lca.engine.register.slices import Numbers
from lca.instrument import day
from lca.language import listed, said
from lca.numerals import spelled


def period(entry: Entry) -> str:
    """The period of an instrument: its first and last day."""
    anytime = said("any time")
    instrument = entry.instrument
    return said("{low} to {high}", low=day(instrument.start) or anytime, high=day(instrument.end, last=True) or anytime)


def not_shown(entry: Entry, what: str, is_high: bool, besides: str) -> Note:
    """That an instrument lacks what shows it to meet the criteria; it is counted all the same where its rate `is_high`."""
    lacks = lacking(entry.instrument)
    why = said("it states {lacks}", lacks=listed(LACKS[name] for name in lacks)) if lacks else besides
    if entry.instrument.retired is False:
        why = said("{why} and it is not retired", why=why) if why else said("it is not retired")
    told = said("the {type} is not counted: {why}", type=what, why=why)
    if is_high:
        told = said(
            "the {type} is counted although {why}, since its rate lies above what would stand in its place",
            type=what, why=why,
        )  # fmt: skip
    return entry.note("instrument-not-evidenced", told, lacks[0] if len(lacks) == 1 and lacks[0] != "period" else "")


class Teller:
    """Findings on matched instruments. `left` is the share of each slice that nothing covers."""

    def __init__(self, used: Consumption, left: Numbers, is_required: bool) -> None:
        self.used, self.left, self.is_required = used, left, is_required

    def tell(self, c: Candidate, elsewhere: str, besides: str, scope: str, unchecked: list[str]) -> Iterator[Note]:
        """All that is to be told: `elsewhere` names places outside its market, `besides` what the runs do not state."""
        entry, kind = c.entry, c.entry.instrument.type
        if not len(c.slices):
            told = said(
                "the {type} is held for {scope}, of which there is no run: it covers nothing", type=kind, scope=scope
            )
            yield entry.note("instrument-not-counted", told, "", "warning")
            return
        doubtful = c.open & ~c.shown
        if doubtful.any():
            yield not_shown(entry, kind, bool((c.part[doubtful] > 0).any()), besides)
        if lacking(entry.instrument) and self.is_required:
            return
        yield from _beyond_report(c)
        yield from self._outside(c, elsewhere)
        if (c.open & c.shown).any() and not c.has_energy:
            told = said(
                "the {type} covers nothing: the energy used is not determined, so that its share is unknown", type=kind
            )
            yield entry.note("instrument-not-counted", told, "energy", "warning")
        elif (c.open & c.shown).any() and c.surplus > CLOSE:
            told = said(
                "the {type} exceeds what was left to cover by {surplus}; the excess is dropped",
                type=kind, surplus=_sized(c, c.surplus),
            )  # fmt: skip
            yield entry.note("instrument-excess", told, _key(c))
        if unchecked and (c.part > 0).any():
            told = said("the {type} is counted unchecked: {reasons}", type=kind, reasons=listed(unchecked))
            yield entry.note("instrument-evidence", told)

    def _missed(self, c: Candidate, where: np.ndarray) -> float:
        """What an instrument would have covered in slices that are not its own: kWh, or a share of them."""
        left, share = self.left[c.slices[where]], c.entry.instrument.share
        if share is not None:
            return min(share.value, float(np.max(left, initial=0.0)))
        rest = float((left * self.used.energy[c.slices[where]]).sum())
        return c.surplus if math.isnan(rest) else min(c.surplus, rest)

    def _kwh(self, c: Candidate, where: np.ndarray) -> float:
        """Energy under a share in slices that are not its own; unknown energy is not counted."""
        share, at = c.entry.instrument.share, c.slices[where]
        assert share is not None
        return float(np.nansum(np.minimum(share.value, self.left[at]) * self.used.energy[at]))

    def _outside(self, c: Candidate, elsewhere: str) -> Iterator[Note]:
        entry, instrument = c.entry, c.entry.instrument
        far, late = ~c.in_market, c.in_market & ~c.in_period
        missed = self._missed(c, far)
        if far.any() and (far.all() or (missed > CLOSE and not entry.holdings)):
            lost = said("{missed} that it would have covered are not counted", missed=_sized(c, missed))
            told = said(
                "the {type} is of the market {market} and the consumption in {elsewhere}: {lost}",
                type=instrument.type, market=instrument.market, elsewhere=elsewhere, lost=lost,
            )  # fmt: skip
            yield entry.note("instrument-market", told, "market")
        missed = self._missed(c, late)
        if late.any() and (not c.open.any() or (missed > CLOSE and not entry.holdings)):
            part = c.open.any() and instrument.share is not None
            amount = said("{value} kWh", value=spelled(self._kwh(c, late))) if part else _sized(c, missed)
            lost = said("{missed} that it would have covered are not counted", missed=amount)
            covers = said("which does not cover the run") if not c.open.any() else said("which covers the run in part")
            if entry.holdings:
                covers = said("in which it is held for no consumption")
            told = said(
                "the {type} is of {period}, {covers}: {lost}",
                type=instrument.type, period=period(entry), covers=covers, lost=lost,
            )  # fmt: skip
            yield entry.note("instrument-period", told, "start" if instrument.start else "end")


def _beyond_report(c: Candidate) -> Iterator[Note]:
    energy = c.entry.instrument.energy
    if energy is not None and c.inside < 1.0 - CLOSE:
        told = said(
            "{lost} of the {energy} kWh of the {type} belong to the part of the run outside the period of the report and are not counted",
            lost=spelled((1.0 - c.inside) * energy.value), energy=spelled(energy.value), type=c.entry.instrument.type,
        )  # fmt: skip
        yield c.entry.note("instrument-period", told, "energy", "info")


def _key(c: Candidate) -> str:
    return "energy" if c.entry.instrument.share is None else "share"


def _sized(c: Candidate, value: float) -> str:
    """Energy in kWh, or a share, as a reader sees it."""
    if c.entry.instrument.share is None:
        return said("{value} kWh", value=spelled(value))
    return said("{value} % of the consumption", value=spelled(100 * value))


def label(entry: Entry) -> str:
    """An instrument in a few words: type, technology, market, period and evidence."""
    instrument = entry.instrument
    told = [
        instrument.technology,
        instrument.market,
        period(entry) if instrument.start or instrument.end else None,
        instrument.evidence,
    ]
    parts = [str(x) for x in told if x]
    return said("{type} ({about})", type=instrument.type, about=", ".join(parts)) if parts else said(instrument.type)
