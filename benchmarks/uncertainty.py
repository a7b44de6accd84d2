"""The whole assessment of 100,000 runs with 1,000 draws against the same without draws, and the memory that draws add.

The document with all intervals, contributions to variance, sensitivity and advice, in one process each.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.runs import lines

COUNT = 100_000
#: seconds and megabytes
MEASURE = """
import resource, sys, time
import lca
start = time.perf_counter()
lca.assess(sys.argv[1], profile={"id": "p", "uncertainty": {"draws": int(sys.argv[2])}}).to_json()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measure() -> Iterator[tuple[str, float, float]]:
    """The memory that draws add must not grow with the runs as the columns do."""
    added = []
    for count in (COUNT // 4, COUNT):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "runs.jsonl"
            log.write_text(lines(count))
            plain, before = _run(log, 0)
            drawn, after = _run(log, 1000)
        added.append(max(after - before, 1.0))
    yield f"assessment with 1,000 draws / without, {COUNT:,} runs", drawn / plain, 10.0
    yield f"memory that draws add, {COUNT:,} / {COUNT // 4:,} runs", added[1] / added[0], 4.0


def _run(log: Path, draws: int) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(log), str(draws)], capture_output=True, check=True, text=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes
