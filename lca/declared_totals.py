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
        figures = a.figure_list(tuple(by)) if set(by) <= set(GROUPS) else []
        values = {f["quantity"]: f["value"] for f in figures if f["by"] == by and f["value"] is not None}
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


def _or_nan(values: dict[str, float], name: str) -> float:
    return values.get(name, math.nan)
