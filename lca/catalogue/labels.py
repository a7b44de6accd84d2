"""Labels of rows: what figures are grouped by, and what pins may be limited to."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from lca import tags
from lca.activity import Activities
from lca.catalogue.resolve import Resolved, kind_of
from lca.errors import UnknownName, nearest, shorten
from lca.language import said

#: label of what a log does not say
NOT_STATED = said("not stated")
#: label of a run without the tag by which runs are grouped
NO_TAG = said("(none)")
#: what stands before the name of a tag in a key: `tag:team`
TAG = "tag:"


def row_labels(activities: Activities, resolved: Resolved, key: str) -> list[str]:
    """Label of each row for a key such as system, stage, run, country, region, device, or `tag:NAME`."""
    runs, of = activities.runs, activities.run_of_row
    if key in ("country", "subdivision", "grid_zone", "cloud", "region", "site"):
        table = [p["zone" if key == "grid_zone" else key] or NOT_STATED for p in resolved.places]
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
    if key.startswith(TAG):
        name = key.removeprefix(TAG)
        labels = [tags.of_run(run.ext, name) or NO_TAG for run in runs]
        return labels if len(labels) == activities.rows else [labels[i] for i in of.tolist()]
    per_run = {
        "run": lambda r: r.id,
        "status": lambda r: r.status or NOT_STATED,
        "provider": lambda r: r.system.provider or NOT_STATED,
        "month": lambda r: r.start.strftime("%Y-%m") if r.start else NOT_STATED,
    }[key]
    labels = [per_run(r) for r in runs]
    labels = labels if len(labels) == activities.rows else [labels[i] for i in of.tolist()]
    for row, part in activities.divided.items() if key == "month" else ():
        labels[row] = datetime.fromtimestamp(part.start, UTC).strftime("%Y-%m")
    return labels


#: what figures may be grouped by
GROUPS = ("run", "system", "stage", "status", "country", "subdivision", "grid_zone", "cloud", "region", "site", "device",
          "kind", "provider", "year", "month")  # fmt: skip


def is_group(key: str) -> bool:
    """Whether figures may be grouped by a key: one of `GROUPS`, or a tag of runs."""
    return key in GROUPS or (key.startswith(TAG) and len(key) > len(TAG))


def require_group(key: str, activities: Activities) -> None:
    """Raise UnknownName for a key by which nothing can be grouped, and for a tag that no run has."""
    where = f"--by {shorten(key)}"
    if not is_group(key):
        closest = nearest(key, GROUPS)
        raise UnknownName(where, "nothing can be grouped by it", f"Use one of {', '.join(GROUPS)}, tag:NAME.", closest)
    name = key.removeprefix(TAG)
    if name == key or any(tags.of_run(run.ext, name) for run in activities.runs):
        return
    known = sorted({each for run in activities.runs for each in tags.names(run.ext)})
    closest = nearest(name, known)
    remedy = f"Their tags are {', '.join(map(shorten, known[:10]))}." if known else "Give a bill with tags of resources, or write tags to ext.tags of runs."  # fmt: skip
    raise UnknownName(where, "no run has this tag", f"The nearest is {TAG}{shorten(closest)}." if closest else remedy)
