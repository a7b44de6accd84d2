"""What the interval beside the headline covers, and how it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.language import plural, say
from lca.report import numbers as n
from lca.report import uncertainty
from lca.report.words import small

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMED = 3


def told(a: Assessment) -> str:
    """What the interval of the total covers, in two or three sentences."""
    names, rest = uncertainty.named(a, NAMED)
    if not names:
        if not a.profile.uncertainty.draws:
            return say("No interval is given: the profile asks for no draws.")
        return say("No interval is given: no input of the total has a known width.")
    shown = [say("the {name}", name=small(name)) for name in names]
    covered = n.listed([*shown, say("{kinds} of input", kinds=n.counted(rest, "more kind"))] if rest else shown)
    bare = len(a.summary.sampler.spreads.unknown)
    lacking = (
        plural(
            bare, "{n} factor without a known width adds nothing to it: the true interval is wider.",
            "{n} factors without a known width add nothing to it: the true interval is wider.", n=n.count(bare),
        )
        if bare
        else ""
    )  # fmt: skip
    return " ".join(
        x
        for x in (say("The 95 % interval covers {inputs}.", inputs=covered), say(lacking), uncertainty.medians(a))
        if x
    )
