"""What was expected and not found: runs, hours, energy. `lca.completeness` finds it, checks and the report tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from lca.errors import Fault
from lca.language import joined, listed, said
from lca.numerals import spelled

if TYPE_CHECKING:
    from lca.ingest.expected import Expectation

#: what is compared: name -> unit, what a reader calls it
MEASURES = {
    "device_hours": ("h", said("device hours")), "hours": ("h", said("hours")),
    "it_energy": ("kWh", said("kWh of IT energy")), "facility_energy": ("kWh", said("kWh at the facility")),
}  # fmt: skip
HOURS, ENERGIES = ("device_hours", "hours"), ("it_energy", "facility_energy")


class Gap(NamedTuple):
    """An expected run of which no log was given: its id, what is stated of it, and its total by the same rules."""

    id: str
    amounts: Mapping[str, float]
    co2e: float  # kgCO2e, NaN where it does not follow


class Shortfall(NamedTuple):
    """Less than expected: of a run, or of what a bill sums up (`run` empty)."""

    run: str
    what: str
    quantity: str
    expected: float
    found: float


class Measure(NamedTuple):
    """One quantity over all that one file expects: h or kWh; `missing` never offsets what is more than expected."""

    quantity: str
    expected: float
    found: float
    missing: float
    compared: int


@dataclass
class Compared:
    """What one file expects, against what was found."""

    source: Expectation
    expected: int = 0
    found: int = 0
    gaps: list[Gap] = field(default_factory=list)
    short: list[Shortfall] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def names_runs(self) -> bool:
        """Whether it names runs, rather than sums over them."""
        return bool(self.source.jobs or self.source.runs)


@dataclass
class Completeness:
    """All comparisons; `unexpected` are runs that no file names, where at least one names runs."""

    compared: list[Compared]
    unexpected: list[str]

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with rows of what was expected."""
        return [fault for c in self.compared for fault in c.source.faults]

    @property
    def missing(self) -> int:
        """How many runs are missing, each counted once."""
        return len({gap.id for c in self.compared for gap in c.gaps})


def amounts(held: Mapping[str, float], co2e: float = float("nan")) -> str:
    """Amounts in words: `80 device hours and 40 kWh at the facility, about 12 kgCO2e by the same rules`."""
    told = listed(
        said("{amount} {unit}", amount=spelled(v, 4), unit=MEASURES[k][1])
        for k, v in held.items()
        if k != "hours" or "device_hours" not in held
    )
    add = said("about {co2e} kgCO2e by the same rules", co2e=spelled(co2e, 3)) if co2e == co2e else ""
    return joined(", ", (x for x in (told, add) if x))


def told(name: str, s: Shortfall) -> str:
    """One sentence on a shortfall; `name` is the file that expects more."""
    amount = said("{amount} {unit}", amount=spelled(s.expected, 4), unit=MEASURES[s.quantity][1])
    if s.what:
        amount = said("{amount} of {what}", amount=amount, what=s.what)
    return said(
        "{name} expects {amount}, and its log gives {found}: {missing} are missing" if s.run
        else "{name} expects {amount}, and the logs of its period and place give {found}: {missing} are missing",
        name=name, amount=amount, found=spelled(s.found, 4), missing=spelled(s.expected - s.found, 4),
    )  # fmt: skip
