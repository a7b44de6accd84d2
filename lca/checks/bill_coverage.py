"""How much of a bill was read as hours of machines, by cost and by hours, and what is largest among the rest."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="bill-coverage",
    severity="info",
    looks_for="How much of a bill was read as hours of machines, and the largest services that were not",
    why="Figures made of a bill are of the machines in it; what else was bought (models by token, storage, databases) has its own footprint.",
    remedy="Look at the largest services named; give their own exports, such as usage of models, or state them as runs.",
)
