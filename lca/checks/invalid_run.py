"""A record that is no valid run log."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="invalid-run",
    severity="error",
    looks_for="A record that is no valid run log",
    why="It could not be used: it is quarantined, counted and shown.",
    remedy="Correct the field that the message names.",
)
