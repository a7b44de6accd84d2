"""How the kernel's time grows from 1e5 to 1e7 rows: the exponent."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from benchmarks.kernel_numpy import columns, made_plan
from lca.engine import kernel

SMALL, LARGE = 100_000, 10_000_000


def measure() -> Iterator[tuple[str, float, float]]:
    """log(time ratio) / log(row ratio), best of several of each."""
    made, best = made_plan(), {}
    for rows, repeats in ((SMALL, 9), (LARGE, 2)):
        data = columns(rows)
        best[rows] = float("inf")
        for _ in range(repeats):
            start = time.perf_counter()
            kernel.run(data, made)
            best[rows] = min(best[rows], time.perf_counter() - start)
    yield (
        f"exponent from {SMALL:,} to {LARGE:,} rows",
        math.log(best[LARGE] / best[SMALL]) / math.log(LARGE / SMALL),
        1.05,
    )
