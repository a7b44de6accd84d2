"""Power of all GPUs of a machine, laid to one run."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="host-gpus",
    severity="warning",
    looks_for="Samples of the power of all GPUs of a machine, laid to the one run that logged them",
    why="Work of others on the same machine is counted with the run, or several times.",
    remedy="Leave it where the run had the machine alone; else meter the GPUs of the run.",
)
