"""A declared value that differs from the result by a factor that a wrong unit makes (1000, 3.6, 1e6)."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.declared import DECLARED
from lca.language import said
from lca.numerals import as_written, spelled
from lca.run import Run
from lca.units import Quantity

CHECK = Check(
    code="unit-suspect",
    severity="warning",
    looks_for="A declared value that differs from the result by a factor that a wrong unit makes (1000, 3.6, 1e6)",
    why="Units changed under one header are the most frequent fault of published tables.",
    remedy="Check the unit of the declared value against its source.",
)


#: dimension -> ratio that a wrong unit makes -> what may be wrong
SUSPECTS = {
    "energy": {1000.0: said("a prefix (k, M, G)"), 1e6: said("two prefixes"), 3.6: said("MJ for kWh")},
    "co2e": {1000.0: said("a prefix (k, M, G)"), 1e6: said("two prefixes"), 2.20462262: said("lb for kg")},
    "volume": {1000.0: said("a prefix (k, M, G)"), 1e6: said("two prefixes")},
    "time": {1000.0: said("a prefix (k, M, G)"), 24.0: said("days for hours"), 60.0: said("minutes for hours"), 3600.0: said("seconds for hours")},
}  # fmt: skip
#: kg/kWh; a mass that is no more than this times the energy beside it is explained by the factor of whoever declared it
HIGHEST = 2.0


def find(a: Evidence) -> Iterator[Finding]:
    """Look for ratios within 1 % of the factor that a wrong unit makes."""
    for number, run in a.having("declared"):
        for key, declared in (run.declared or {}).items():
            quantity, dimension = DECLARED[key]
            got = a.of_whole_run(quantity)[number]
            if not (got > 0 and declared.value > 0) or (dimension == "co2e" and is_explained(run, declared)):
                continue
            ratio = max(got / declared.value, declared.value / got)
            for factor, what in SUSPECTS.get(dimension, {}).items():
                if abs(ratio / factor - 1) <= 0.01:
                    yield CHECK.at(
                        said(
                            "declared {text} is {value} times the result: {what} may be wrong",
                            text=as_written(declared.text),
                            value=spelled(declared.value / got, 4),
                            what=what,
                        ),
                        run.id,
                        f"declared.{key}",
                    )


def is_explained(run: Run, declared: Quantity) -> bool:
    """Whether a declared mass follows from the energy that its log states with it, by a factor that some grid has."""
    energy = sum(e.value.value for e in run.energy[:1])
    return run.provenance is not None and run.provenance.is_foreign and 0 < declared.value <= HIGHEST * energy
