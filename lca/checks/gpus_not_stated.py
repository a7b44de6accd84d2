"""Jobs whose GPUs the export of the scheduler does not say, or says in part."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="gpus-not-stated",
    severity="warning",
    looks_for="Jobs whose GPUs the export of the scheduler does not say, or says in part",
    why="GPU hours that an export leaves out or cuts off are missing from the total.",
    remedy="Export AllocTRES in full (`sacct -P`, or a wider column such as `AllocTRES%200`), or state the GPUs in an `assign` rule.",
)
