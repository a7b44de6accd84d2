"""A declared value that differs from the result by more than its printed digits allow."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.checks.unit_suspect import is_explained
from lca.declared import DECLARED
from lca.language import plural, said
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

    def result(number: int, name: str) -> float:
        if name not in cache:
            cache[name] = a.of_whole_run(name)
        return float(cache[name][number])

    trackers: dict[str, list[tuple[int, float, float]]] = {}
    for number, run in a.having("declared"):
        for key, declared in (run.declared or {}).items():
            if key == "co2e" and is_explained(run, declared) and result(number, "use_co2e") > 0:
                assert run.provenance is not None
                tracker = run.provenance.producer or run.provenance.importer or ""
                trackers.setdefault(tracker, []).append((number, declared.value, run.energy[0].value.value))
                continue
            told = compare(key, declared, partial(result, number))
            if told is not None:
                yield CHECK.at(told[0], run.id, f"declared.{key}", told[1])
    for tracker, runs in trackers.items():
        yield from _of_tracker(a, tracker, runs, partial(result, name="use_co2e"))


def _of_tracker(
    a: Evidence, tracker: str, runs: list[tuple[int, float, float]], result: Callable[[int], float]
) -> Iterator[Finding]:
    """One note for all runs of a tracker: its masses follow from its own factors, not from those of this assessment."""
    declared, got = math.fsum(value for _, value, _ in runs), math.fsum(result(n) for n, *_ in runs)
    factors = sorted(value / energy for _, value, energy in runs)
    if all(abs(result(n) / value - 1) < 0.005 for n, value, _ in runs):
        return
    message = plural(
        len(runs), "{tracker} declares {declared} kgCO2e for one run, by its own factor of {low} kg/kWh; computed {got} kgCO2e (computed / declared = {ratio})",
        "{tracker} declares {declared} kgCO2e for {n} runs, by its own factors of {low} to {high} kg/kWh; computed {got} kgCO2e (computed / declared = {ratio})",
        n=len(runs), tracker=tracker, declared=spelled(declared), got=spelled(got), ratio=spelled(got / declared, 4),
        low=spelled(factors[0], 4), high=spelled(factors[-1], 4),
    )  # fmt: skip
    ids = tuple(sorted(a.runs[n].id for n, *_ in runs))
    yield replace(
        CHECK.at(message, ids[0] if len(ids) == 1 else None, "declared.co2e", "info"),
        count=len(ids),
        runs=ids[:TOLD_ONE_BY_ONE] if len(ids) > 1 else (),
    )


def compare(key: str, declared: Quantity, result: Callable[[str], float], group: str = "") -> tuple[str, str] | None:
    """(message, severity) where a declared value, of a run or a `group`, differs from the result; None where they agree or there is no result."""
    quantity, dimension = DECLARED[key]
    got = result(quantity)
    if math.isnan(got) or agrees(declared, got, dimension):
        return None
    fits = [
        other
        for other, (name, its) in DECLARED.items()
        if its == dimension
        and name != quantity
        and other not in ("energy", "co2e")
        and not math.isnan(result(name))
        and agrees(declared, result(name), dimension)
    ]
    told, close = compared(declared, got, quantity)
    value = as_written(declared.text)
    message = said("declared {value}, {computed}", value=value, computed=told)
    if group:
        message = said("declared {value} for {group}, {computed}", value=value, group=group, computed=told)
    if fits:
        message = said("{message}; {other} would fit", message=message, other=fits[0])
    return message, "info" if close else "warning"


def compared(declared: Quantity, got: float, quantity: str) -> tuple[str, bool]:
    """(what was computed and its ratio to what is declared, whether the two are within 1 %)."""
    ratio = got / declared.value if declared.value else math.nan
    of = said("is not determined: what is declared is 0") if math.isnan(ratio) else f"= {spelled(ratio, 4)}"
    return (
        said(
            "computed {quantity} {got} {unit} (computed / declared {ratio})",
            quantity=quantity,
            got=spelled(got),
            unit=BY_NAME[quantity].unit,
            ratio=of,
        ),
        abs(ratio - 1) <= 0.01,
    )


def agrees(declared: Quantity, got: float, dimension: str) -> bool:
    """Whether a result lies within half a unit of the last printed digit, or inside the declared interval."""
    if declared.low <= got <= declared.high:
        return True
    scale = to_canonical(unit_of(declared.text), dimension) if declared.text else 1.0
    margin = half_last_digit(declared.text) * scale
    return abs(got - declared.value) <= margin * (1 + 1e-9)
