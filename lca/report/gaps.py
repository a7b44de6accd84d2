"""Why something is not determined, in a reader's words: the most frequent reason, and how many more there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.engine.ledger import lacking
from lca.engine.trace import NOT_DETERMINED
from lca.language import Joined, Said, plural, said, say
from lca.quantities import BY_NAME
from lca.report import numbers as n
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: names as the engine writes them, but not inside the name of a factor, a file or a field of a log
_NAME = re.compile(r"(?<![\w.'/-])[a-z]+(?:_[a-z0-9]+)+(?![\w.'/-])")

#: steps between quantities whose names are no words
STEPS = {
    "use_co2e_market_total": said("Electricity, life cycle, market-based"),
    "use_co2e_uncontracted": said("Electricity under no instrument"),
    "use_co2e_upstream_added": said("Upstream of electricity and losses of the grid"),
    "use_co2e_td_loss": said("Losses of the grid"),
    "use_co2e_wtt": said("Upstream of generation"),
    "contract_factor": said("Direct rate of the instruments"),
    "contract_lifecycle": said("Life-cycle intensity of the instruments"),
}


def plain(text: str) -> str:
    """Text of the engine without its identifiers: quantities by their label, others by their words."""
    return _NAME.sub(_label, n.unit_text(say(text))).replace("`", "")


def _label(found: re.Match[str]) -> str:
    name = found[0]
    label = BY_NAME[name].label if name in BY_NAME else STEPS.get(name)
    return f"“{say(label)}”" if label else say(name.replace("_", " "))


def why(a: Assessment, quantity: str, of: NDArray[np.bool_] | None = None, limit: int = 240) -> str:
    """Why rows lack a quantity."""
    return told(a.reasons(quantity, of), limit)


def weight(a: Assessment, quantity: str, of: NDArray[np.bool_] | None = None) -> str:
    """Share of the rows that lack a quantity by energy and by money, such as `12 % of the energy, 8 % of the device hours`."""
    rows = lacking(a.columns, quantity, a.rows)
    energy, money = a.gap_sizes.shares(rows if of is None else rows & of, of)
    parts = [] if energy is None else [say("about {share} of the energy", share=n.percent(energy))]
    if money is not None:
        parts.append(say("{share} of the {name}", share=n.percent(money), name=say(a.gap_sizes.money_name)))
    return ", ".join(parts)


def size(a: Assessment, quantity: str) -> str:
    """What the rows that lack a quantity would add by the nearest proxy; empty where none is known."""
    held = a.gap_sizes.estimates.get(quantity)
    known = None if held is None else lacking(a.columns, quantity, a.rows) & ~np.isnan(held.values)
    if held is None or known is None or not known.any():
        return ""
    amount = n.phrase(float(np.sum(held.values[known])), BY_NAME[quantity].unit)
    return say(
        "about {amount} by {proxy}, in no total", amount=amount, proxy=say(held.names[int(held.step[known].max())])
    )


def told(reasons: Sequence[tuple[str, int]], limit: int = 240) -> str:
    """The most frequent reason, in how many entries it is one, and how many more there are."""
    if not reasons:
        return ""
    first, count = reasons[0]
    if len(reasons) == 1:
        return clause(first, limit)
    return say(
        "{clause} ({entries}), and {reasons}",
        clause=clause(first, limit),
        entries=n.counted(count, "entry", "entries"),
        reasons=n.counted(len(reasons) - 1, "more reason"),
    )


def clause(reason: str, limit: int = 240) -> str:
    """A reason of several parts, those of one cause together, up to what fits; and how many causes more there are."""
    causes: dict[str, list[str]] = {}
    for part in _parts(reason):
        what, cause = _split(part)
        causes.setdefault(cause, []).extend([plain(what)] if what else [])
    parts = [
        say(
            plural(
                len(names),
                "{names} is not determined: {cause}",
                "{names} are not determined: {cause}",
                names=n.listed(names),
                cause=plain(cause),
            )
        )
        if names
        else plain(cause)
        for cause, names in causes.items()
    ]
    shown = [clean(parts[0], limit)]
    for part in parts[1:]:
        if len("; ".join([*shown, part])) > limit:
            break
        shown.append(part)
    rest = len(parts) - len(shown)
    told = "; ".join(shown)
    return say("{told}; and {parts}", told=told, parts=n.counted(rest, "more part")) if rest else told


def _parts(reason: str) -> list[str]:
    """A reason of several parts, part by part; what is said before all of them stays with the first."""
    if isinstance(reason, Joined) and reason.message == "; ":
        return [x for part in reason.parts for x in _parts(part)]
    last = _last(reason)
    if isinstance(reason, Said) and isinstance(last, Said):
        first, *rest = _parts(last)
        return [_instead(reason, first), *rest] if rest else [reason]
    return [reason]


def _split(part: str) -> tuple[str, str]:
    """What is not determined, and why; the first is empty where a reason says something else."""
    if isinstance(part, Said) and part.message == NOT_DETERMINED:
        return part.values["quantity"], part.values["reason"]
    last = _last(part)
    if isinstance(part, Said) and isinstance(last, Said) and last.message == NOT_DETERMINED:
        return _instead(part, last.values["quantity"]), last.values["reason"]
    return "", part


def _last(reason: str) -> object:
    return next(reversed(reason.values.values()), None) if isinstance(reason, Said) else None


def _instead(reason: Said, last: str) -> Said:
    """The same with another text in place of its last value."""
    return said(reason.message, **{**reason.values, next(reversed(reason.values)): last})
