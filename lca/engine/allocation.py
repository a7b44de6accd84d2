"""Shares: what one row cannot know by itself. Sums per run, joined back as a column with its own trace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lca.activity import RUN_LEVEL, Activities, as_utc
from lca.run import Instrument

#: how the shares of a run's device groups were found; index of `run_share__basis`
BASES = ("only row", "by modelled energy", "by device hours", "in equal parts")
#: order in which instruments cover consumption (GHG Protocol Scope 2 Guidance, Table 6.3)
INSTRUMENT_ORDER = ("certificate", "ppa", "supplier", "residual")


def share_run_values(activities: Activities) -> None:
    """Share what is stated for a whole run over its device groups.

    By rated or stated power times hours where every group has both, else by hours, else in equal parts. The column
    `run_share` holds the share, `run_share__basis` the index into `BASES`.
    """
    rows, of = activities.rows, activities.run_of_row
    share, basis = np.ones(rows), np.zeros(rows, np.int8)
    several = activities.rows_per_run[of] > 1
    if several.any():
        hours = activities.column("stated_device_hours")
        hours = np.where(np.isnan(hours), activities.column("device_count") * activities.column("duration"), hours)
        power = activities.column("device_power_accelerator")
        for name in ("device_power_node", "rated_power"):
            power = np.where(np.isnan(power), activities.column(name), power)
        runs = len(activities.runs)
        chosen = np.zeros(rows)
        for code, weight in ((3, np.ones(rows)), (2, hours), (1, hours * power)):
            usable = np.bincount(of, ~(weight > 0), runs) == 0
            here = usable[of]
            chosen = np.where(here, weight, chosen)
            basis = np.where(here & several, code, basis).astype(np.int8)
        total = np.bincount(of, np.where(several, chosen, 1.0), runs)
        share = np.where(several, chosen / total[of], 1.0)
        for name in RUN_LEVEL:
            for key in (name, f"{name}__low", f"{name}__high"):
                if key in activities.columns:
                    activities.columns[key] = activities.columns[key] * share
    activities.columns["run_share"], activities.columns["run_share__basis"] = share, basis


def has_energy_instruments(activities: Activities) -> bool:
    """Whether the coverage of some instrument depends on the consumption."""
    return any(i.energy is not None for r in activities.runs if r.electricity for i in r.electricity.instruments)


def cover_by_instruments(activities: Activities, facility_energy: NDArray[np.float64] | None) -> dict[int, float]:
    """Columns `contract_share`, `contract_factor` and `contract_is_full` of runs with instruments.

    `facility_energy` is the consumption per row, needed where an instrument states energy. Instruments cover the
    consumption in the order certificate, ppa, supplier, residual; a residual mix covers the remainder. What exceeds
    the consumption is dropped. Returns, per run, the excess as a share of its consumption.
    """
    rows = activities.rows
    names = ("contract_share", "contract_factor", "contract_is_full")
    columns = {name: np.full(rows, np.nan) for name in names}
    excess: dict[int, float] = {}
    found = [n for n, r in enumerate(activities.runs) if r.electricity is not None and r.electricity.instruments]
    if not found:
        return excess
    consumption = None
    if facility_energy is not None:
        consumption = np.bincount(activities.run_of_row, facility_energy, len(activities.runs))
    share, factor = np.full(len(activities.runs), np.nan), np.full(len(activities.runs), np.nan)
    for number in found:
        electricity = activities.runs[number].electricity
        assert electricity is not None
        used = float(consumption[number]) if consumption is not None else float("nan")
        covered, emitted, over = _cover(electricity.instruments, used)
        if over > 1e-12:
            excess[number] = over
        if covered > 0:
            share[number], factor[number] = covered, emitted / covered
    per_row = activities.run_of_row
    columns["contract_share"], columns["contract_factor"] = share[per_row], factor[per_row]
    columns["contract_is_full"] = np.where(columns["contract_share"] >= 1.0 - 1e-9, 1.0, np.nan)
    activities.columns.update(columns)
    return excess


def _cover(instruments: list[Instrument], consumption: float) -> tuple[float, float, float]:
    """(share covered, emissions per kWh of consumption, excess share)."""
    covered = emitted = excess = 0.0
    for instrument in sorted(instruments, key=lambda i: INSTRUMENT_ORDER.index(i.type)):
        if instrument.type == "residual":
            wanted = 1.0 - covered
        elif instrument.share is not None:
            wanted = instrument.share.value
        else:
            assert instrument.energy is not None
            if not consumption > 0:  # not determined, or nothing was used: an amount of energy covers nothing
                continue
            wanted = instrument.energy.value / consumption
        part = min(wanted, 1.0 - covered)
        excess += wanted - part
        if instrument.factor is None:
            continue
        covered += part
        emitted += part * instrument.factor.value
    return min(covered, 1.0), emitted, excess


def outside_period(activities: Activities, start: float, end: float) -> list[int]:
    """Runs that begin before `start` or end after `end` (seconds since 1970)."""
    out = []
    for number, run in enumerate(activities.runs):
        stamps = [as_utc(s).timestamp() for s in (run.start, run.end) if s is not None]
        if stamps and (min(stamps) < start or max(stamps) > end):
            out.append(number)
    return out
