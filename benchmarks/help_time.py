"""`lca --help` against `python -c "import click"`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

HELP = [sys.executable, "-c", "import sys; sys.argv = ['lca', '--help']; from lca.cli import script; script()"]
CLICK = [sys.executable, "-c", "import click"]


def best(command: list[str], repeats: int = 15) -> float:
    """Shortest wall-clock time in seconds."""
    shortest = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def measure() -> Iterator[tuple[str, float, float]]:
    """Best of several of each."""
    yield "lca --help / python -c 'import click'", best(HELP) / best(CLICK), 2.0
