"""Results as a frame: one row per run and device group, labels, quantities, and their trace beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.catalogue.labels import row_labels
from lca.catalogue.lookups import LEVEL_NAMES, LOOKUPS, PERIODS
from lca.quantities import NAMES

if TYPE_CHECKING:
    from lca.assessment import Assessment

LABELS = ("run", "system", "stage", "status", "country", "subdivision", "cloud", "region", "site", "device", "year")

#: quantities whose 95 % interval stands in each row; figures have that of every quantity
BOUNDED = ("facility_energy", "use_co2e", "total_co2e")


def results_frame(assessment: Assessment) -> pd.DataFrame:
    """Columns: labels, `group` (device group of the run), per quantity its value, rule and tier, per factor its
    value, identifier, level of place and of period. Not determined is NaN. `BOUNDED` have the 95 % interval beside."""
    a = assessment.activities
    out: dict[str, Any] = {}
    for label in LABELS:
        out[label] = pd.Categorical(row_labels(a, assessment.resolved, label))
    out["group"] = a.group_of_row
    bands = assessment.summary.sampler.bands(BOUNDED, np.arange(a.rows), a.rows)
    for name in NAMES:
        values = assessment.columns.get(name)
        if values is None:
            continue
        out[name] = values
        out[f"{name}_rule"] = _coded(assessment.columns[f"{name}__rule"], [r.cite for r in assessment.plan.rules])
        out[f"{name}_tier"] = assessment.columns[f"{name}__tier"]
        if name in bands:
            out[f"{name}_low"], out[f"{name}_high"] = bands[name].low, bands[name].high
    ids = [f.id for f in assessment.resolved.factors]
    for lookup in dict.fromkeys(n.column for n in LOOKUPS):
        code = a.columns.get(f"{lookup}__factor")
        if code is None:
            continue
        out[lookup] = a.columns[lookup]
        out[f"{lookup}_factor"] = pd.Categorical([ids[c] if c >= 0 else None for c in code])
        out[f"{lookup}_level"] = _coded(a.columns[f"{lookup}__level"], LEVEL_NAMES)
        out[f"{lookup}_period"] = _coded(a.columns[f"{lookup}__period"], list(PERIODS))
    return pd.DataFrame(out, copy=False)


def _coded(codes: NDArray[Any], names: list[str]) -> Any:
    return pd.Categorical.from_codes(codes.astype(int).tolist(), categories=pd.Index(names))
