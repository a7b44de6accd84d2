"""Where the value of an input column comes from: stated as it is, or made from what the run states, and how.

`explain` prints this beside each input that no factor gives. Only a number that stands in the log as it is counts as
stated; what was scaled, shared, integrated, read from a curve or taken from another field says so.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from lca.activity import DEFINED, RUN_LEVEL, beside_facility, best_energy, coverage_of
from lca.catalogue.resolve import PER_DEVICE, PER_GROUP
from lca.engine import lifetime_use
from lca.engine.allocation import BASES
from lca.engine.trace import derived
from lca.language import joined, said
from lca.run import EnergyRecord, Run
from lca.time_parts import BASES as BY
from lca.time_parts import told

if TYPE_CHECKING:
    from lca.assessment import Assessment

STATED = said("stated by the run")
FOLLOWS = said("follows from the log")
#: column -> where it comes from, for those that nobody states
MADE = {
    "direct_is_nearer": said("follows from the factors found"),
    "lifecycle_is_below_direct": said("follows from the factors found"),
    "losses_inside": said("follows from the factors found"),
    "lifecycle_losses_inside": said("follows from the factors found"),
    "wtt_losses_inside": said("follows from the factors found"),
    "tokens_alone": FOLLOWS,
    "work_alone": FOLLOWS,
    **{
        f"contract_{what}": said("found by matching the register of instruments with consumption")
        for what in ("share", "is_full", "is_none")
    },
    "residual_mix": said("stated by an instrument of the run"),
    "active_share": said("from lifetime_utilisation, which the run states"),
    "is_dense": said("follows from the name of the model"),
}
#: amounts of a whole run -> field of `work` that states them
_WORK = {"stated_flops": "flops", "tokens_trained": "tokens_trained", "tokens_out": "tokens_out"}


def of(a: Assessment, name: str, row: int) -> str:
    """Where the value of an input in a row comes from, in words."""
    if name.startswith("metered_"):
        return _metered(a, name, row)
    run = a.activities.runs[int(a.activities.run_of_row[row])]
    value = float(a.activities.column(name)[row])
    if name in DEFINED:
        group = int(a.activities.group_of_row[row])
        key = "share" if name == "device_share" else name
        if name == lifetime_use.COLUMN and _of_profile(a, row):
            return said("stated by the profile for all runs")
        stated = run.devices and getattr(run.devices[group], key) is not None
        return STATED if stated else said("not stated by the run, so {value} by definition", value=f"{DEFINED[name]:g}")
    if name.startswith("contract_") and name not in MADE:
        return a.register.behind(name, row)
    if name == lifetime_use.ACTIVE and _of_profile(a, row):
        return said("from lifetime_utilisation, which the profile states for all runs")
    if name in MADE:
        return MADE[name]
    if derived(name):
        return FOLLOWS
    if name == "duration":
        return joined(", ", [STATED if run.duration else said("end minus start of the run"), *_part(a, row, "time")])
    if name == "stated_device_hours":
        return joined(", ", [_of_instance(a, name, row), *_part(a, row, "time")])
    if name in ("curve_power", "device_power_node"):
        made = _on_curve(a, run, name, row)
        if made:
            return made
    if name in RUN_LEVEL:
        return _of_whole_run(a, run, name, value, row)
    if name.startswith("work_"):
        whole = said("stated by the run for the whole of it; its first device group holds the amount")
        return joined(", ", [whole, *_part(a, row, "energy")])
    return _of_instance(a, name, row)


def _of_profile(a: Assessment, row: int) -> bool:
    """Whether the share of the lifetime in use is that of the profile."""
    basis = a.activities.columns.get(f"{lifetime_use.COLUMN}__basis")
    return basis is not None and bool(basis[row] == lifetime_use.PROFILE)


def _metered(a: Assessment, name: str, row: int) -> str:
    """Energy: which record, and by what its value was divided or multiplied."""
    number = int(a.activities.run_of_row[row])
    run, boundary = a.activities.runs[number], name.removeprefix("metered_")
    best = best_energy(run)
    if best is None:
        return STATED
    index, record = best
    if a.activities.used_energy[number][1] != boundary:
        inner = beside_facility(run, record)
        if inner is None:
            return STATED
        index, record = next(i for i, r in enumerate(run.energy) if r is inner), inner
    steps, value = _steps(run, record, boundary)
    share = float(a.activities.column(name)[row]) / value if value else 1.0
    steps += _part(a, row, "energy") + _share(a, name, share / _of_part(a, row, "energy"), row)
    if run.power is not None and record.method in ("counter", "integrated") and index == len(run.energy) - 1:
        origin = said("integrated from the power series of the run, {energy} kWh", energy=_text(record.value.value))
    elif not steps:
        return said("stated by the run, energy[{position}]", position=index)
    else:
        origin = said(
            "from energy[{position}] of the run, {energy}",
            position=index,
            energy=record.value.text or f"{_text(record.value.value)} kWh",
        )
    return joined(", ", [origin, *steps])


def _steps(run: Run, record: EnergyRecord, boundary: str) -> tuple[list[str], float]:
    """What was done to a record, and what came out of it, in kWh."""
    steps: list[str] = []
    value = record.value.value
    coverage = coverage_of(record)
    if coverage != 1:
        steps.append(said("divided by its coverage, {coverage}", coverage=_text(coverage)))
        value /= coverage
    if record.includes_pue and boundary == "accelerator":
        assert run.facility is not None  # `can_be_used` leaves out what has no PUE to divide by
        assert run.facility.pue is not None
        steps.append(said("divided by the PUE inside it, {pue}", pue=_text(run.facility.pue.value)))
        value /= run.facility.pue.value
    elif record.includes_pue and record.boundary != "facility":
        steps.append(said("taken for facility energy, since PUE is inside it"))
    return steps, value


def _of_part(a: Assessment, row: int, what: Literal["time", "energy"]) -> float:
    """Share of a row's part in time in the hours of the run (`time`), or in its energy and work."""
    part = a.activities.divided.get(row)
    return 1.0 if part is None else float(getattr(part, what)) or 1.0


def _part(a: Assessment, row: int, what: Literal["time", "energy"]) -> list[str]:
    """The share of a part in time in what is stated for the whole run, if it was divided."""
    part = a.activities.divided.get(row)
    if part is None:
        return []
    share, start, end = _text(getattr(part, what)), told(part.start), told(part.end)
    if what == "time":
        return [said("times {share}, the part of its time from {start} to {end}", share=share, start=start, end=end)]
    return [
        said("times {share}, the part from {start} to {end} {basis}", share=share, start=start, end=end, basis=BY[part.basis])
    ]  # fmt: skip


def _share(a: Assessment, name: str, share: float, row: int) -> list[str]:
    """The share of a device group in what is stated for the whole run, if it is one of several."""
    if not math.isfinite(share) or math.isclose(share, 1.0, rel_tol=1e-9):
        return []
    # servers and energy of accelerators fall to some groups alone: the basis of the others is not theirs
    basis = 0 if name in ("host_count", "metered_accelerator") else int(a.activities.column("run_share__basis")[row])
    told = said("times {share}, the share of this device group", share=_text(share))
    return [said("{told} {basis}", told=told, basis=BASES[basis]) if basis else told]


def _of_whole_run(a: Assessment, run: Run, name: str, value: float, row: int) -> str:
    whole, told = math.nan, STATED
    if name in _WORK and run.work is not None:
        whole = getattr(run.work, _WORK[name]) or math.nan
    elif name == "host_count" and run.host is not None and run.host.count is not None:
        whole = float(run.host.count)
    elif name == "stated_latency" and run.work is not None and run.work.latency and run.work.requests:
        whole = run.work.latency.value * run.work.requests
        told = said("work.latency of the run times its work.requests")
    steps = []
    if whole:
        part = _part(a, row, "energy") if name != "host_count" else []
        steps = part + _share(a, name, value / whole / (_of_part(a, row, "energy") if part else 1.0), row)
    first = said("{value} stated by the run", value=_text(whole)) if steps and told == STATED else told
    return joined(", ", [first, *steps])


def _on_curve(a: Assessment, run: Run, name: str, row: int) -> str:
    """Power that was read from the curve of the device, empty where it was stated."""
    device = run.devices[int(a.activities.group_of_row[row])]
    if device.power_curve is None or device.utilisation is None or (name == "device_power_node" and device.power):
        return ""
    made = said(
        "read from power_curve of the run at its utilisation, {utilisation}",
        utilisation=_text(device.utilisation.value),
    )
    return joined(", ", [made, *_instance(a, name, row)])


def _of_instance(a: Assessment, name: str, row: int) -> str:
    return joined(", ", [STATED, *_instance(a, name, row)])


def _instance(a: Assessment, name: str, row: int) -> list[str]:
    """What a cloud instance that holds several devices does to what is stated for one of it."""
    device = a.resolved.devices[int(a.activities.device_of_row[row])]
    if device is None or device.units == 1 or name not in (*PER_DEVICE, *PER_GROUP):
        return []
    message = said("times {n}, the devices in one {instance}" if name in PER_GROUP else "divided by {n}, the devices in one {instance}",
                   n=str(device.units), instance=device.instance or device.id)  # fmt: skip
    return [message]


def _text(value: float) -> str:
    return f"{value:.10g}"
