"""Names of markets for instruments: those of the shipped table, and countries with their subdivisions and grid zones.

What is recognised where is in `catalogue.markets`; here a text of a log or profile becomes a code, or is refused.
"""

from __future__ import annotations

import csv
from functools import cache

from lca.errors import nearest
from lca.fields import country_code
from lca.resources import folder
from lca.territories import canonical


@cache
def shipped() -> dict[str, str]:
    """Folded names of the shipped markets of several countries, each with its code."""
    path = folder("factors") / "market" / "boundaries" / "markets.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        _folded(name): row["market"] for row in rows for name in (row["market"], *row["aliases"].split("|")) if name
    }


def _folded(text: str) -> str:
    return " ".join(text.upper().split())


def market_code(text: str) -> str:
    """Code of a market: one of several countries, an ISO 3166-1 country, an ISO 3166-2 subdivision, or a grid zone.

    Raises ValueError for any other text, with the nearest known one.
    """
    code = _folded(text)
    if code in shipped():
        return shipped()[code]
    country, _, part = code.partition("-")
    try:
        country = country_code(country)
    except ValueError:
        near = _nearest(text)
        told = f"the nearest known is {near}; write that, or " if near else "write "
        raise ValueError(
            f"not a market; {told}a market such as EU, a country, a subdivision or a grid zone, such as FR, US-VA or SE-EL-SE3"
        ) from None
    return canonical(f"{country}-{part}") if part else country


def _nearest(text: str) -> str:
    """Code of the market or country that bears a name, a part of it, or nearly so; an empty string for none."""
    import pycountry

    names = {name.lower(): code for name, code in shipped().items()}
    for country in pycountry.countries:
        for kind in ("name", "common_name", "official_name"):
            names.setdefault(getattr(country, kind, country.name).lower(), country.alpha_2)
    wanted = text.lower().strip()
    holding = sorted((name for name in names if wanted in name), key=lambda name: (len(name), name))
    near = holding[0] if holding and len(wanted) > 3 else nearest(wanted, set(names))
    return names[near] if near else ""
