"""The instruments of an inventory, each once: those that runs state, and those that the profile holds.

An instrument is the same wherever it is named by the same evidence or by the same serial numbers, unless what is stated
of it contradicts. Its amount is what it has, however many name it; a share is none, and may stand under several runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lca import serials
from lca.activity import Activities
from lca.engine.register.notes import PROFILE, Note
from lca.instrument import Holding, Instrument
from lca.language import listed, plural, said
from lca.numerals import spelled
from lca.profile import Profile

#: what two statements of one instrument must not contradict
CONTENT = ("technology", "factor", "lifecycle_factor", "market", "start", "end")


class Place(NamedTuple):
    """Where an instrument is stated: number of the run, or `PROFILE`, and its position there."""

    run: int
    position: int


@dataclass
class Entry:
    """One instrument, with all places that name it. `clash` is a serial number that stands under different content."""

    instrument: Instrument
    places: list[Place]
    clash: str = ""
    runs: set[int] = field(default_factory=set)
    holdings: list[Holding] = field(default_factory=list)

    @property
    def first(self) -> Place:
        """The place at which findings on it are told."""
        return self.places[0]

    def note(self, code: str, message: str, field: str = "", severity: str = "") -> Note:
        """What a check tells of it."""
        return Note(code, self.first.run, self.first.position, message, field, severity)


def stated(activities: Activities, profile: Profile) -> Iterator[tuple[Place, Instrument]]:
    """All instruments with their places: those of the profile, then those of runs in the order of their ids."""
    for position, holding in enumerate(profile.instruments):
        yield Place(PROFILE, position), holding
    runs = activities.runs
    for number in sorted(having(activities), key=lambda n: runs[n].id):
        electricity = runs[number].electricity
        for position, instrument in enumerate(electricity.instruments if electricity is not None else ()):
            yield Place(number, position), instrument


def having(activities: Activities) -> list[int]:
    """Numbers of the runs that state instruments."""
    runs = activities.runs
    return [n for n in activities.having["electricity"] if getattr(runs[n].electricity, "instruments", None)]


def collect(activities: Activities, profile: Profile) -> tuple[list[Entry], list[Note]]:
    """The register, and what is told of instruments that several places name."""
    known = _Known()
    for place, instrument in stated(activities, profile):
        known.add(place, instrument)
    return known.entries, [note for entry in known.entries for note in _told(entry, activities)]


class _Known:
    """The instruments found so far, by serial number and by evidence."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._numbered: dict[str, list[tuple[serials.Block, Entry]]] = {}
        self._alike: dict[tuple[str, str, Any], list[Entry]] = {}

    def add(self, place: Place, instrument: Instrument) -> None:
        """Add a statement: of an instrument that is known already, or of a new one."""
        blocks = serials.blocks(instrument.serials or ())
        found = self._by_serial(blocks) or self._by_evidence(place, instrument)
        if found is None:
            found = Entry(instrument, [])
            self.entries.append(found)
            for key in _keys(instrument):
                self._alike.setdefault(key, []).append(found)
        else:
            _join(found, instrument)
        found.places.append(place)
        found.runs.add(place.run)
        for block in blocks:
            self._numbered.setdefault(block.prefix, []).append((block, found))
        if isinstance(instrument, Holding):
            found.holdings.append(instrument)

    def _by_serial(self, blocks: Sequence[serials.Block]) -> Entry | None:
        """The instrument that holds a serial number of these."""
        for block in blocks:
            for other, entry in self._numbered.get(block.prefix, ()):
                if serials.overlap(block, other):
                    return entry
        return None

    def _by_evidence(self, place: Place, instrument: Instrument) -> Entry | None:
        """The instrument that this one is by its evidence: of the same amount, or a certificate of another amount elsewhere."""
        for key in _keys(instrument):
            for entry in self._alike.get(key, ()):
                held = entry.instrument
                if not _agree(held, instrument) or (held.serials and instrument.serials):
                    continue
                here = place.run in entry.runs
                same = instrument.share is None and _amount(held) == _amount(instrument)
                if not here or (same and _scope(held) >= _scope(instrument)):
                    return entry
        return None


def _keys(instrument: Instrument) -> list[tuple[str, str, Any]]:
    """What an instrument is known by, without its serial numbers; nothing where it names no evidence.

    One contract may deliver several amounts; a certificate has one, so that it is known by its evidence alone too.
    """
    evidence = " ".join((instrument.evidence or "").lower().split())
    if not evidence or instrument.type == "residual":
        return []
    amount = ("share", instrument.share.value) if instrument.share is not None else ("energy", _amount(instrument))
    keys: list[tuple[str, str, Any]] = [(instrument.type, evidence, amount)]
    return [*keys, (instrument.type, evidence, "energy")] if _is_lot(instrument) else keys


def _is_lot(instrument: Instrument) -> bool:
    return instrument.type == "certificate" and instrument.energy is not None


def _amount(instrument: Instrument) -> float | None:
    return instrument.energy.value if instrument.energy is not None else None


def _scope(instrument: Instrument) -> frozenset[str]:
    """For whom the profile holds it; a run says nothing of that."""
    if not isinstance(instrument, Holding):
        return frozenset()
    return frozenset(f"{key}:{name}" for key in ("site", "system") if (name := getattr(instrument, key)))


def _agree(one: Instrument, other: Instrument) -> bool:
    """Whether two statements can be of one instrument: nothing that both state differs."""
    if (one.share is None) != (other.share is None) or (one.share is not None and one.share != other.share):
        return False
    pairs = ((getattr(one, name), getattr(other, name)) for name in CONTENT)
    return all(mine is None or its is None or mine == its for mine, its in pairs)


def _join(entry: Entry, instrument: Instrument) -> None:
    """Take what another statement of an instrument says beside: of two amounts the smaller one."""
    held = entry.instrument
    both = held.serials is not None and instrument.serials is not None
    if both and (not _agree(held, instrument) or _amount(held) != _amount(instrument)):
        entry.clash = entry.clash or serials.shared(held.serials or [], instrument.serials or [])
    more = {n: getattr(instrument, n) for n in (*CONTENT, "evidence", "serials", "retired") if getattr(held, n) is None}
    mine, its = _amount(held), _amount(instrument)
    if mine is not None and its is not None and its < mine:
        more["energy"] = instrument.energy
    entry.instrument = held.model_copy(update=more)


def _told(entry: Entry, activities: Activities) -> Iterator[Note]:
    """That an instrument with an amount stands in several places, or a serial number under different content."""
    kind, energy = entry.instrument.type, entry.instrument.energy
    where = listed(named(entry.places, activities))
    if entry.clash:
        told = said(
            "serial number {serial} stands in {places} with different content: the {type} is counted once",
            serial=entry.clash, places=where, type=kind,
        )  # fmt: skip
        if energy is not None:
            told = said(
                "{told}, with the smallest amount stated, {amount} kWh", told=told, amount=spelled(energy.value)
            )
        yield entry.note("instrument-serial", told, "serials")
    elif len(entry.places) > 1 and energy is not None:
        others = plural(len(entry.places) - 1, "{n} other place", "{n} other places", n=len(entry.places) - 1)
        told = said(
            "the {type} stands in {others} too ({places}): it is counted once, for {amount} kWh",
            type=kind, others=others, places=where, amount=spelled(energy.value),
        )  # fmt: skip
        yield entry.note("evidence-shared", told, "evidence")


#: places that are named one by one
NAMED = 5


def named(places: Sequence[Place], activities: Activities) -> list[str]:
    """Where an instrument is stated, in words: the profile, or runs by their ids."""
    runs = list(dict.fromkeys(p.run for p in places))
    told: list[str] = [
        said("the profile") if n == PROFILE else said("run {id}", id=activities.runs[n].id) for n in runs[:NAMED]
    ]
    more = len(runs) - NAMED
    return [*told, plural(more, "{n} more run", "{n} more runs", n=more)] if more > 0 else told
