"""A row of a user's own factor set that nothing can use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.catalogue.factor_set import KEYS
from lca.catalogue.lookups import LOOKUPS
from lca.checks import Check, Evidence, Finding
from lca.errors import nearest
from lca.language import said
from lca.resources import folder

CHECK = Check(
    code="factor-not-usable",
    severity="warning",
    looks_for="A row of an overlaid factor set whose quantity no rule needs, or whose place no run can name",
    why="It looks as if it replaced a factor, and replaces nothing.",
    remedy="Correct the quantity or the place; `lca factors` shows those in use.",
)

_PLACE = re.compile(r"([A-Z]{2}(-[A-Z0-9-]+)?|WORLD|EU27)\Z")


def find(a: Evidence) -> Iterator[Finding]:
    """Rows of sets that lie outside the shipped folder."""
    needed = {lookup.quantity for lookup in LOOKUPS} | {n for rule in a.plan.rules for n in rule.needs}
    for made in a.catalogue.sets:
        if made.path.is_relative_to(folder("factors")):
            continue
        for factor in made.factors:
            place = factor.key[KEYS.index("geography")]
            if factor.quantity not in needed:
                near = nearest(factor.quantity, needed)
                told = said(
                    "{factor} of {set}: no rule needs {quantity}",
                    factor=factor.id,
                    set=made.id,
                    quantity=f"{factor.quantity!r}",
                )
                yield CHECK.at(said("{problem}; the nearest is {near}", problem=told, near=near) if near else told)
            elif place and not _PLACE.match(place):
                yield CHECK.at(
                    said(
                        "{factor} of {set}: {place} is no code of a place",
                        factor=factor.id,
                        set=made.id,
                        place=f"{place!r}",
                    )
                )
