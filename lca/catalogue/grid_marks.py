"""Columns that follow from the grid factors found: which of two serves, and which hold losses of the grid already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.factor_set import Factor
from lca.catalogue.lookups import GRID_LEVELS, LEVEL_NAMES

#: looked-up column -> column that marks with 1 where losses of the grid are inside its factor
LOSSES_INSIDE = {
    "grid_lifecycle": "lifecycle_losses_inside",
    "grid_direct": "losses_inside",
    "grid_wtt": "wtt_losses_inside",
}
#: part of the scope of a factor that is the difference of two publishers
DERIVED = "derived"
#: code of the difference that the generation mix rules out, -1 elsewhere
RULED_OUT = "grid_wtt__ruled_out"


def holds_losses(factors: Sequence[Factor]) -> NDArray[np.bool_]:
    """Which factors are per kWh consumed, so that losses of the grid are in them; False at the end, for no factor."""
    return np.asarray([*(f.losses == "inside" or "td-loss" in f.scope for f in factors), False], bool)


def losses_inside(activities: Activities, factors: Sequence[Factor], column: str) -> None:
    """1 in a column beside where a factor is per kWh consumed, so that losses of the grid are in it."""
    code = activities.columns[f"{column}__factor"]
    inside = holds_losses(factors)
    activities.columns[LOSSES_INSIDE[column]] = np.where(inside[code], 1.0, np.nan)


def nearer_direct(activities: Activities) -> None:
    """`direct_is_nearer`: 1 where the direct factor was found nearer to the run's place than the life-cycle factor."""
    order = np.full(len(LEVEL_NAMES), -1)
    order[[LEVEL_NAMES.index(n) for n in GRID_LEVELS]] = np.arange(len(GRID_LEVELS))
    columns = activities.columns
    if "grid_direct__level" not in columns or "grid_lifecycle__level" not in columns:
        return
    direct, whole = (
        np.where(columns[n] >= 0, order[columns[n]], -1) for n in ("grid_direct__level", "grid_lifecycle__level")
    )
    activities.columns["direct_is_nearer"] = np.where((direct >= 0) & (whole > direct), 1.0, np.nan)


def below_direct(activities: Activities) -> None:
    """`lifecycle_is_below_direct`: 1 where the life-cycle factor is lower than the direct factor of the same place.

    Both are compared as delivered, losses of the grid inside. A direct factor that the profile pins stands for the place
    of the run; a life-cycle factor that it pins is its choice, and is not compared.
    """
    columns = activities.columns
    if "grid_direct__level" not in columns or "grid_lifecycle__level" not in columns:
        return
    pin = LEVEL_NAMES.index("pin")
    direct_level, level = columns["grid_direct__level"], columns["grid_lifecycle__level"]
    alike = (level >= 0) & (level != pin) & ((direct_level == level) | (direct_level == pin))
    direct, whole = (
        columns[name] / (1 - np.nan_to_num(activities.column(share)))
        for name, share in (("grid_direct", "td_loss_share"), ("grid_lifecycle", "lifecycle_loss_share"))
    )
    columns["lifecycle_is_below_direct"] = np.where(alike & (whole < direct), 1.0, np.nan)


def differences_outside_mix(activities: Activities, factors: Sequence[Factor]) -> None:
    """Take out of `grid_wtt` the difference of two publishers that the generation mix of the place rules out.

    The mix has a low and a high; a difference outside says more about the publishers than about fuels, and the value of
    the mix serves. `grid_wtt__ruled_out` keeps the code of the factor for the finding.
    """
    columns = activities.columns
    if "grid_wtt__factor" not in columns or "grid_wtt_mix__low" not in columns:
        return
    derived = np.asarray([*(DERIVED in f.scope for f in factors), False], bool)
    code, value = columns["grid_wtt__factor"], columns["grid_wtt"]
    with np.errstate(invalid="ignore"):
        outside = (value < columns["grid_wtt_mix__low"]) | (value > columns["grid_wtt_mix__high"])
    outside &= derived[code]
    if not outside.any():
        return
    columns[RULED_OUT] = np.where(outside, code, -1)
    columns["grid_wtt"] = np.where(outside, np.nan, value)
    for part in ("factor", "level", "period"):
        columns[f"grid_wtt__{part}"] = np.where(outside, -1, columns[f"grid_wtt__{part}"]).astype(
            columns[f"grid_wtt__{part}"].dtype
        )
