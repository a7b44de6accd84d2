"""Figures with 1,000 draws against the deterministic assessment of the same 100,000 runs, and the memory that they add."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.runs import lines

COUNT = 100_000
#: seconds of the deterministic assessment, seconds of the figures with their intervals, megabytes before and after
MEASURE = """
import resource, sys, time
import lca
start = time.perf_counter()
a = lca.assess(sys.argv[1], profile={"id": "p", "uncertainty": {"pedigree": "v2"}})
middle, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
a.figure_list()
print(middle - start, time.perf_counter() - middle, before / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measure() -> Iterator[tuple[str, float, float]]:
    """One process each for two sizes: the memory that draws add must not grow with the runs as the columns do."""
    added = []
    for count in (COUNT // 4, COUNT):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "runs.jsonl"
            log.write_text(lines(count))
            done = subprocess.run([sys.executable, "-c", MEASURE, str(log)], capture_output=True, check=True, text=True)
        plain, drawn, before, after = map(float, done.stdout.split())
        added.append(max(after - before, 1.0))
    yield f"assess and figures with 1,000 draws / assess, {COUNT:,} runs", (plain + drawn) / plain, 10.0
    yield f"memory that draws add, {COUNT:,} / {COUNT // 4:,} runs", added[1] / added[0], 4.0
