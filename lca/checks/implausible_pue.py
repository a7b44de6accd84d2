"""A PUE far above what sites report."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="implausible-pue",
    severity="warning",
    looks_for="A PUE above 3, which few sites report; above 10, which none does, it is an error",
    why="A slip of the decimal point, 12 for 1.2, multiplies all energy and emissions of use.",
    remedy="Correct the PUE in the log, on the command line or in the site of the profile.",
)
#: sites report about 1.05 to 3 (ISO/IEC 30134-2: facility energy by IT energy)
UNUSUAL, IMPOSSIBLE = 3.0, 10.0


def find(a: Evidence) -> Iterator[Finding]:
    """The values in use, whoever states them."""
    pue = a.activities.column("pue")
    rows = np.flatnonzero(a.is_used("pue") & (pue > UNUSUAL))
    for value in np.unique(pue[rows]).tolist():
        message = said("PUE {pue}: sites report about 1.05 to 3; the facility energy is that multiple of the IT energy", pue=spelled(value, 4))  # fmt: skip
        severity = "error" if value > IMPOSSIBLE else ""
        yield from CHECK.per_group(a, rows[pue[rows] == value], message, "facility.pue", severity)
