"""A number of parameters that is too small for a model that is worth a log."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="implausible-parameters",
    severity="warning",
    looks_for="Fewer than a million parameters of a model",
    why="A 7 for 7 billion makes the modelled compute and energy a billion times too small.",
    remedy="Write the whole number, such as 7e9.",
)
FEWEST = 1e6


def find(a: Evidence) -> Iterator[Finding]:
    """Systems with such a number, active or in all."""
    for name, field in (("parameters_total", "system.parameters"), ("active_parameters", "system.active_parameters")):
        values = a.activities.columns.get(name)
        if values is None:
            continue
        few = (values > 0) & (values < FEWEST)
        for value in sorted(set(values[few].tolist())):
            message = said("{n} parameters: fewer than a million; the number may stand in millions or billions", n=spelled(value))  # fmt: skip
            yield from CHECK.per_group(a, few & (values == value), message, field)
