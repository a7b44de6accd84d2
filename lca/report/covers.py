"""What the interval beside the headline covers, and what it does not: an interval is as wide as what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.catalogue.lookups import LOOKUPS
from lca.engine.trace import used
from lca.report import evidence
from lca.report import numbers as n
from lca.report.sums import PARTS

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMED, NOTABLE = 3, 0.05


def _bare(a: Assessment, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A part of the total in each row, and whether it rests on no input with a known interval."""
    values = np.nan_to_num(a.columns.get(name, np.zeros(a.rows)))
    moved = np.zeros(a.rows, bool)
    for block in a.summary.effects.blocks:
        if name in block.low:
            moved[block.row[block.at][(block.low[name] != 0) | (block.high[name] != 0)]] = True
    return values, ~moved


def share_bare(a: Assessment) -> float:
    """Share of the total that rests on no input with a known interval."""
    parts = [_bare(a, name) for name in PARTS]
    whole = sum(float(values.sum()) for values, _ in parts)
    return sum(float(values[bare].sum()) for values, bare in parts) / whole if whole else 0.0


def _unknown(a: Assessment) -> list[str]:
    """Factors without an interval behind what rests on none, by what they are, those behind most of it first."""
    total = sum(float(np.nansum(a.columns.get(name, np.zeros(1)))) for name in PARTS)
    without = np.asarray([f.low != f.low and f.high != f.high for f in a.resolved.factors])
    held: dict[str, float] = {}
    for name in PARTS:
        values, bare = _bare(a, name)
        rests = used(a.plan, a.columns, [name]) if name in a.columns else {}
        for lookup in {lookup.column: lookup for lookup in LOOKUPS}.values():
            code = a.activities.columns.get(f"{lookup.column}__factor")
            if code is None or lookup.column not in rests:
                continue
            here = bare & rests[lookup.column] & (code >= 0)
            here[here] = without[code[here].astype(np.int64)]
            held[lookup.meaning] = held.get(lookup.meaning, 0.0) + float(values[here].sum())
    largest = sorted(((size, meaning) for meaning, size in held.items()), key=lambda x: (-x[0], x[1]))
    return [f"the {meaning}" for size, meaning in largest if total and size / total >= NOTABLE][:NAMED]


def told(a: Assessment) -> str:
    """What the interval of the total covers, in two or three sentences."""
    names = list(dict.fromkeys(m.name for m in evidence.movers(a)))
    if not names:
        return "No interval is given: no input of the total has a known one."
    shown = [f"the {_lower(name)}" for name in names[:NAMED]]
    rest = len(names) - len(shown)
    covered = n.listed([*shown, f"{n.counted(rest, 'more kind')} of input"] if rest else shown)
    share, unknown = share_bare(a), _unknown(a)
    if not share:
        return f"The interval covers {covered}; section 3 says how much each moves it. Inputs without a known interval add nothing to it."
    lacking = f" (none is known for {n.listed(unknown)}, nor for what the runs state without one)" if unknown else ""
    return f"The interval covers {covered}. {n.percent(share)} of the total rests on no input with a known interval{lacking}: the true interval is wider."


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
