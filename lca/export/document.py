"""The assessment as one JSON document, `lca-assessment/1`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lca import completeness
from lca.engine import advice, quality
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment


def build(a: Assessment, by: Sequence[str]) -> dict[str, Any]:
    """The document as data; keys stand in the order of the contract."""
    from lca.claims import as_data

    made = {
        "schema": "lca-assessment/1",
        "tool": {"name": "lca", "version": VERSION},
        "profile": {"id": a.profile.id, "sha256": a.profile.sha256},
        "figures": a.figure_list(by),
        "uncertainty": advice.as_data(a) if a.rows else None,
        "data_quality": quality.as_data(a) if a.rows else None,
        "completeness": completeness.as_data(a.completeness),
        "views": a.view_data,
        "findings": [f.as_dict() for f in a.findings],
        **({"findings_off": a.findings_off} if a.findings_off else {}),
        "inputs": [i.__dict__ for i in a.intake.inputs],
        "factor_sets": [{"id": s.id, "version": s.version, "sha256": s.sha256} for s in a.catalogue.sets],
    }
    if a.profile.disclosures:
        from lca.report import disclosures

        made["disclosures"] = disclosures.as_data(a)
    return made | ({"claims": as_data(a.claims)} if a.activities.having["claim"] else {})


def text(a: Assessment, by: Sequence[str]) -> str:
    """The document as text; the same input gives the same bytes."""
    return json.dumps(build(a, by), ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
