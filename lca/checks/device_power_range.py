"""A device whose maker lets the machine's builder set its power."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="device-power-range",
    severity="info",
    looks_for="A device of a laptop, whose power the maker of the laptop sets within a range",
    why="The catalogue holds one point of the range; laptops with the same GPU draw half or twice as much.",
    remedy="State devices[].power, or the power limit that nvidia-smi prints.",
)

#: begin of the scope of such a rating
RANGE = "accelerator-of-a-range"


def find(a: Evidence) -> Iterator[Finding]:
    """Ratings in use that are one point of a range."""
    for use in a.uses("rated_power"):
        if use.factor.scope.startswith(RANGE):
            message = said(
                "{power} of {name} is one point of the range within which the maker of a laptop sets it",
                power=as_written(use.factor.printed),
                name=use.factor.name,
            )
            yield from CHECK.per_group(a, use.rows, message, "devices[{}].model")
