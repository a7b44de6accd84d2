"""Markets for contractual instruments, who publishes residual mixes, and what technologies are called on invoices."""

from __future__ import annotations

from .model import BuildError, Package, Table
from .reference import Reference, own_csv

MARKETS = ("market", "name", "aliases", "reason", "source", "evidence")
AREAS = ("geography", "market", "reason", "source", "evidence")
RESIDUAL_MIXES = ("geography", "status", "publisher", "figure", "source", "evidence")
TECHNOLOGIES = ("technology", "aliases", "source", "evidence")
#: shipped: in `grid/residual-mix`; theirs: the publisher's terms do not let it be shipped; none: the country has none
STATUSES = ("shipped", "theirs", "none")


def packages(_reference: Reference) -> list[Package]:
    """`market/boundaries` and `energy/technology-names`."""
    markets, areas, mixes = (own_csv(f"{name}.csv") for name in ("markets", "market_areas", "residual_mixes"))
    known = {row["market"] for row in markets}
    for row in areas:
        if row["market"] not in known:
            raise BuildError(f"own/market_areas.csv: {row['geography']}: no market {row['market']!r}")
    for row in mixes:
        if row["status"] not in STATUSES or not row["publisher"]:
            raise BuildError(
                f"own/residual_mixes.csv: {row['geography']}: status {row['status']!r} is not one of {STATUSES}"
            )
    made = Package("market/boundaries")
    made.tables["markets"] = Table(MARKETS, markets, ("market",))
    made.tables["areas"] = Table(AREAS, areas, ("geography",))
    made.tables["residual_mixes"] = Table(RESIDUAL_MIXES, mixes, ("geography",))
    names = Package("energy/technology-names")
    names.tables["technologies"] = Table(TECHNOLOGIES, own_csv("technologies.csv"), ("technology",))
    return [made, names]
