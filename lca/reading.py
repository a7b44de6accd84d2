"""What is found in reading the power series of a run: its hours, and all that checks tell of it."""

from __future__ import annotations

from typing import NamedTuple

from lca.marks import Marks


class Shape(NamedTuple):
    """Energy by hour: `energy[n]` in kWh in the hour that begins `first + n` hours after 1970-01-01T00:00Z.

    `covered[n]` are the seconds of that hour that samples cover, the mean over the devices; empty where they cover all.
    """

    first: int
    energy: tuple[float, ...]
    covered: tuple[float, ...] = ()


class Reset(NamedTuple):
    """A counter that fell to a value near 0: where it stands in the log, when, and the two readings with their unit."""

    where: str
    time: str
    before: str
    after: str


class Blanks(NamedTuple):
    """Samples without a value: how many of all, and where the first one stands.

    `bridged` is the energy in kWh that a straight line gives across them, `gaps` how many gaps were too long for one.
    """

    empty: int
    of: int
    first: str
    bridged: float
    gaps: int


class Reading(NamedTuple):
    """What was found in reading a power series.

    `cut`: hours before and after the run that were left out, and their energy in kWh. `anchored`: the run does not say
    when it began, so that its window was laid at the first sample. `unit_assumed`: neither the run nor the names of the
    columns say in which unit the samples are. `zone` is that of local times, which were turned to UTC before they were integrated.
    `marks` are samples of the first device, by which another log of them is recognised; a run does not keep them.
    """

    shape: Shape | None = None
    cut: tuple[float, float, float] | None = None
    anchored: bool = False
    naive: bool = False
    resets: tuple[Reset, ...] = ()
    devices: int = 1
    blanks: Blanks | None = None
    unit_assumed: bool = False
    zone: str = ""
    marks: Marks | None = None
