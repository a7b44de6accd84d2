"""`lca assess` of 100,000 runs in JSON Lines, without draws, against pydantic validating the same lines.

`uncertainty` measures what draws add.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.runs import lines

COUNT = 100_000
VALIDATE = "import sys; from lca.run import Run\nfor line in open(sys.argv[1], 'rb'): Run.model_validate_json(line)"
ASSESS = "from lca.cli import script; script()"


def timed(code: str, *arguments: str) -> float:
    """Best of two, in seconds."""
    shortest = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, check=True)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def measure() -> Iterator[tuple[str, float, float]]:
    """Whole processes, start included."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "runs.jsonl"
        log.write_text(lines(COUNT))
        profile = Path(folder) / "profile.yaml"
        profile.write_text("uncertainty: {draws: 0}\n")
        yield (
            f"lca assess --json without draws / pydantic validating, {COUNT:,} runs",
            (
                timed(ASSESS, "assess", str(log), "--json", "--quiet", "--profile", str(profile))
                / timed(VALIDATE, str(log))
            ),
            2.0,
        )
