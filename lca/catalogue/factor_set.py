"""Reads factor sets: folders with `datapackage.json` and CSV tables (Frictionless Data Package)."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lca import delimiters, unique_keys, units
from lca.catalogue.dimensions import FACTORS
from lca.catalogue.series import COLUMNS, check_name
from lca.catalogue.series import read as read_hours
from lca.distribution import KINDS, Z
from lca.errors import FactorError, shorten
from lca.fields import Sized, country_code
from lca.territories import canonical

#: columns that a lookup may match on, in the order of their canonical key
KEYS = ("geography", "provider", "region", "device", "class", "stage", "technology")
#: a whole number of devices, or the share of one
_UNITS = re.compile(r"[1-9]\d{0,5}(?:/[1-9]\d{0,5})?")
#: indicators of the pedigree matrix, in the order of their scores
INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological")


class Factor(NamedTuple):
    """One row of a factor set; value and interval in the canonical unit, `printed` as the source gives it."""

    id: str
    quantity: str
    key: tuple[str, ...]
    name: str
    first_year: int | None
    last_year: int | None
    value: float
    low: float
    high: float
    unit: str
    printed: str
    scope: str
    source: str
    evidence: str
    notes: str
    set_id: str
    replaces: str = ""
    series: str = ""  # file of the hours, whose mean is the value
    distribution: str = ""  # form of the interval, where the row says it itself
    gwp: str = ""  # report of the IPCC, "CO2 only" or "not stated"; empty: see the set
    losses: str = ""  # whether losses of the grid are inside or outside; empty: not known
    accounting: str = ""  # what a grid factor is an average of: generation, consumption or supply


@dataclass
class FactorSet:
    """A set with its sources and registries."""

    id: str
    title: str
    version: str
    sha256: str
    licence: str
    description: str
    path: Path
    gwp: str = ""  # which greenhouse gases and global warming potentials its CO2e holds, where it holds any
    kinds: dict[str, str] = field(default_factory=dict)  # quantity -> kind of factor, which says how wide it is
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)
    devices: list[dict[str, str]] = field(default_factory=list)
    instances: list[dict[str, str]] = field(default_factory=list)
    profiles: list[dict[str, str]] = field(default_factory=list)
    regions: list[dict[str, str]] = field(default_factory=list)
    zones: list[dict[str, str]] = field(default_factory=list)  # shares of areas in grid zones: `catalogue.grid_zones`
    exclusions: list[dict[str, str]] = field(default_factory=list)
    models: list[dict[str, str]] = field(default_factory=list)
    levers: list[dict[str, str]] = field(default_factory=list)
    markets: list[dict[str, str]] = field(default_factory=list)  # see `catalogue.markets`, as the next two
    areas: list[dict[str, str]] = field(default_factory=list)
    residual_mixes: list[dict[str, str]] = field(default_factory=list)
    technologies: list[dict[str, str]] = field(default_factory=list)
    uncertainty: list[dict[str, str]] = field(default_factory=list)  # see `catalogue.pedigree`


def find(folder: Path) -> list[Path]:
    """Folders below `folder` that hold a factor set, in order of name."""
    return sorted(p.parent for p in folder.rglob("datapackage.json"))


def read(folder: Path) -> FactorSet:
    """One factor set. Raises FactorError with file, row and field for whatever is wrong with it."""
    package = _package(folder / "datapackage.json")
    made = FactorSet(
        id=str(package["name"]), title=str(package.get("title") or package["name"]),
        version=str(package.get("version") or ""), sha256=_digest(folder), path=folder,
        licence=", ".join(dict.fromkeys(str(x.get("name") or x.get("title") or "") for x in package.get("licenses") or [])),
        description=str(package.get("description") or ""),
        gwp=_gwp(package),
        kinds=_kinds(package, str(folder / "datapackage.json")),
        sources={str(s.get("key")): s for s in package.get("sources") or []},
    )  # fmt: skip
    if not made.version:
        raise FactorError(str(folder / "datapackage.json"), "no version", "Give the set a version, such as 2026.1.")
    table = str(folder / "factors.csv")
    for row, record in _rows(folder / "factors.csv", required=False):
        made.factors.append(_factor(record, made, f"{table}: row {row}"))
    made.devices = _registry(folder / "devices.csv", ("id", "name", "class"))
    made.instances = _registry(folder / "instances.csv", ("name", "device", "devices_per_instance"))
    made.profiles = _registry(folder / "profiles.csv", ("device", "profile", "processor_share", "memory_share"))
    made.regions = _registry(folder / "regions.csv", ("provider", "region", "country", "subdivision"))
    made.zones = _registry(folder / "zones.csv", ("geography", "zone", "share"))
    made.exclusions = _registry(folder / "exclusions.csv", ("id", "part", "reason", "source"))
    for record in made.exclusions:
        if record["source"] not in made.sources:
            raise FactorError(f"{folder / 'exclusions.csv'}: {record['id']}: source", "no such key among the sources of "
                              "datapackage.json", "Add the source with title, publisher, year and address.",
                              shorten(record["source"]))  # fmt: skip
    made.models = _registry(folder / "models.csv", ("id", "name", "architecture"))
    made.levers = _registry(
        folder / "levers.csv", ("id", "lever", "phase", "effect", "stance", "verdict", "source", "evidence")
    )
    made.markets = _registry(folder / "markets.csv", ("market", "name", "source", "evidence"))
    made.areas = _registry(folder / "areas.csv", ("geography", "market", "source", "evidence"))
    made.residual_mixes = _registry(
        folder / "residual_mixes.csv", ("geography", "status", "publisher", "figure", "source", "evidence")
    )
    made.technologies = _registry(folder / "technologies.csv", ("technology", "aliases", "source", "evidence"))
    made.uncertainty = _registry(folder / "uncertainty.csv", ("quantity", "distribution", *INDICATORS, "why"))
    return made


def _gwp(package: dict[str, Any]) -> str:
    own = package.get("lca")
    told = str(own.get("gwp") or "") if isinstance(own, dict) else ""
    return "" if told == "none" else told


def _kinds(package: dict[str, Any], where: str) -> dict[str, str]:
    """Kinds of the set's quantities (`lca.kind`): an object by quantity, or one kind for all, under an empty name."""
    own = package.get("lca")
    kinds = own.get("kind") if isinstance(own, dict) else None
    if kinds is None:
        return {}
    named = {"": kinds} if isinstance(kinds, str) else kinds
    if not isinstance(named, dict) or not all(isinstance(kind, str) for kind in named.values()):
        raise FactorError(f"{where}: lca.kind", "neither a kind nor an object of them by quantity",
                          "Write a kind such as plant-inventory; `lca factors uncertainty/kinds` lists them.")  # fmt: skip
    return {str(quantity): kind for quantity, kind in named.items()}


def _registry(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a registry. All columns named must be there, all but the last filled; numbers of devices are counts."""
    rows = list(_rows(path, required=False))
    for number, record in rows:
        for name in columns:
            if name not in record or (not record[name].strip() and name != "subdivision"):
                raise FactorError(
                    f"{path}: row {number}: {name}", "it is missing", f"The file needs {', '.join(columns)}."
                )
        for name in ("devices_per_instance", "processor_share", "memory_share"):
            if name in columns and not _UNITS.fullmatch(record[name]):
                raise FactorError(f"{path}: row {number}: {name}", "not a count", "Write a whole number, or a share such as 1/6.",
                                  shorten(record[name]))  # fmt: skip
    return [record for _, record in rows]


def _package(path: Path) -> dict[str, Any]:
    try:
        package = unique_keys.of_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FactorError(str(path), f"cannot be read: {error}", "Write a Frictionless datapackage.json.") from None
    if not isinstance(package, dict) or not package.get("name"):
        raise FactorError(str(path), "no `name`", "Give the set a name; it is cited by it.")
    for field_name in ("sources", "licenses"):
        entries = package.get(field_name) or []
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise FactorError(str(path), f"`{field_name}` is not a list of objects", "See factors/README.md.")
    return package


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in (".csv", ".json", ".gz", ".parquet"):
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _rows(path: Path, required: bool) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        if required:
            raise FactorError(str(path), "the file is missing", "Add it.")
        return
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            table = csv.reader(handle)
            header = next(table, [])
            if between := delimiters.instead_of_commas(header):
                raise FactorError(
                    str(path), f"it has {between} between its cells", f"{delimiters.REMEDY.capitalize()}."
                )
            for number, cells in enumerate((cells for cells in table if cells), start=2):
                if len(cells) != len(header):
                    raise FactorError(
                        f"{path}: row {number}", "it has not as many cells as the header", "Correct the row."
                    )
                yield number, dict(zip(header, cells, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FactorError(str(path), f"cannot be read: {error}", "Save it as CSV in UTF-8.") from None


@lru_cache(maxsize=1024)
def _scale(unit: str, quantity: str) -> tuple[str, float]:
    """Dimension of a unit of a quantity, and what it is times the canonical unit."""
    dimension = _dimension(unit, FACTORS.get(quantity))
    return dimension, units.to_canonical(unit, dimension)


def _dimension(unit: str, known: Sized | None) -> str:
    """Dimension of a unit: that of the quantity where it fits, since MJ is energy as well as primary energy."""
    if known is not None:
        try:
            units.to_canonical(unit, known.dimension)
            return known.dimension
        except ValueError:
            pass
    return units.dimension_of(unit)


def _factor(record: dict[str, str], made: FactorSet, where: str) -> Factor:
    def need(field_name: str) -> str:
        text = (record.get(field_name) or "").strip()
        if not text:
            raise FactorError(f"{where}: {field_name}", "it is empty", "Every factor has id, quantity, value, unit, "
                              "scope, source and evidence.")  # fmt: skip
        return text

    def number(field_name: str) -> float:
        text = (record.get(field_name) or "").strip()
        if not text and field_name != "value":
            return math.nan
        try:
            got = float(text)
        except ValueError:
            got = math.nan
        if not math.isfinite(got):
            raise FactorError(f"{where}: {field_name}", "not a finite number",
                              "Leave a row out whose value is not available; NA is never zero.", shorten(text))  # fmt: skip
        return got

    def year(field_name: str) -> int | None:
        text = (record.get(field_name) or "").strip()
        if not text:
            return None
        if len(text) < 4 or not text[:4].isdigit():
            raise FactorError(f"{where}: {field_name}", "not a date", "Write YYYY-MM-DD or YYYY.", shorten(text))
        return int(text[:4])

    unit, quantity = need("unit"), need("quantity")
    known = FACTORS.get(quantity)
    try:
        dimension, scale = _scale(unit, quantity)
    except ValueError as error:
        raise FactorError(f"{where}: unit", str(error), "Write a unit such as gCO2e/kWh.", shorten(unit)) from None
    source = need("source")
    if source not in made.sources:
        raise FactorError(f"{where}: source", "no such key among the sources of datapackage.json",
                          "Add the source with title, publisher, year and address.", shorten(source))  # fmt: skip
    basis = _basis(record, where)
    hours = _series(record, quantity, made, where)
    if hours and not (record.get("value") or "").strip():
        record = {**record, "value": f"{np.nanmean(read_hours(hours).column(quantity)):.6g}"}
    value, low, high = number("value"), number("low"), number("high")
    low, high = _of_gsd(number("gsd"), value, low, high, f"{where}: gsd")
    form = (record.get("distribution") or "").strip()
    if form and form not in KINDS:
        raise FactorError(f"{where}: distribution", "unknown distribution", f"Use {', '.join(KINDS)}.", shorten(form))
    if known is not None and known.dimension != dimension:
        raise FactorError(
            f"{where}: unit", f"{quantity} is no {dimension}", f"Use {units.DIMENSIONS[known.dimension][1]}.", unit
        )
    limit = known or Sized(dimension)
    if not limit.minimum <= value * scale <= limit.maximum or (limit.open_minimum and value <= 0):
        raise FactorError(
            f"{where}: value", f"outside the range of {quantity}", "Correct the value or its unit.", record["value"]
        )
    if low > value or high < value:
        raise FactorError(f"{where}: low, high", "the interval does not surround the value", "Correct the interval.")
    first, last = year("valid_from"), year("valid_to")
    if first is not None and last is not None and last < first:
        raise FactorError(f"{where}: valid_to", "it lies before valid_from", "Correct the two dates.")
    return Factor(
        id=need("id"), quantity=quantity, key=_key(record),
        name=record.get("name") or "", first_year=first, last_year=last,
        value=value * scale, low=low * scale, high=high * scale,
        unit=units.DIMENSIONS[dimension][0], printed=f"{record['value'].strip()} {unit}" if unit != "1" else record["value"],
        scope=need("scope"), source=source, evidence=need("evidence"), notes=record.get("notes") or "",
        set_id=made.id, replaces=record.get("replaces") or "", series=hours, distribution=form,
        gwp=basis["gwp"], losses=basis["losses"], accounting=basis["accounting"],
    )  # fmt: skip


#: what the columns of the basis of a grid factor may say, beside nothing; `gwp` is free
_BASES = {"gwp": (), "losses": ("inside", "outside"), "accounting": ("generation", "consumption", "supply")}


def _basis(record: dict[str, str], where: str) -> dict[str, str]:
    """What a grid factor rests on: global warming potentials, losses of the grid, and what it is an average of."""
    found = {name: (record.get(name) or "").strip() for name in _BASES}
    for name, allowed in _BASES.items():
        if allowed and found[name] and found[name] not in allowed:
            raise FactorError(f"{where}: {name}", "unknown word", f"Use {', '.join(allowed)}, or leave it empty.",
                              shorten(found[name]))  # fmt: skip
    return found


def _key(record: dict[str, str]) -> tuple[str, ...]:
    """The key columns of a row; a territory stands under its own code, whichever of its codes is written."""
    place, *others = ((record.get(name) or "").strip() for name in KEYS)
    return canonical(place), *others


def _of_gsd(gsd: float, value: float, low: float, high: float, where: str) -> tuple[float, float]:
    """The interval that a geometric standard deviation gives; as it is where there is none."""
    if math.isnan(gsd):
        return low, high
    if gsd < 1:
        raise FactorError(
            where, "a geometric standard deviation is at least 1", "Give GSD, not its logarithm.", f"{gsd:g}"
        )
    if not (math.isnan(low) and math.isnan(high)):
        raise FactorError(where, "the row gives an interval too", "Give gsd, or low and high.", f"{gsd:g}")
    return value / gsd**Z, value * gsd**Z


def _series(record: dict[str, str], quantity: str, made: FactorSet, where: str) -> str:
    """Path of the file of hours, empty for a factor that has none."""
    name = (record.get("series") or "").strip()
    if bool(name) != (quantity in COLUMNS):
        if name:
            raise FactorError(
                f"{where}: series", f"{quantity} has no hours", f"Use {' or '.join(COLUMNS)}.", shorten(name)
            )
        raise FactorError(
            f"{where}: series", f"{quantity} needs the file of its hours", "Name the file beside factors.csv."
        )
    if not name:
        return ""
    zone = (record.get("geography") or "").strip()
    if not is_zone(zone):
        raise FactorError(f"{where}: geography", "not the code of a grid zone", "Use ISO 3166, such as DE or US-CA, or a zone "
                          "that begins with its country, such as SE-EL-SE3.", shorten(zone))  # fmt: skip
    return check_name(made.path, name, where)


def is_zone(code: str) -> bool:
    """Whether a code is a country or begins with one."""
    country, dash, rest = code.partition("-")
    try:
        return len(country) == 2 and country_code(country) == country and bool(rest) == bool(dash)
    except ValueError:
        return False
