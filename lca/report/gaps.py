"""Why something is not determined, in a reader's words: the most frequent reason, and how many more there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.quantities import BY_NAME
from lca.report import numbers as n
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: names as the engine writes them, but not inside the name of a factor, a file or a field of a log
_NAME = re.compile(r"(?<![\w.'/-])[a-z]+(?:_[a-z0-9]+)+(?![\w.'/-])")


def plain(text: str) -> str:
    """Text of the engine without its identifiers: quantities by their label, others by their words."""
    return _NAME.sub(_label, n.unit_text(text)).replace("`", "")


def _label(found: re.Match[str]) -> str:
    name = found[0]
    return f"“{BY_NAME[name].label}”" if name in BY_NAME else name.replace("_", " ")


def why(a: Assessment, quantity: str, of: NDArray[np.bool_] | None = None, limit: int = 240) -> str:
    """Why rows lack a quantity."""
    return told(a.reasons(quantity, of), limit)


def told(reasons: Sequence[tuple[str, int]], limit: int = 240) -> str:
    """The most frequent reason, in how many entries it is one, and how many more there are."""
    if not reasons:
        return ""
    first, count = reasons[0]
    if len(reasons) == 1:
        return clause(first, limit)
    return f"{clause(first, limit)} ({n.counted(count, 'entry', 'entries')}), and {n.counted(len(reasons) - 1, 'more reason')}"


def clause(reason: str, limit: int = 240) -> str:
    """A reason of several parts, those of one cause together, up to what fits; and how many causes more there are."""
    causes: dict[str, list[str]] = {}
    for part in reason.split("; "):
        what, between, cause = part.partition(" is not determined: ")
        causes.setdefault(cause if between else part, []).extend([plain(what)] if between else [])
    parts = [
        f"{n.listed(names)} {'is' if len(names) == 1 else 'are'} not determined: {plain(cause)}"
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
    return "; ".join(shown) + (f"; and {n.counted(rest, 'more part')}" if rest else "")
