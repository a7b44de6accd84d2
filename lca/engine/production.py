"""The production footprint of devices by themselves and of their hosts, outside any run, by the same lookups and rules as within one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lca.activity import INPUTS, Activities
from lca.catalogue import lookup
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.lookups import LEVEL_NAMES, LOOKUPS
from lca.catalogue.pedigree import Pedigree
from lca.catalogue.resolve import Resolved, resolve
from lca.catalogue.store import Catalogue
from lca.distribution import draw
from lca.engine import kernel, plan, spreads, trace
from lca.engine.rule import Rule
from lca.engine.sampling import Model
from lca.engine.uncertainty import BOUNDS, DEFAULT, Draws, Numbers, Sampler
from lca.expand import expand
from lca.run import Run

QUANTITY = "device_embodied"
#: looked up beside the rules: a server, or the computer of a system on a chip, is bought as a whole
WHOLE = ("embodied_server", "embodied_computer")
#: looked up for the host around a device: its footprint, and how many devices it holds
HOST, PER_HOST = "embodied_host", "devices_per_host"
BOTTOM_UP = "device-embodied-bottom-up"


class HostProduction(NamedTuple):
    """kgCO2e of one host (NaN where unknown) with its draws and factor, and how many devices it holds (NaN where unknown)."""

    value: float
    draws: Numbers | None
    factor: str
    level: str
    devices: float


class Asked(NamedTuple):
    """A device by its name, the date of its purchase (empty for none), and the server around it where one is named."""

    device: str
    date: str = ""
    host: str = ""


class Production(NamedTuple):
    """kgCO2e of one device (NaN where unknown) with its draws (None where nothing has a width), the rule, and the factors with their levels."""

    value: float
    draws: Numbers | None
    rule: str
    factors: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...]
    host: HostProduction | None  # None for what has none: a server, a processor, a whole computer

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval: the value itself where nothing has a width."""
        if self.draws is None:
            return self.value, self.value
        low, _, high = np.quantile(self.draws, BOUNDS).tolist()
        return low, high


def produce(
    asked: Sequence[Asked], catalogue: Catalogue, index: DeviceIndex, rules: Sequence[Rule], choices: lookup.Choices,
    how: Draws = DEFAULT,
) -> list[Production]:  # fmt: skip
    """One result per device asked for: value NaN where no rule gives one."""
    if not asked:
        return []
    logs = [
        {
            "schema": "lca-run/1",
            "id": f"device {n}",
            "system": "device",
            "stage": "idle",
            "devices": [{"model": one.device}],
        }
        | ({"start": f"{one.date}T00:00:00Z"} if one.date else {})
        | ({"host": {"model": one.host}} if one.host else {})
        for n, one in enumerate(asked)
    ]
    activities = expand([Run.model_validate(log) for log in logs])
    resolved = resolve(activities, catalogue, index, [p[2] for p in choices.pins] + list(choices.sites.values()))
    given = {*INPUTS, *(n.column for n in LOOKUPS), *catalogue.quantities, *(r.gives for r in rules)}
    made = plan.make([QUANTITY], rules, given)
    lookup.look_up(activities, resolved, choices, [*made.inputs, *WHOLE, HOST, PER_HOST], catalogue)
    columns, results = activities.columns, kernel.run(activities.columns, made)
    rows = np.arange(activities.rows)
    used = trace.used(made, results, [QUANTITY])
    pedigree = Pedigree(catalogue.sets, how.pedigree)
    found = spreads.find(activities, resolved, made, used, pedigree) if how.number else spreads.Spreads()
    names = [run.id for run in activities.runs]
    sampler = Sampler(Model(made, columns, results, found), rows, names, how)
    sums = sampler.sums([QUANTITY], rows)[QUANTITY] if found.cell else None
    out = []
    for row in rows.tolist():
        value = float(results[QUANTITY][row])
        names, rule = [n for n, where in used.items() if where[row]], ""
        drawn = sums.of(row) if sums is not None and sums.varies(row) else None
        if value == value:
            rule = made.rules[int(results[f"{QUANTITY}__rule"][row])].id
        else:
            for whole in WHOLE:
                value = float(activities.column(whole)[row])
                if value == value:
                    names, drawn = [whole], _drawn(columns, whole, row, resolved, pedigree, how)
                    break
        factors = []
        for name in sorted(names):
            code = columns.get(f"{name}__factor")
            if code is not None and code[row] >= 0:
                level = LEVEL_NAMES[columns[f"{name}__level"][row]]
                factors.append((resolved.factors[int(code[row])].id, level))
        lacking = tuple(n for n in made.inputs if n not in INPUTS and np.isnan(activities.column(n)[row]))
        host = _host(activities, row, resolved, pedigree, how)
        out.append(Production(value, drawn, rule, tuple(factors), lacking, host))
    return out


def _host(
    activities: Activities, row: int, resolved: Resolved, pedigree: Pedigree, how: Draws
) -> HostProduction | None:
    """The host around the device of a row; None where none stands around it."""
    columns = activities.columns
    if activities.column("has_no_server")[row] == 1:
        return None
    value, devices = float(activities.column(HOST)[row]), float(activities.column(PER_HOST)[row])
    if value != value:
        return HostProduction(value, None, "", "", devices)
    factor = resolved.factors[int(columns[f"{HOST}__factor"][row])]
    level = LEVEL_NAMES[columns[f"{HOST}__level"][row]]
    return HostProduction(value, _drawn(columns, HOST, row, resolved, pedigree, how), factor.id, level, devices)


def _drawn(
    columns: Mapping[str, Any], name: str, row: int, resolved: Resolved, pedigree: Pedigree, how: Draws
) -> Numbers | None:
    """Draws of a figure that is a factor as it stands; None where it has no width."""
    factor = resolved.factors[int(columns[f"{name}__factor"][row])]
    wide = pedigree.distribution(factor)
    return draw(wide, f"factor\0{factor.id}", how.number, how.seed) if wide is not None and how.number else None
