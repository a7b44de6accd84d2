"""Totals over several runs that a file declares, compared with theirs."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from lca.catalogue.labels import GROUPS
from lca.checks import Finding, declared_mismatch, declared_not_compared
from lca.declared import DECLARED
from lca.language import said
from lca.numerals import as_written

if TYPE_CHECKING:
    from lca.assessment import Assessment


def find(a: Assessment) -> list[Finding]:
    """Declared totals that differ from the result, or for which there is none."""
    out = []
    for entry in a.intake.declared:
        by = {k: str(v) for k, v in entry["by"].items()}
        told = ", ".join(f"{k} {v}" for k, v in by.items()) or said("the whole")
        field = f"declared.{entry['key']}"
        values = _values(a, by)
        quantity = DECLARED[entry["key"]][0]
        if quantity not in values:
            why = said(
                "declared {value} for {group} cannot be compared: {quantity} is not determined",
                value=as_written(entry["value"].text),
                group=told,
                quantity=quantity,
            )
            out.append(declared_not_compared.CHECK.at(why, field=field))
            continue
        got = partial(_or_nan, values)
        differs = declared_mismatch.compare(entry["key"], entry["value"], got, told)
        if differs is not None:
            out.append(declared_mismatch.CHECK.at(differs[0], field=field, severity=differs[1]))
    return out


def _values(a: Assessment, by: dict[str, str]) -> dict[str, float]:
    """Figures of a group of runs by quantity: of the whole runs, with what the period of the profile leaves out of them."""
    out: dict[str, float] = {}
    for part in (a, a.outside) if set(by) <= set(GROUPS) else ():
        for f in part.figure_list(tuple(by)) if part is not None else ():
            if f["by"] == by and f["value"] is not None:
                out[f["quantity"]] = out.get(f["quantity"], 0.0) + f["value"]
    return out


def _or_nan(values: dict[str, float], name: str) -> float:
    return values.get(name, math.nan)
