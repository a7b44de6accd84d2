"""Figures that suppliers state of purchased services: compared with our own, and in its place in category 1 where a profile says so.

A figure serves only with evidence. Each entry is replaced once, by the first figure of the profile that holds it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.labels import row_labels
from lca.catalogue.resolve import Resolved
from lca.engine.roles import REPLACED, SERVICE
from lca.language import said
from lca.profile import Profile
from lca.site import SupplierFigure
from lca.units import parse

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Stated:
    """A supplier's figure: what it comes to (None: nothing to form it of), over which entries, and our own total of them.

    `serves` is whether it stands in category 1; `why_not` says why a figure that is to serve does not.
    """

    figure: SupplierFigure
    number: int
    value: float | None
    rows: NDArray[np.bool_]
    own: float | None
    own_missing: int
    serves: bool
    why_not: str = ""

    @property
    def ratio(self) -> float | None:
        """The supplier's figure over our own; None where one of the two is not known or 0."""
        return self.value / self.own if self.value is not None and self.own else None


def stated(
    activities: Activities, resolved: Resolved, results: Columns, profile: Profile, place: NDArray[np.int64]
) -> list[Stated]:
    """The profile's supplier figures, each over the entries of category 1 that it holds."""
    made: list[Stated] = []
    free = place == SERVICE
    total = results.get("total_co2e", np.full(activities.rows, np.nan))
    for number, figure in enumerate(profile.supplier_figures):
        rows = place == SERVICE
        for key, wanted in figure.where.items():
            rows = rows & np.asarray([label == wanted for label in row_labels(activities, resolved, key)], bool)
        value, why_not = _value(activities, figure, rows), ""
        if figure.use and not figure.evidence:
            why_not = said("it states no evidence")
        elif figure.use and value is None:
            why_not = said(
                "nothing gives it: the entries state none of the work that it is per, and no export holds it"
            )
        elif figure.use and not rows.any():
            why_not = said("no entry of category 1 is among those that it names")
        elif figure.use and (rows & ~free).any():
            why_not = said("another figure of the profile holds some of its entries")
        serves = figure.use and not why_not
        free = free & ~rows if serves else free
        known = rows & ~np.isnan(total)
        own = math.fsum(total[known].tolist()) if known.any() else None
        made.append(Stated(figure, number, value, rows, own, int((rows & ~known).sum()), serves, why_not))
    return made


def _value(activities: Activities, figure: SupplierFigure, rows: NDArray[np.bool_]) -> float | None:
    """What a figure comes to, kgCO2e: a total, so much per amount of work, or the sum of the provider's export."""
    runs = [activities.runs[n] for n in np.unique(activities.run_of_row[rows]).tolist()]
    if figure.co2e is not None and figure.per is None:
        return figure.co2e.value
    if figure.co2e is not None:
        amounts = [
            float(w) for run in runs if run.work is not None and (w := getattr(run.work, str(figure.per))) is not None
        ]
        return figure.co2e.value * math.fsum(amounts) / figure.amount if amounts else None
    name = f"supplier_total_{figure.method.removesuffix('-based')}"
    texts = [text for run in runs if (text := (run.ext or {}).get(name))]
    return math.fsum(parse(text, "co2e").value for text in texts) if texts else None


def places(made: list[Stated], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each entry stands when suppliers' figures serve: those that they replace stand beside the totals."""
    out = place.copy()
    for figure in made:
        if figure.serves:
            out[figure.rows] = REPLACED
    return out
