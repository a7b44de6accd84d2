"""What the first page says of hardware: the share of its lifetime in use, and what it means for the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.engine import lifetime_use
from lca.language import say
from lca.report import numbers as n
from lca.report.parts import Pair

if TYPE_CHECKING:
    from lca.assessment import Assessment


def facts(a: Assessment) -> list[Pair]:
    """One fact where hardware is charged by reserved time; none where its idle life is logged or stated by each run."""
    found = lifetime_use.examine(a)
    if found is None:
        return []
    share, change = n.share(found.share, 1.0), n.phrase(found.change, "kgCO2e")
    if found.by == "profile":
        text = say(
            "The profile states that hardware is in use for {share} of its lifetime, so that its idle life counts too; {change} of the life-cycle total is due to this.",
            share=share,
            change=change,
        )
    else:
        text = say(
            "Hardware is charged for the hours in the logs, as if it were in use for its whole lifetime. With {share} of the lifetime in use ({factor}), hardware would add {change} to the life-cycle total; “lifetime_utilisation” in the profile states the share for all runs.",
            share=share,
            factor=found.factor,
            change=change,
        )
    return [Pair(term=say("Hardware in use"), text=text)]
