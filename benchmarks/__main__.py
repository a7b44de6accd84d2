"""Runs the benchmarks and prints each ratio beside its goal: `python -m benchmarks [name ...]`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from benchmarks import bulk, help_time, kernel_growth, kernel_numpy, log_reading, pdf, report_growth, uncertainty

Result = tuple[str, float, float]
ALL: dict[str, Callable[[], Iterator[Result]]] = {
    "kernel": kernel_numpy.measure, "growth": kernel_growth.measure, "help": help_time.measure, "pdf": pdf.measure,
    "report": report_growth.measure, "bulk": bulk.measure, "logs": log_reading.measure, "uncertainty": uncertainty.measure,
}  # fmt: skip


def main() -> int:
    """One line per ratio; status 0 whether or not the goals are met, 2 for an unknown name."""
    names = sys.argv[1:] or list(ALL)
    if set(names) - set(ALL):
        print(f"benchmarks: {', '.join(ALL)}", file=sys.stderr)
        return 2
    for name in names:
        for what, ratio, goal in ALL[name]():
            print(
                f"{name:8} {what:75} {ratio:7.2f}   goal <= {goal:g}   {'met' if ratio <= goal else 'MISSED'}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
