"""What the interval beside the headline covers, and how it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.report import numbers as n
from lca.report import uncertainty

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMED = 3


def told(a: Assessment) -> str:
    """What the interval of the total covers, in two or three sentences."""
    names, rest = uncertainty.named(a, NAMED)
    if not names:
        if not a.profile.uncertainty.draws:
            return "No interval is given: the profile asks for no draws."
        return "No interval is given: no input of the total has a known width."
    shown = [f"the {_lower(name)}" for name in names]
    covered = n.listed([*shown, f"{n.counted(rest, 'more kind')} of input"] if rest else shown)
    bare = len(a.summary.sampler.spreads.unknown)
    lacking = (
        f" {n.counted(bare, 'factor')} without a known width {'adds' if bare == 1 else 'add'} nothing to it: the true interval is wider."
        if bare
        else ""
    )
    return " ".join(x for x in (f"The 95 % interval covers {covered}.{lacking}", uncertainty.medians(a)) if x)


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
