"""The eight quality criteria of the GHG Protocol Scope 2 Guidance (2015), Table 7.1: met, not met or not shown.

What a log or profile does not say is not shown; nothing is taken for met because nobody denies it.
"""

from __future__ import annotations

from lca.engine.register.entries import Entry
from lca.instrument import Instrument
from lca.language import said

MET, NOT_MET, NOT_SHOWN, NOT_ASKED = said("met"), said("not met"), said("not shown"), said("does not apply")

#: number of a criterion -> what it asks for
CRITERIA = {
    1: said("conveys the direct emission rate of the electricity"),
    2: said("is the only instrument that carries this claim"),
    3: said("is tracked, and retired for whoever reports"),
    4: said("is issued and retired close to the time of the consumption"),
    5: said("is of the market of the consumption"),
    6: said("a supplier's rate leaves out what was sold apart from the electricity"),
    7: said("of electricity bought directly, all instruments pass to the buyer alone"),
    8: said("a residual mix is there for what nobody claims"),
}
#: key of an instrument -> what is lacking without it
LACKS = {"market": said("no market"), "period": said("no period"), "evidence": said("no evidence")}


def lacking(instrument: Instrument) -> list[str]:
    """Which of market, period and evidence an instrument does not state, so that it cannot be shown to meet the criteria."""
    shown = {
        "market": instrument.market is not None,
        "period": instrument.start is not None and instrument.end is not None,
        "evidence": bool((instrument.evidence or "").strip() or instrument.serials),
    }
    return [name for name, is_shown in shown.items() if not is_shown]


def judge(
    entry: Entry, *, has_rate: bool, in_period: bool | None, in_market: bool | None, has_residual_mix: bool
) -> dict[int, str]:
    """Each criterion of one instrument. `in_period` and `in_market` are None where they could not be compared."""
    instrument, kind = entry.instrument, entry.instrument.type

    def told(is_met: bool | None) -> str:
        return NOT_SHOWN if is_met is None else MET if is_met else NOT_MET

    numbered = None if not instrument.serials else not entry.clash
    retired = None if instrument.retired is None else bool(instrument.retired)
    return {
        1: told(has_rate),
        2: NOT_ASKED if kind == "residual" else told(False if entry.clash else numbered),
        3: NOT_ASKED if kind == "residual" else told(retired),
        4: told(in_period),
        5: told(in_market),
        6: NOT_SHOWN if kind == "supplier" else NOT_ASKED,
        7: told(retired) if kind == "ppa" else NOT_ASKED,
        8: told(has_residual_mix),
    }
