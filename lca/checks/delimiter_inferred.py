"""A table whose cells stand between other characters than its tool writes."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="delimiter-inferred",
    severity="info",
    looks_for="A table with semicolons or tabs between its cells, of a tool that writes commas",
    why="A spreadsheet that saves a table again may change its numbers and times, such as 1.250 to 1250.",
    remedy="Give the file as the tool wrote it.",
)
