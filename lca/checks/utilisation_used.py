"""A log without power whose utilisation was used to model it."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="utilisation-used",
    severity="warning",
    looks_for="A log without power whose utilisation was used to model it",
    why="Utilisation counts the time in which a device did anything, not how hard it worked: a memory-bound job draws less than it suggests.",
    remedy="Log power too, such as power.draw of nvidia-smi.",
)
