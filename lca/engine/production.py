"""The production footprint of devices by themselves, outside any run, by the same lookups and rules as within one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lca.activity import INPUTS
from lca.catalogue import lookup
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.lookups import LEVEL_NAMES, LOOKUPS
from lca.catalogue.pedigree import Pedigree
from lca.catalogue.resolve import resolve
from lca.catalogue.store import Catalogue
from lca.distribution import draw
from lca.engine import kernel, plan, spreads, trace
from lca.engine.rule import Rule
from lca.engine.sampling import Model
from lca.engine.uncertainty import BOUNDS, DEFAULT, Draws, Numbers, Sampler
from lca.expand import expand
from lca.run import Run

QUANTITY = "device_embodied"
#: looked up beside the rules: a server is bought as a whole
SERVER = "embodied_server"
BOTTOM_UP = "device-embodied-bottom-up"


class Production(NamedTuple):
    """kgCO2e of one device (NaN where unknown) with its draws (None where nothing has a width), the rule, and the factors with their levels."""

    value: float
    draws: Numbers | None
    rule: str
    factors: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...]

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval: the value itself where nothing has a width."""
        if self.draws is None:
            return self.value, self.value
        low, _, high = np.quantile(self.draws, BOUNDS).tolist()
        return low, high


def produce(
    named: Sequence[tuple[str, str]], catalogue: Catalogue, index: DeviceIndex, rules: Sequence[Rule], choices: lookup.Choices,
    how: Draws = DEFAULT,
) -> list[Production]:  # fmt: skip
    """One result per (name of a device, date of purchase or empty): value NaN where no rule gives one."""
    if not named:
        return []
    logs = [
        {"schema": "lca-run/1", "id": f"device {n}", "system": "device", "stage": "idle", "devices": [{"model": name}]}
        | ({"start": f"{date}T00:00:00Z"} if date else {})
        for n, (name, date) in enumerate(named)
    ]
    activities = expand([Run.model_validate(log) for log in logs])
    resolved = resolve(activities, catalogue, index, [p[2] for p in choices.pins] + list(choices.sites.values()))
    given = {*INPUTS, *(n.column for n in LOOKUPS), *catalogue.quantities, *(r.gives for r in rules)}
    made = plan.make([QUANTITY], rules, given)
    lookup.look_up(activities, resolved, choices, [*made.inputs, SERVER], catalogue)
    columns, results = activities.columns, kernel.run(activities.columns, made)
    rows = np.arange(activities.rows)
    used = trace.used(made, results, [QUANTITY])
    pedigree = Pedigree(catalogue.sets, how.pedigree)
    found = spreads.find(activities, resolved, made, used, pedigree) if how.number else spreads.Spreads()
    names = [run.id for run in activities.runs]
    sampler = Sampler(Model(made, columns, results, found), rows, names, how)
    sums = sampler.sums([QUANTITY], rows)[QUANTITY] if found.cell else None
    servers = activities.column(SERVER)
    out = []
    for row in rows.tolist():
        value = float(results[QUANTITY][row])
        names, rule = [n for n, where in used.items() if where[row]], ""
        drawn = sums.of(row) if sums is not None and sums.varies(row) else None
        if value == value:
            rule = made.rules[int(results[f"{QUANTITY}__rule"][row])].id
        elif servers[row] == servers[row]:
            value, names = float(servers[row]), [SERVER]
            factor = resolved.factors[int(columns[f"{SERVER}__factor"][row])]
            wide = pedigree.distribution(factor)
            drawn = (
                draw(wide, f"factor\0{factor.id}", how.number, how.seed) if wide is not None and how.number else None
            )
        factors = []
        for name in sorted(names):
            code = columns.get(f"{name}__factor")
            if code is not None and code[row] >= 0:
                level = LEVEL_NAMES[columns[f"{name}__level"][row]]
                factors.append((resolved.factors[int(code[row])].id, level))
        lacking = tuple(n for n in made.inputs if n not in INPUTS and np.isnan(activities.column(n)[row]))
        out.append(Production(value, drawn, rule, tuple(factors), lacking))
    return out
