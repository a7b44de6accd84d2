"""Cells that show figures, and the notes on the signs that they use."""

from __future__ import annotations

from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Cell, Row
from lca.report.sums import Sum
from lca.report.words import TIERS

LACKING = said(
    "† A part is missing for some entries (one entry per run, device group and year); nothing was filled in. Section 3 says what and why."
)
NO_INTERVAL = said("An interval is not available where no input of the figure has a known one.")
#: in narrow columns; the note under the table spells it out
SHORT = said("n/a")


def value(s: Sum, unit: n.Scale) -> Cell:
    """A figure as a cell, marked where a part of it is missing."""
    if s.value is None:
        return Cell(text=SHORT, kind="missing")
    if s.is_inside:
        return Cell(text=n.INSIDE, kind="muted", hint=say("already inside another figure: nothing is added"))
    gap = (
        say(
            "{missing} of {entries} a part",
            missing=n.count(s.missing),
            entries=n.counted(s.rows, "entry lacks", "entries lack"),
        )
        if s.missing
        else ""
    )
    return Cell(text=n.column(s.value, unit, s.low, s.high), mark="†" if gap else "", hint=gap)


def interval(s: Sum, unit: n.Scale) -> Cell:
    """The interval beside a figure."""
    if s.value is None or s.is_inside:
        return Cell(text=n.DOES_NOT_APPLY, kind="none")
    shown = n.interval(s.value, s.low, s.high, unit)
    return Cell(text=shown) if shown else Cell(text=SHORT, kind="muted")


def basis(by_tier: tuple[float, ...]) -> Cell:
    """The tier on which most of a figure rests."""
    size = sum(by_tier)
    if not size:
        return Cell(text=n.DOES_NOT_APPLY, kind="none")
    best = max(range(4), key=lambda t: by_tier[t])
    return Cell(text=say("{share} {tier}", share=n.share(by_tier[best], size), tier=TIERS[best + 1][0]), kind="muted")


def notes(rows: list[Row]) -> list[str]:
    """Notes on the signs that a table uses."""
    shown = [cell for row in rows for cell in row.cells]
    kinds = {c.kind for c in shown if c.text == say(SHORT)}
    out: list[str] = [LACKING] if any(c.mark for c in shown) else []
    if any(c.text == say(n.INSIDE) for c in shown):
        out.append(say("inside: already counted in another figure, as the rule in section 5 says; nothing is added."))
    if not kinds:
        return out
    told = say("n/a: not available; section 3 says why.")
    return [*out, f"{told} {say(NO_INTERVAL)}" if "muted" in kinds else told]
