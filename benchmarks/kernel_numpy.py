"""The kernel with trace against the same formulas in bare numpy, 5 million rows of two kinds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from lca.engine import kernel, loader, plan

ROWS = 5_000_000
ASKED = ("facility_energy", "use_co2e", "embodied_co2e", "total_co2e")
INPUTS = ("device_count", "duration", "device_share", "device_power_node", "metered_node", "pue", "grid_lifecycle",
          "stated_device_embodied", "device_lifetime", "lifetime_utilisation")  # fmt: skip


def columns(rows: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Half the rows metered at the node, half with a stated power; the halves lie in blocks, as partitions do."""
    rng = np.random.default_rng(seed)
    made = {
        "device_count": rng.integers(1, 64, rows).astype(float), "duration": rng.uniform(1, 100, rows),
        "device_share": np.ones(rows), "device_power_node": rng.uniform(0.2, 0.9, rows),
        "metered_node": rng.uniform(1, 1000, rows), "pue": rng.uniform(1.05, 1.6, rows),
        "grid_lifecycle": rng.uniform(0.03, 0.8, rows), "stated_device_embodied": rng.uniform(100, 300, rows),
        "device_lifetime": np.full(rows, 43800.0), "lifetime_utilisation": np.ones(rows),
    }  # fmt: skip
    made["metered_node"][rng.random(rows) < 0.5] = np.nan
    return made


def made_plan() -> plan.Plan:
    """The plan of these quantities with the rules that these inputs can feed."""
    rules = [r for r in loader.load() if r.choice is None or r.choice[1] == "reserved-time"]
    known: set[str] = set(INPUTS)
    usable: list[loader.Rule] = []
    grown = True
    while grown:
        more = [r for r in rules if r not in usable and (set(r.needs) <= known or (r.partial and set(r.needs) & known))]
        usable += more
        known |= {r.gives for r in more}
        grown = bool(more)
    given = known | {n for r in usable for n in r.needs}
    return plan.make(ASKED, sorted(usable, key=loader.order), given)


def bare(c: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """The same formulas, with the choice of rule and the missing values that the kernel handles, without a trace."""
    hours = c["device_count"] * c["duration"] * c["device_share"]
    it = np.where(np.isnan(c["metered_node"]), hours * c["device_power_node"], c["metered_node"])
    facility = it * c["pue"]
    use = facility * c["grid_lifecycle"]
    share = hours / (c["device_lifetime"] * c["lifetime_utilisation"])
    embodied = c["stated_device_embodied"] * share
    total = np.nan_to_num(use) + np.nan_to_num(embodied)
    return facility, use, embodied, total


def measure() -> Iterator[tuple[str, float, float]]:
    """Best of three of each."""
    data, made = columns(ROWS), made_plan()
    times = {"kernel": float("inf"), "bare": float("inf")}
    for _ in range(3):
        start = time.perf_counter()
        got = kernel.run(data, made)
        times["kernel"] = min(times["kernel"], time.perf_counter() - start)
        start = time.perf_counter()
        want = bare(data)
        times["bare"] = min(times["bare"], time.perf_counter() - start)
    for name, expected in zip(("facility_energy", "use_co2e", "embodied_co2e", "total_co2e"), want, strict=True):
        assert np.allclose(got[name], expected), name
    yield f"kernel with trace / bare numpy, {ROWS:,} rows", times["kernel"] / times["bare"], 3.0
