"""An hourly series of which every hour is 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue import series
from lca.catalogue.factor_set import KEYS
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="hourly-all-zero",
    severity="warning",
    looks_for="A series of hourly factors of which every hour is 0",
    why="Hours that are not known look like hours without emissions: all electricity matched with them counts nothing.",
    remedy="Leave the cells empty where the hour has no value; leave the finding to stand where the zone emits nothing.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Series whose mean is 0, whether a run uses them or not: none of their values may be negative."""
    for code in a.catalogue.hourly:
        factor = a.catalogue.factors[code]
        if factor.value == 0:
            hours = int((~np.isnan(series.read(factor.series).column(factor.quantity))).sum())
            zone = factor.key[KEYS.index("geography")]
            yield CHECK.at(
                said(
                    "{id} ({series}): all {hours} hours of {zone} are 0",
                    id=factor.id,
                    series=factor.series,
                    hours=spelled(hours, 10),
                    zone=zone,
                ),
                None,
                "location",
            )
