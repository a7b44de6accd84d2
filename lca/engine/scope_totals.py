"""Totals of scope 3 and of scopes 1 to 3, by both methods, with what the profile supplies beside what was computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lca.engine.uncertainty import Numbers
from lca.language import said

if TYPE_CHECKING:
    from lca.assessment import Assessment

SUPPLIED_OTHER = "supplied-scope-3-other"
#: categories that are computed, and those of which neither logs nor profile hold anything
COMPUTED = (
    "scope-3-1",
    "scope-3-2",
    "scope-3-3",
    "scope-3-3-fuels",
    "scope-3-7",
    "scope-3-8",
    "scope-3-11",
    "scope-3-13",
)
NOT_COMPUTED = ("scope-3-4", "scope-3-5", "scope-3-12")
SCOPE_3_ALIKE = said(
    "the same by both methods: the categories of scope 3 rest on location-based electricity, whatever contracts cover"
)
LABELS = {
    "total-scope-3-location": said("Scope 3, all categories with a figure, location-based"),
    "total-scope-3-market": said("Scope 3, all categories with a figure, market-based"),
    "total-over-scopes": said("Scopes 1 to 3 in total, location-based"),
    "total-over-scopes-market": said("Scopes 1 to 3 in total, market-based"),
}
#: id of a total -> the line of scope 2 in it; empty: none
SCOPE_2 = {
    "total-scope-3-location": "", "total-scope-3-market": "", "total-over-scopes": "scope-2-location",
    "total-over-scopes-market": "scope-2-market",
}  # fmt: skip

Total = Callable[[list[dict[str, Any]], int, Numbers | None], dict[str, Any]]
Draws = Callable[[str, float], Numbers | None]


def supplied_other(a: Assessment) -> dict[str, Any] | None:
    """Other categories of scope 3 as the profile supplies them; None where it does not."""
    stated = a.profile.supplied.scope_3_other
    if stated is None:
        return None
    return {
        "quantity": "", "value": stated.value, "low": None, "high": None, "unit": "kgCO2e", "rows": 1, "missing": 0,
        "note": said("supplied by the profile, not computed; it is in the totals of scope 3 and of scopes 1 to 3"),
    }  # fmt: skip


def figures(
    a: Assessment, lines: Mapping[str, dict[str, Any]], total: Total, draws: Draws
) -> dict[str, dict[str, Any]]:
    """The figure of each total. `total` sums lines; `draws` gives those of a sum with a line of scope 2 and a constant."""
    others = (SUPPLIED_OTHER,) if SUPPLIED_OTHER in lines else NOT_COMPUTED
    made = {}
    for id, scope_2 in SCOPE_2.items():
        ids = [*(["scope-1", scope_2] if scope_2 else []), *COMPUTED, *others]
        parts = [lines[i] for i in ids if i in lines]
        fixed = sum(lines[i]["value"] or 0.0 for i in ("scope-3-3-fuels", SUPPLIED_OTHER) if i in lines)
        fixed += (lines["scope-1"]["value"] or 0.0) if scope_2 else 0.0
        missing = sum(part["missing"] for part in parts if part.get("applies", True))
        made[id] = total(parts, missing, draws(scope_2, fixed))
        if not scope_2:
            made[id]["note"] = SCOPE_3_ALIKE
    return made
