"""A factor taken from a wider place than the run names, from another scope, or from an average."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lca.catalogue.lookup import LEVEL_NAMES, LEVELS, LOOKUPS
from lca.checks import Check, Evidence, Finding, runs_of

#: ratios that hold for hardware in general: the check assumed-default tells of them
RATIOS = frozenset(
    {
        "accelerator_share",
        "devices_per_host",
        "end_of_life_share",
        "flops_per_parameter_token",
        "idle_share",
        "device_lifetime",
        "host_lifetime",
        "active_share",
        "embodied_host",
        "default_load",
    }
)
FIELDS = {
    "pue": "facility.pue",
    "wue": "facility.wue",
    "grid_water": "electricity.water_factor",
    "embodied_device": "devices[0].embodied",
    **dict.fromkeys(("grid_lifecycle", "grid_direct", "grid_stand_in", "grid_upstream", "residual_mix"), "location"),
}


CHECK = Check(
    code="factor-fallback",
    severity="warning",
    looks_for="A factor taken from a wider place than the run names, from another scope, or from an average",
    why="A wider average can differ from the true factor several times over.",
    remedy="State the place more closely, add the factor with --factors, or pin it in the profile with a reason.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per column, level and factor."""
    columns = a.activities.columns
    for lookup in LOOKUPS:
        level = columns.get(f"{lookup.column}__level")
        if level is None or lookup.column in RATIOS:
            continue
        in_use = a.is_used(lookup.column) & (level >= 0) & (columns[f"{lookup.column}__factor"] >= 0)
        for code, at in np.unique(np.stack([columns[f"{lookup.column}__factor"], level])[:, in_use], axis=1).T:
            rows = in_use & (columns[f"{lookup.column}__factor"] == code) & (level == at)
            name, factor = LEVEL_NAMES[int(at)], a.resolved.factors[int(code)]
            told = f"{lookup.column}: {factor.printed} ({factor.id})"
            if lookup.column == "grid_stand_in":
                yield from CHECK.per_run(
                    a,
                    runs_of(a, rows),
                    f"no direct factor is known here: the life-cycle factor {factor.printed} "
                    f"({factor.id}) stands in for the location-based figure",
                    FIELDS[lookup.column],
                )
            if name in ("world", "industry", "provider", "class"):
                yield from CHECK.per_run(
                    a, runs_of(a, rows), f"{told} is the {LEVELS[name].meaning}", FIELDS.get(lookup.column, "")
                )
            elif name in ("country", "grid_zone"):
                finer = finer_place(a, name)
                if (rows & finer).any():
                    yield from CHECK.per_run(
                        a,
                        runs_of(a, rows & finer),
                        f"{told} is that of the {LEVELS[name].meaning}: none is known for the place that the run names",
                        FIELDS.get(lookup.column, ""),
                    )


def finer_place(a: Evidence, name: str) -> NDArray[np.bool_]:
    """Rows whose run names a finer place than the level."""
    finer = ("subdivision",) if name == "grid_zone" else ("subdivision", "grid_zone")
    table = np.asarray([any(p[key] for key in finer) for p in a.resolved.places], bool)
    return table[a.activities.place_of_row]
