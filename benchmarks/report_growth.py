"""Report time and page count for 10,000 runs against 10."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import lca
from benchmarks.runs import lines


def pages(path: Path) -> int:
    """Pages of a PDF."""
    import pikepdf

    with pikepdf.open(path) as document:
        return len(document.pages)


def measure() -> Iterator[tuple[str, float, float]]:
    """Assessment and report together, best of two; and the pages."""
    took, counted = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in (10, 10_000):
            log = folder / f"{count}.jsonl"
            log.write_text(lines(count))
            lca.assess(str(log)).report(folder / "warm")
            took[count] = float("inf")
            for _ in range(2):
                start = time.perf_counter()
                files = lca.assess(str(log)).report(folder / str(count))
                took[count] = min(took[count], time.perf_counter() - start)
            counted[count] = pages(files["pdf"])
    yield "report time of 10,000 runs / of 10 runs", took[10_000] / took[10], 2.0
    yield f"pages of 10,000 runs ({counted[10_000]}) / of 10 runs ({counted[10]})", counted[10_000] / counted[10], 2.0
