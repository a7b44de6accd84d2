"""A declared value for which no result exists."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.declared import DECLARED
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="declared-not-compared",
    severity="info",
    looks_for="A declared value for which no result exists",
    why="It stands unproven: a declared value is never used as a result.",
    remedy="Give the inputs from which it follows.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Declared values without a result."""
    for number, run in a.having("declared"):
        for key, declared in (run.declared or {}).items():
            if np.isnan(a.of_whole_run(DECLARED[key][0])[number]):
                yield from CHECK.per_run(
                    a,
                    [number],
                    said(
                        "declared {value} cannot be compared: {quantity} is not determined",
                        value=as_written(declared.text),
                        quantity=DECLARED[key][0],
                    ),
                    f"declared.{key}",
                )
