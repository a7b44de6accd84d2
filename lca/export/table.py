"""Results as a frame: one row per run, device group and part in time, labels, quantities, and their trace beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.labels import row_labels
from lca.catalogue.lookups import LEVEL_NAMES, LOOKUPS, PERIODS
from lca.quantities import NAMES

if TYPE_CHECKING:
    from lca.assessment import Assessment

LABELS = ("run", "system", "stage", "status", "country", "subdivision", "cloud", "region", "site", "device", "year")

#: quantities whose 95 % interval stands in each row; figures have that of every quantity
BOUNDED = ("facility_energy", "use_co2e", "total_co2e")
#: what instruments cover of a row: share of its consumption, their direct rate and their life-cycle intensity in kgCO2e/kWh
CONTRACTS = ("contract_share", "contract_factor", "contract_lifecycle")


def results_frame(assessment: Assessment) -> pd.DataFrame:
    """Columns: labels, `start` and `end` of the row in UTC, its part of a run that was divided in time (`part`, the shares
    `part_of_time` of its hours and `part_of_energy` of its energy and work, and by what those were found, `divided_by`:
    series or time), `group` (device group of the run), per quantity its value, rule and tier, `CONTRACTS`, per factor its
    value, identifier, level of place and of period. Not determined is NaN. `BOUNDED` have the 95 % interval beside."""
    a = assessment.activities
    out: dict[str, Any] = {}
    for label in LABELS:
        out[label] = pd.Categorical(row_labels(a, assessment.resolved, label))
    out |= _times(a)
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
    for name in CONTRACTS:
        out[name] = assessment.columns.get(name, a.column(name))
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


def _times(a: Activities) -> dict[str, Any]:
    """When each row began and ended, and its part of a run that was divided."""
    shares = np.ones((2, a.rows))
    for row, part in a.divided.items():
        shares[:, row] = part.time, part.energy
    basis = np.full(a.rows, -1)
    for row, part in a.divided.items():
        basis[row] = part.basis - 1
    return {
        "start": _stamps(a.start_of_row), "end": _stamps(a.end_of_row), "part": a.part_of_row,
        "part_of_time": shares[0], "part_of_energy": shares[1],
        "divided_by": pd.Categorical.from_codes(basis.tolist(), categories=pd.Index(["series", "time"])),
    }  # fmt: skip


def _stamps(seconds: NDArray[np.float64]) -> NDArray[Any]:
    """Times as text, in UTC to the second; None where they are not known."""
    known = ~np.isnan(seconds)
    out = np.full(len(seconds), None, object)
    stamps = np.round(seconds[known]).astype(np.int64).astype("datetime64[s]")
    out[known] = [f"{stamp}Z" for stamp in np.datetime_as_string(stamps).tolist()]
    return out


def _coded(codes: NDArray[Any], names: list[str]) -> Any:
    return pd.Categorical.from_codes(codes.astype(int).tolist(), categories=pd.Index(names))
