"""A factor taken from a wider place than the run names, from another scope, or from an average."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lca.catalogue.lookups import LEVELS, TOLD_COLUMNS
from lca.checks import Check, Evidence, Finding, Use, runs_of
from lca.language import said
from lca.numerals import as_written

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
    "embodied_device": "devices[{}].embodied",
    "embodied_class": "devices[{}].embodied",
    **dict.fromkeys(("hourly_lifecycle", "hourly_direct"), "location"),
    **dict.fromkeys(("grid_lifecycle", "grid_direct", "grid_stand_in", "grid_upstream", "residual_mix"), "location"),
    **dict.fromkeys(("grid_wtt", "grid_wtt_mix", "grid_td_loss", "td_loss_share"), "location"),
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
    for column in TOLD_COLUMNS:
        if column in RATIOS:
            continue
        found: dict[tuple[str, str], list[Use]] = {}
        for use in a.uses(column):  # whatever the period
            found.setdefault((use.factor.id, use.level), []).append(use)
        for (_, level), uses in found.items():
            factor, rows = uses[0].factor, np.concatenate([u.rows for u in uses])
            told, where = f"{column}: {as_written(factor.printed)} ({factor.id})", FIELDS.get(column, "")
            if column == "grid_stand_in":
                yield from CHECK.per_run(
                    a,
                    runs_of(a, rows),
                    said(
                        "no direct factor is known here: the life-cycle factor {printed} ({id}) stands in for the location-based figure",
                        printed=as_written(factor.printed),
                        id=factor.id,
                    ),
                    where,
                )
            if level in ("state", "world", "industry", "provider", "class", "zone_mean"):
                yield from CHECK.per_group(
                    a, rows, said("{factor} is the {meaning}", factor=told, meaning=said(LEVELS[level].meaning)), where
                )
            coarse = rows[finer_place(a, level)[rows]] if level in FINER else rows[:0]
            if len(coarse):
                yield from CHECK.per_run(
                    a,
                    runs_of(a, coarse),
                    said(
                        "{factor} is that of the {meaning}: none is known for the place that the run names",
                        factor=told,
                        meaning=said(LEVELS[level].meaning),
                    ),
                    where,
                )


#: level at which a factor was found -> what of a place is nearer and was looked for before
FINER = {
    "country": ("grid_zone", "subdivision", "region_zone", "unplaced"),
    **dict.fromkeys(("subdivision", "region_zone", "state_zone", "zone_mean"), ("grid_zone",)),
}


def finer_place(a: Evidence, level: str) -> NDArray[np.bool_]:
    """Rows whose run names a nearer place than the level."""
    table = np.asarray([any(p[key] for key in FINER[level]) for p in a.resolved.places], bool)
    return table[a.activities.place_of_row]
