"""An energy of a log that does not say what it is the energy of."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="boundary-not-stated",
    severity="warning",
    looks_for="An energy of a log that does not say what it is the energy of",
    why="Node, accelerator and processor energies differ by what they leave out; adding a host to a node counts it twice.",
    remedy="State it: `assign: [{match: FILE, energy_boundary: node}]`.",
)
