"""Scope 1: what the profile supplies of fuels and refrigerants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lca.language import said

if TYPE_CHECKING:
    from lca.assessment import Assessment

NO_FUELS = said("run logs hold neither fuels nor refrigerants; those of backup generators and of cooling belong here")


def direct(a: Assessment) -> dict[str, Any]:
    """Scope 1 as the profile supplies it."""
    stated = a.profile.supplied.scope_1
    made: dict[str, Any] = {
        "quantity": "",
        "value": None,
        "low": None,
        "high": None,
        "unit": "kgCO2e",
        "rows": 0,
        "missing": 0,
    }
    if stated is None:
        return made | {"reason": NO_FUELS}
    return made | {"value": stated.value, "rows": 1, "note": said("supplied by the profile, not computed")}
