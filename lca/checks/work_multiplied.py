"""Work of one request, times the number of requests."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="work-multiplied",
    severity="info",
    looks_for="Work that a log states for one request, times the number of requests",
    why="Figures per token rest on it.",
    remedy="State the tokens of all requests, if those of one differ.",
)
