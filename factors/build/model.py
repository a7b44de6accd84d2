"""What a data package holds, and the checks that every row must pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation

KEY_COLUMNS = ("geography", "provider", "region", "device", "class", "stage", "technology")
EVIDENCE = ("A", "B", "C")
YEAR_BASES = ("data", "edition", "fiscal", "undated")
UNITS = {"gCO2e/kWh", "gCO2/kWh", "kgCO2e", "W", "1", "L/kWh", "h", "TFLOP/s", "FLOP", "W/GB", "mm2", "GB", "per_cm2", "kgCO2e/cm2",
         "kgCO2e/GB", "kgSbeq", "kgSbeq/kWh", "MJ", "MJ/kWh", "Wh", "s", "gCO2e/L", "kgCO2e/kg"}  # fmt: skip

_GEOGRAPHY = re.compile(r"([A-Z]{2}(-[A-Z0-9]{1,3})?|(US-EGRID|CN-GRID|[A-Z]{2}-EL)-[A-Z0-9]+|WORLD|EU27)?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


class BuildError(Exception):
    """A reference or own row that must not become a factor."""


@dataclass(frozen=True)
class Factor:
    """One row of `factors.csv`. Numbers stay text, so that what the source printed is what the package prints."""

    id: str
    quantity: str
    geography: str = ""
    provider: str = ""
    region: str = ""
    device: str = ""
    class_: str = ""
    stage: str = ""
    technology: str = ""
    name: str = ""
    valid_from: str = ""
    valid_to: str = ""
    year_basis: str = "undated"
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    scope: str = ""
    source: str = ""
    evidence: str = ""
    notes: str = ""
    gwp: str = ""
    losses: str = ""
    accounting: str = ""

    def row(self) -> dict[str, str]:
        """The row by column name."""
        return {name.rstrip("_"): getattr(self, name) for name in (f.name for f in fields(self))}

    def key(self) -> tuple[str, ...]:
        """What a lookup distinguishes: quantity, key columns, validity."""
        row = self.row()
        return (self.quantity, *(row[column] for column in KEY_COLUMNS), self.valid_from, self.valid_to)

    def check(self) -> None:
        """Raise BuildError on a missing or impossible field."""
        for column in ("id", "quantity", "value", "unit", "scope", "source", "evidence", "year_basis"):
            if not getattr(self, column):
                raise BuildError(f"{self.id or self}: no {column}")
        if self.unit not in UNITS:
            raise BuildError(f"{self.id}: unit {self.unit!r} is not one of {sorted(UNITS)}")
        if self.evidence not in EVIDENCE:
            raise BuildError(f"{self.id}: evidence {self.evidence!r} is not A, B or C")
        if self.year_basis not in YEAR_BASES:
            raise BuildError(f"{self.id}: year_basis {self.year_basis!r} is not one of {YEAR_BASES}")
        dated = bool(_DATE.match(self.valid_from) and _DATE.match(self.valid_to) and self.valid_from <= self.valid_to)
        if dated == (self.year_basis == "undated") or bool(self.valid_from) != bool(self.valid_to):
            raise BuildError(f"{self.id}: year_basis {self.year_basis!r} with {self.valid_from!r}..{self.valid_to!r}")
        if not _GEOGRAPHY.match(self.geography):
            raise BuildError(f"{self.id}: geography {self.geography!r}")
        low, value, high = (number(text, self.id) if text else None for text in (self.low, self.value, self.high))
        if value is None or value < 0 or (low is not None and low > value) or (high is not None and high < value):
            raise BuildError(f"{self.id}: low, value, high are {self.low!r}, {self.value!r}, {self.high!r}")
        for name, allowed in BASES.items():
            if getattr(self, name) not in allowed:
                raise BuildError(f"{self.id}: {name} {getattr(self, name)!r} is not one of {sorted(allowed)}")
        if self.losses and (self.losses == "inside") != ("td-loss" in self.scope):
            raise BuildError(f"{self.id}: losses {self.losses} with scope {self.scope!r}")
        if self.quantity in ("grid_lifecycle", "generation_lifecycle") and value == 0:
            raise BuildError(f"{self.id}: a life-cycle factor of 0 is a missing value")


#: what a grid factor rests on: columns of sets whose rows say it
BASIS_COLUMNS = ("gwp", "losses", "accounting")
FACTOR_COLUMNS = tuple(f.name.rstrip("_") for f in fields(Factor) if f.name not in BASIS_COLUMNS)
BASES = {"losses": {"", "inside", "outside"}, "accounting": {"", "generation", "consumption", "supply"}}


@dataclass
class Table:
    """A further table of a package, such as devices or regions."""

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    primary_key: tuple[str, ...]


@dataclass
class Package:
    """One data package, `factors/<kind>/<set>/`."""

    id: str
    factors: list[Factor] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    series: dict[str, Table] = field(default_factory=dict)  # files of hours, written compressed
    left_out: list[str] = field(default_factory=list)
    further_sources: set[str] = field(default_factory=set)

    def source_keys(self) -> set[str]:
        """Keys of all sources that any row names."""
        keys = {factor.source for factor in self.factors}
        return keys | self.further_sources | {row["source"] for table in self.tables.values() for row in table.rows}

    def check(self) -> None:
        """Raise BuildError on a bad row, or on two rows that one lookup could not tell apart."""
        seen: dict[tuple[str, ...], str] = {}
        for factor in self.factors:
            factor.check()
            if factor.key() in seen:
                raise BuildError(f"{self.id}: {factor.id} and {seen[factor.key()]} answer the same lookup")
            seen[factor.key()] = factor.id
        for name, table in self.tables.items():
            keys = set()
            for row in table.rows:
                key = tuple(row[column] for column in table.primary_key)
                if key in keys:
                    raise BuildError(f"{self.id}: {name} has {key} twice")
                keys.add(key)
                if not row["source"] or row["evidence"] not in EVIDENCE:
                    raise BuildError(f"{self.id}: {name} {key} has no source or no evidence grade")


def check_ids(packages: Iterable[Package]) -> None:
    """Raise BuildError if a factor id occurs twice over all packages."""
    seen: dict[str, str] = {}
    for package in packages:
        for factor in package.factors:
            if factor.id in seen:
                raise BuildError(f"factor id {factor.id} in {seen[factor.id]} and in {package.id}")
            seen[factor.id] = package.id


def number(text: str, where: str) -> Decimal:
    """A finite decimal number, or BuildError."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BuildError(f"{where}: {text!r} is not a number") from None
    if not value.is_finite():
        raise BuildError(f"{where}: {text!r} is not finite")
    return value


def plain(value: Decimal, digits: int | None = None) -> str:
    """A decimal without exponent or trailing zeros, rounded to significant digits if asked."""
    if digits is not None and value:
        value = round(value, digits - 1 - value.adjusted())
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def years(year: str, where: str) -> tuple[str, str]:
    """First and last day of a calendar year."""
    if not re.match(r"(19|20)\d\d\Z", year):
        raise BuildError(f"{where}: year {year!r}")
    return f"{year}-01-01", f"{year}-12-31"


def joined(*parts: str) -> str:
    """Notes joined with semicolons, without empty ones."""
    return "; ".join(part for part in parts if part)


def worse(*grades: str) -> str:
    """The lowest of several evidence grades."""
    return max(grades)


def need(row: Mapping[str, str], columns: Iterable[str], where: str) -> None:
    """Raise BuildError if a row lacks a value that every factor must have."""
    for column in columns:
        if not row.get(column):
            raise BuildError(f"{where}: row {row.get('id') or dict(row)} has no {column}")
