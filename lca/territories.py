"""Territories that have a code of their own beside one as a part of their state, and codes that ISO 3166-1 leaves to users.

ISO 3166-2 lists Réunion as FR-974 and ISO 3166-1 as RE: one place, whichever code is written. It is its own place first;
only what no factor set knows of it is taken from its state, which the check `factor-fallback` tells.
"""

from __future__ import annotations

#: codes of ISO 3166-2 -> code of ISO 3166-1 of the same place
SUBDIVISIONS = {
    "US-AS": "AS", "US-GU": "GU", "US-MP": "MP", "US-PR": "PR", "US-UM": "UM", "US-VI": "VI",
    "FR-971": "GP", "FR-972": "MQ", "FR-973": "GF", "FR-974": "RE", "FR-976": "YT", "FR-BL": "BL", "FR-GF": "GF",
    "FR-GP": "GP", "FR-MF": "MF", "FR-MQ": "MQ", "FR-NC": "NC", "FR-PF": "PF", "FR-PM": "PM", "FR-RE": "RE",
    "FR-TF": "TF", "FR-WF": "WF", "FR-YT": "YT",
    "CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW", "CN-71": "TW", "CN-91": "HK", "CN-92": "MO",
    "NL-AW": "AW", "NL-BQ1": "BQ", "NL-BQ2": "BQ", "NL-BQ3": "BQ", "NL-CW": "CW", "NL-SX": "SX",
    "FI-01": "AX", "NO-21": "SJ", "NO-22": "SJ",
}  # fmt: skip
#: territory -> its state
STATES = {code: part.partition("-")[0] for part, code in SUBDIVISIONS.items()}
#: codes in general use that ISO 3166-1 leaves to its users: alpha-2 -> alpha-3, name
USER_ASSIGNED = {"XK": ("XKX", "Kosovo")}


def canonical(code: str) -> str:
    """The code of a place: that of ISO 3166-1 for a territory, whichever of its codes is given."""
    return SUBDIVISIONS.get(code, code)


def same(country: str, subdivision: str) -> bool:
    """Whether a subdivision lies in a country, or both are codes of one territory."""
    return subdivision.startswith(f"{country}-") or SUBDIVISIONS.get(subdivision) == country
