"""A declared value that differs from the result by more than its printed digits allow."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lca.checks import Check, Evidence, Finding
from lca.declared import DECLARED
from lca.numerals import as_written, spelled
from lca.quantities import BY_NAME
from lca.units import Quantity, half_last_digit, to_canonical, unit_of

CHECK = Check(
    code="declared-mismatch",
    severity="warning",
    looks_for="A declared value that differs from the result by more than its printed digits allow",
    why="A published figure that cannot be reproduced from its own inputs is misread, misprinted or made by another method.",
    remedy="Check boundary, PUE and unit of the declared value; the message names a quantity that would fit.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Compare every declared value with the result of its run."""
    cache: dict[str, NDArray[np.float64]] = {}

    def result(name: str, number: int) -> float:
        if name not in cache:
            cache[name] = a.of_run(name)
        return float(cache[name][number])

    for number, run in a.having("declared"):
        for key, declared in (run.declared or {}).items():
            quantity, dimension = DECLARED[key]
            got = result(quantity, number)
            if math.isnan(got) or agrees(declared, got, dimension):
                continue
            told, close = compared(declared, got, quantity)
            fits = [
                other
                for other, (name, of) in DECLARED.items()
                if of == dimension
                and name != quantity
                and other not in ("energy", "co2e")
                and not math.isnan(result(name, number))
                and agrees(declared, result(name, number), dimension)
            ]
            message = f"declared {as_written(declared.text)}, {told}" + (f"; {fits[0]} would fit" if fits else "")
            yield CHECK.at(message, run.id, f"declared.{key}", "info" if close else "warning")


def compared(declared: Quantity, got: float, quantity: str) -> tuple[str, bool]:
    """(what was computed and its ratio to what is declared, whether the two are within 1 %)."""
    ratio = got / declared.value if declared.value else math.nan
    of = "is not determined: what is declared is 0" if math.isnan(ratio) else f"= {spelled(ratio, 4)}"
    return (
        f"computed {quantity} {spelled(got)} {BY_NAME[quantity].unit} (computed / declared {of})",
        abs(ratio - 1) <= 0.01,
    )


def agrees(declared: Quantity, got: float, dimension: str) -> bool:
    """Whether a result lies within half a unit of the last printed digit, or inside the declared interval."""
    if declared.low <= got <= declared.high:
        return True
    scale = to_canonical(unit_of(declared.text), dimension) if declared.text else 1.0
    margin = half_last_digit(declared.text) * scale
    return abs(got - declared.value) <= margin * (1 + 1e-9)
