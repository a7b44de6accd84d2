"""Section 2: where the energy goes: devices, the hosts around them, idle time, the facility. Every overhead has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Cell, Column, Row, Table

if TYPE_CHECKING:
    from lca.assessment import Assessment

OUTSIDE = said(
    "Not in any of these lines unless a run lists them: network and storage nodes apart from the servers, capacity held ready without an idle run, power plants' own use and grid losses (those are in upstream emissions)."
)


def parts(a: Assessment) -> list[tuple[str, float, str]]:
    """Parts of the facility energy, in kWh, which add up to it; each with what it holds."""
    it, facility = (a.columns.get(q, np.full(a.rows, np.nan)) for q in ("it_energy", "facility_energy"))
    by_ratio = _by_ratio(a)
    idle = np.asarray([s == "idle" for s in a.activities.stages], bool)[a.activities.run_of_row]
    known = ~np.isnan(facility) & ~np.isnan(it)
    devices = np.where(known & ~idle, _devices(a, it), np.nan)
    apart = ~np.isnan(devices)
    return [
        (say("Devices, where they stand apart from their hosts"), float(np.nansum(devices)), say("metered or modelled per device")),
        (say("Hosts around these devices, not metered"), float(np.sum((it - devices)[apart & by_ratio])),
         say("processors, memory, fans, power supplies: added to the energy of the devices by a typical ratio")),
        (say("Hosts around these devices, of known power"), float(np.sum((it - devices)[apart & ~by_ratio])), say("processors, memory, fans, power supplies: power of the host, stated or of its data sheet")),
        (say("Servers as a whole"), float(np.sum(it[known & ~idle & ~apart])), say("metered or stated with the host inside")),
        (say("Idle runs"), float(np.sum(it[known & idle])), say("machines held ready without a job")),
        (say("Facility around all of it"), float(np.sum((facility - it)[known])), _facility(a, known)),
        (say("Facility energy whose IT part is not known"), float(np.nansum(np.where(known, 0.0, facility))), say("no PUE to take out")),
    ]  # fmt: skip


def table(a: Assessment) -> Table | None:
    """The parts of the facility energy and their sum. None where no energy is determined."""
    found = parts(a)
    whole = sum(size for _, size, _ in found)
    if not whole > 0:
        return None
    unit = n.scale(whole, "kWh")
    rows = [
        Row(cells=[Cell(text=name), Cell(text=n.column(size, unit)), Cell(text=n.share(size, whole)), Cell(text=what, kind="muted")])
        for name, size, what in found
        if size > 0
    ]  # fmt: skip
    rows.append(
        Row(
            total=True,
            cells=[Cell(text=say("Facility energy")), Cell(text=n.column(whole, unit)), Cell(text=""), Cell(text="")],
        )
    )
    return Table(
        title=said("Where the energy goes"), rows=rows, notes=[OUTSIDE],
        lead=say("Overheads are energy too: each stands in a line of its own."),
        columns=[Column(label=say("Part"), width=36), Column(label=say("Energy"), unit=unit.unit, width=12, right=True, href="rules-energy"),
                 Column(label=say("Share"), width=10, right=True), Column(gap=True, label=say("What it holds"), width=42)],
    )  # fmt: skip


def _by_ratio(a: Assessment) -> NDArray[np.bool_]:
    """Rows whose host is added as a ratio to the energy of its devices."""
    ratio = [
        code
        for code, rule in enumerate(a.plan.rules)
        if rule.gives == "it_energy" and "accelerator_share" in rule.needs
    ]
    return np.isin(a.columns.get("it_energy__rule", np.full(a.rows, -1)), ratio)


def _facility(a: Assessment, known: NDArray[np.bool_]) -> str:
    """What the facility adds, and in how many entries nobody states the PUE."""
    told, code = say("cooling and power distribution: the PUE above 1"), a.activities.columns.get("pue__factor")
    assumed = 0 if code is None else int((known & a.evidence.is_used("pue") & (code >= 0)).sum())
    if not assumed:
        return told
    return say(
        "{what}; in {assumed} of {entries} the run states no PUE, and one of its site, its region, its provider or the industry stands in",
        what=told,
        assumed=n.count(assumed),
        entries=n.counted(int(known.sum()), "entry", "entries"),
    )


def _devices(a: Assessment, it: NDArray[np.float64]) -> NDArray[np.float64]:
    """Energy of the devices alone in the rows whose rule sets the host apart, NaN elsewhere."""
    out = np.full(a.rows, np.nan)
    chosen = a.columns.get("it_energy__rule")
    if chosen is None:
        return out
    for code, rule in enumerate(a.plan.rules):
        here = chosen == code
        if rule.gives != "it_energy" or not here.any():
            continue
        if "accelerator_share" in rule.needs:
            out[here] = (it * a.activities.column("accelerator_share"))[here]
        elif "accelerator_energy" in rule.needs:
            out[here] = a.columns["accelerator_energy"][here]
    return out
