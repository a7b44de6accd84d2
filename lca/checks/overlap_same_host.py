"""Records of one machine over the same time."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="overlap-same-host",
    severity="warning",
    looks_for="Records of one machine over the same time",
    why="Each of them measured the whole machine: added up, the energy counts several times.",
    remedy="State `separate_hosts: true` in an `assign` rule if they are of several equal machines.",
)
