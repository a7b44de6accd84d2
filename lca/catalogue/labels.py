"""Labels of rows: what figures are grouped by, and what pins may be limited to."""

from __future__ import annotations

import numpy as np

from lca.activity import Activities
from lca.catalogue.resolve import Resolved, kind_of
from lca.language import said

#: label of what a log does not say
NOT_STATED = said("not stated")


def row_labels(activities: Activities, resolved: Resolved, key: str) -> list[str]:
    """Label of each row for a key such as system, stage, run, country, region, device."""
    runs, of = activities.runs, activities.run_of_row
    if key in ("country", "subdivision", "grid_zone", "cloud", "region", "site"):
        table = [p[key] or NOT_STATED for p in resolved.places]
        return [table[c] for c in activities.place_of_row.tolist()]
    if key in ("device", "kind"):
        table = []
        for logged, device in zip(activities.devices, resolved.devices, strict=True):
            name = (device.name if device is not None else logged[0]) if key == "device" else kind_of(logged, device)
            table.append(name or NOT_STATED)
        return [table[c] for c in activities.device_of_row.tolist()]
    if key == "year":
        return [NOT_STATED if np.isnan(y) else str(int(y)) for y in activities.year]
    if key in ("system", "stage"):
        labels = activities.systems if key == "system" else activities.stages
        return labels if len(labels) == activities.rows else [labels[i] for i in of.tolist()]
    per_run = {
        "run": lambda r: r.id,
        "status": lambda r: r.status or NOT_STATED,
        "provider": lambda r: r.system.provider or NOT_STATED,
        "month": lambda r: r.start.strftime("%Y-%m") if r.start else NOT_STATED,
    }[key]
    labels = [per_run(r) for r in runs]
    return labels if len(labels) == activities.rows else [labels[i] for i in of.tolist()]


#: what figures may be grouped by
GROUPS = ("run", "system", "stage", "status", "country", "subdivision", "grid_zone", "cloud", "region", "site", "device",
          "kind", "provider", "year", "month")  # fmt: skip
