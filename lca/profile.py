"""Profiles: the choices of one report, as data. Shipped ones are YAML files in `lca/profiles/`; users extend them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, Field, PrivateAttr, ValidationError

from lca import unique_keys, wording
from lca.catalogue.dimensions import FACTORS
from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.labels import GROUPS, is_group
from lca.catalogue.lookup import Choices
from lca.catalogue.lookups import LEVELS, LOOKUPS, PERIODS
from lca.errors import ProfileError, nearest, shorten
from lca.fields import OrNull, worded
from lca.fuels import Fuel, Refrigerant
from lca.instrument import Holding
from lca.purchase import LifetimeUse, Purchase
from lca.run import Location
from lca.site import Assign, Role, Site, Strict, SupplierFigure
from lca.statements import (
    SEVERAL,
    SINGLE,
    Edition,
    Exclusion,
    ModelCard,
    Organisation,
    Period,
    Review,
    SignOff,
    Study,
    Supplied,
)
from lca.time_parts import EVER, Within
from lca.units import Quantity

SHIPPED = Path(__file__).resolve().parent / "profiles"
_MAX_DEPTH = 8


def _unfilled(period: Any) -> Any:
    """A period of which `lca init` wrote the keys and nobody the days is none; of several there is no report."""
    if isinstance(period, list):
        held = sorted((str(p.get("start")), str(p.get("end"))) for p in period if isinstance(p, dict))
        if any(after <= end for (_, end), (after, _) in pairwise(held)):
            raise ValueError("it overlaps itself: days stand in two of its entries; write one start and one end")
        raise ValueError("a report has one period; write one start and one end, and a profile for each other period")
    return None if period == {"start": None, "end": None} else period


class Pin(Strict):
    """A value that replaces what the catalogue gives, with the reason; `where` limits it (system, country, run ...)."""

    quantity: str
    value: Annotated[
        str | float | dict[str, Any], worded("neither a number nor a text; write 1.2, or a quantity with its unit")
    ]
    reason: Annotated[str, Field(min_length=5)]
    where: dict[str, str] = Field(default_factory=dict)


Development = Literal["data", "experimentation", "training", "finetuning", "evaluation"]
#: the stages that a service carries where its profile does not say
DEVELOPMENT: tuple[Development, ...] = ("data", "experimentation", "training", "finetuning")


class Service(Strict):
    """A system in service: its development is spread over the work expected over its service life."""

    system: str
    work: Literal["requests", "tokens_in", "tokens_out", "samples", "images"]
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    stages: Annotated[list[Development], Field(min_length=1)] = Field(default_factory=lambda: [*DEVELOPMENT])
    reason: Annotated[str, Field(min_length=5)]


class Forbid(Strict):
    """Steps of fallback that are not allowed."""

    levels: list[str] = Field(default_factory=list)
    periods: list[str] = Field(default_factory=list)


class Uncertainty(Strict):
    """Draws of the Monte Carlo simulation (0: no intervals), its seed, and the coefficients of the pedigree matrix.

    `v2` are those of Ciroth et al. 2016, `v1` those of ecoinvent 2; `none` leaves only the intervals that are stated.
    """

    draws: Literal[0] | Annotated[int, Field(ge=100, le=20000)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    pedigree: Literal["v1", "v2", "none"] = "v2"

    def draw(self) -> tuple[int, int, str]:
        """Number, seed, coefficients."""
        return self.draws, self.seed, self.pedigree


class Factors(Strict):
    """Factor sets: named ones first, and those left out."""

    order: list[str] = Field(default_factory=list)
    without: list[str] = Field(default_factory=list)


class Profile(Strict):
    """The choices of one report. Every field is quoted in the report."""

    id: str
    title: str = ""
    description: str = ""
    extends: str | None = None
    organisation: Annotated[Organisation, OrNull(Organisation)] = Field(default_factory=Organisation)
    period: Annotated[Period | None, BeforeValidator(_unfilled)] = None
    undated: Literal["exclude", "include"] | None = None
    report: Annotated[Edition, OrNull(Edition)] = Field(default_factory=Edition)
    functional_unit: str | None = None
    study: Annotated[Study, OrNull(Study)] = Field(default_factory=Study)
    models: Annotated[dict[str, Annotated[ModelCard, OrNull(ModelCard)]], OrNull(dict)] = Field(default_factory=dict)
    exclusions: Annotated[list[Exclusion], OrNull(list)] = Field(default_factory=list)
    reviews: Annotated[list[Review], OrNull(list)] = Field(default_factory=list)
    sign_off: Annotated[SignOff, OrNull(SignOff)] = Field(default_factory=SignOff)
    supplied: Annotated[Supplied, OrNull(Supplied)] = Field(default_factory=Supplied)
    conformity: Annotated[dict[str, Literal["claimed", "partly", "not claimed"]], OrNull(dict)] = Field(
        default_factory=dict
    )
    disclosures: Annotated[list[str], OrNull(list)] = Field(default_factory=list)
    sites: dict[str, Site] = Field(default_factory=dict)
    assign: list[Assign] = Field(default_factory=list)
    factor_sets: Factors = Field(default_factory=Factors)
    fallback: dict[str, list[str]] = Field(default_factory=dict)
    forbid: Forbid = Field(default_factory=Forbid)
    max_scale_up: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 2.0
    max_tier: Annotated[int, Field(ge=1, le=4)] = 4
    rules_off: list[str] = Field(default_factory=list)
    lifetime_utilisation: LifetimeUse | None = None
    embodied_allocation: Literal["reserved-time", "active-time", "energy-share"] = "reserved-time"
    grid_matching: Literal["annual", "hourly"] = "annual"
    idle_allocation: Literal["reserved-time", "active-time", "energy", "none"] = "reserved-time"
    services: list[Service] = Field(default_factory=list)
    pins: list[Pin] = Field(default_factory=list)
    view: Literal["life-cycle", "ghg-protocol", "sci"] = "life-cycle"
    role: Role | None = None
    cloud_rental: Literal["purchased-service", "leased-asset"] = "purchased-service"
    purchases: list[Purchase] = Field(default_factory=list)
    instruments: Annotated[list[Holding], OrNull(list)] = Field(default_factory=list)
    instrument_evidence: Literal["required", "claimed"] = "required"
    supplier_figures: list[SupplierFigure] = Field(default_factory=list)
    fuels: list[Fuel] = Field(default_factory=list)
    refrigerants: list[Refrigerant] = Field(default_factory=list)
    severities: dict[str, Literal["error", "warning", "info", "off"]] = Field(default_factory=dict)
    uncertainty: Uncertainty = Field(default_factory=Uncertainty)
    runs_shown: Annotated[int, Field(ge=1, le=1000)] = 50
    _folder: Path | None = PrivateAttr(default=None)  # of its file, from which logo and messages are read

    @property
    def folder(self) -> Path | None:
        """Folder of the file that the profile was read from."""
        return self._folder

    @property
    def sha256(self) -> str:
        """Digest of the profile as applied, whatever the layout of its file."""
        return hashlib.sha256(json.dumps(self.quoted(), sort_keys=True, default=str).encode()).hexdigest()

    def quoted(self) -> dict[str, Any]:
        """The profile as data, for the report."""
        data = self.model_dump(mode="json", exclude_none=True)
        for name in {"logo", "language"} & set(data["report"]):  # a path may name a home folder
            data["report"][name] = re.split(r"[/\\]", data["report"][name])[-1]
        return _filled(data)

    def stated(self, path: str, system: str = "") -> Any:
        """A statement by its path (`study.commissioner`; `models.version` of a system); None where there is none."""
        group, _, name = path.partition(".")
        held: Any = self.models.get(system) if group == "models" else getattr(self, group)
        held = getattr(held, name) if name and held is not None else held
        return None if held in ("", []) else held

    def within(self) -> Within:
        """The time whose runs count: of those without a date, in a period, only where the profile includes them."""
        if self.period is None:
            return EVER
        return Within.of(self.period.start, self.period.end, self.undated == "include")

    def locations(self) -> dict[str, Location]:
        """Location of each site."""
        return {
            name: Location(
                country=s.country, subdivision=s.subdivision, grid_zone=s.grid_zone, cloud=s.cloud, region=s.region
            )
            for name, s in self.sites.items()
        }

    def choices(self) -> Choices:
        """What the profile says about lookups."""
        pins = []
        for number, pin in enumerate(self.pins):
            looked_up = next((n for n in LOOKUPS if n.column == pin.quantity), None)
            if looked_up is None:
                raise ProfileError(f"profile {self.id}: pins[{number}].quantity", "nothing of this name can be pinned",
                                   f"Use one of {', '.join(dict.fromkeys(n.column for n in LOOKUPS))}.", pin.quantity)  # fmt: skip
            pins.append((pin.quantity, pin.where, self._pin(number, pin, looked_up.quantity)))
        sites = {
            (name, column): _own(
                f"site:{name}:{column}", column, quantity, site.source or f"profile {self.id}, site {name}"
            )
            for name, site in self.sites.items()
            for column, quantity in (("pue", site.pue), ("wue", site.wue))
            if quantity is not None
        }
        return Choices(
            self.fallback, frozenset(self.forbid.levels), frozenset(self.forbid.periods), self.max_tier, pins, sites
        )

    def _pin(self, number: int, pin: Pin, quantity: str) -> Factor:
        where = f"profile {self.id}: pins[{number}]"
        for key in pin.where:
            if not is_group(key):
                raise ProfileError(
                    f"{where}.where",
                    "runs cannot be told apart by it",
                    f"Use one of {', '.join(GROUPS)}, tag:NAME.",
                    shorten(key),
                )
        try:
            read = FACTORS[quantity].read(pin.value if isinstance(pin.value, dict) else str(pin.value))
        except ValueError as error:
            problem, _, remedy = str(error).partition("; ")
            raise ProfileError(f"{where}.value", problem, f"{remedy[:1].upper()}{remedy[1:]}." if remedy else "Correct the value.",
                               shorten(str(pin.value))) from None  # fmt: skip
        return _own(f"pin:{number}:{pin.quantity}", pin.quantity, read, pin.reason)


def with_assigned(profile: Profile, rules: Sequence[dict[str, Any]]) -> Profile:
    """The profile with more `assign` rules before its own. Raises ProfileError."""
    if not rules:
        return profile
    try:
        made = [Assign.model_validate(rule) for rule in rules]
    except ValidationError as error:
        told = wording.fault(error.errors(include_url=False)[0])
        raise ProfileError(f"assign: {told.path}", told.problem, told.remedy, told.found) from None
    return profile.model_copy(update={"assign": [*made, *profile.assign]})


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """What is stated at all: empty maps, lists and texts say nothing."""
    made = {k: _filled(v) if isinstance(v, dict) else v for k, v in data.items()}
    return {k: v for k, v in made.items() if v not in ({}, [], "")}


def with_disclosures(profile: Profile, names: Sequence[str]) -> Profile:
    """The profile with more disclosures after its own."""
    more = [name for name in dict.fromkeys(names) if name not in profile.disclosures]
    return profile.model_copy(update={"disclosures": [*profile.disclosures, *more]}) if more else profile


#: parts of a profile that have keys of their own
PARTS: dict[str, type[BaseModel]] = {
    "sites": Site, "pins": Pin, "purchases": Purchase, "fuels": Fuel, "supplier_figures": SupplierFigure, "refrigerants": Refrigerant, "instruments": Holding, "forbid": Forbid, "factor_sets": Factors, "services": Service, "assign": Assign,
    "uncertainty": Uncertainty, "models": ModelCard, **{name: made for name, (made, _) in (*SINGLE.items(), *SEVERAL.items())},
}  # fmt: skip


def _own(identity: str, column: str, quantity: Quantity, why: str) -> Factor:
    return Factor(
        id=identity, quantity=column, key=("",) * len(KEYS), name=column, first_year=None, last_year=None,
        value=quantity.value, low=quantity.low, high=quantity.high, unit="", printed=quantity.text, scope="profile",
        source="profile", evidence="own", notes=why, set_id="profile", distribution=quantity.distribution or "normal",
    )  # fmt: skip


def names() -> list[str]:
    """Identifiers of the shipped profiles."""
    return sorted(p.stem for p in SHIPPED.glob("*.yaml"))


def load(profile: str | Path | dict[str, Any] | Profile = "default") -> Profile:
    """A shipped profile by name, a YAML or JSON file, or data. `extends` is resolved; maps merge, all else replaces.

    Raises ProfileError with file and field for whatever is wrong.
    """
    if isinstance(profile, Profile):
        return profile
    data, where = _raw(profile, None, 0)
    try:
        made = Profile.model_validate(data)
    except ValidationError as error:
        # an unknown key first: what is missing may stand under it
        first = min(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
        part: type[BaseModel] = PARTS.get(str(first["loc"][0]), Profile) if len(first["loc"]) > 1 else Profile
        told = wording.fault(first, list(part.model_fields))
        raise ProfileError(f"{where}: {told.path}", told.problem, told.remedy, told.found) from None
    _check(made, where)
    if isinstance(profile, str | Path) and str(profile) not in names():
        made._folder = Path(profile).parent
    return made


def _raw(profile: str | Path | dict[str, Any], base: Path | None, depth: int) -> tuple[dict[str, Any], str]:
    if depth > _MAX_DEPTH:
        raise ProfileError(str(profile), "`extends` goes round in a ring or too deep", "Extend a shipped profile.")
    where, folder = "profile", base
    if isinstance(profile, dict):
        data: Any = profile
    else:
        path = SHIPPED / f"{profile}.yaml" if str(profile) in names() else Path(profile)
        if base is not None and not path.is_absolute() and not path.exists():
            path = base / path
        where, folder = str(profile), path.parent
        try:
            data = unique_keys.of_yaml(path.read_text("utf-8-sig"))
        except FileNotFoundError:
            raise ProfileError(
                where, "no such profile", f"Use one of {', '.join(names())}, or the path of a YAML file."
            ) from None
        except (OSError, ValueError, yaml.YAMLError) as error:  # a date such as 2024-13-01 is a ValueError
            raise ProfileError(where, f"cannot be read: {shorten(str(error), 200)}", "Correct the YAML.") from None
        except RecursionError:
            raise ProfileError(where, "it is nested too deeply", "Correct the YAML.") from None
        if isinstance(data, dict):
            data.setdefault("id", path.stem)
    if not isinstance(data, dict):
        raise ProfileError(where, "not a map of fields", "Write fields such as `extends: default`.")
    parent = data.get("extends", "default" if data.get("id") != "default" else None)
    if parent is None:
        return data, where
    if not isinstance(parent, str):
        raise ProfileError(where, "`extends` is not a name", "Name one profile.", shorten(parent))
    inherited, _ = _raw(parent, folder, depth + 1)
    merged = {**_merge(inherited, data), "id": data.get("id", "user")}
    return merged, where


def _merge(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in own.items():
        out[key] = _merge(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out


def _check(made: Profile, where: str) -> None:
    known = {n.quantity for n in LOOKUPS}
    for quantity, levels in made.fallback.items():
        if quantity not in known:
            near = nearest(quantity, known)
            raise ProfileError(f"{where}: fallback.{quantity}", "no factor of this name is looked up",
                               f"The nearest known is {near}." if near else f"Use one of {', '.join(sorted(known))}.")  # fmt: skip
        for level in levels:
            _one_of(level, set(LEVELS), f"{where}: fallback.{quantity}")
    for level in made.forbid.levels:
        _one_of(level, set(LEVELS), f"{where}: forbid.levels")
    for period in made.forbid.periods:
        _one_of(period, set(PERIODS), f"{where}: forbid.periods")
    if made.period is not None and made.period.end < made.period.start:
        raise ProfileError(f"{where}: period", "it ends before it starts", "Correct one of the two dates.")
    if made.period is None and made.undated == "exclude":
        raise ProfileError(f"{where}: undated", "it leaves out runs without a date, and the profile states no period",
                           "State the period, or leave undated out.", "exclude")  # fmt: skip
    panel = any(r.kind == "critical-review" and r.level == "panel" for r in made.reviews)
    if made.study.comparative_assertion_public and not panel:
        raise ProfileError(f"{where}: study.comparative_assertion_public", "a comparison of products that is told to the public needs a critical review by a panel (ISO 14044, 6.3)",
                           "List that review under reviews, with kind critical-review and level panel, or state false.", "true")  # fmt: skip
    twice = [s.system for i, s in enumerate(made.services) if s.system in {t.system for t in made.services[:i]}]
    if twice:
        raise ProfileError(f"{where}: services", "one system is there twice: its development would be spread twice",
                           "Keep one entry per system.", shorten(twice[0]))  # fmt: skip
    for number, holding in enumerate(made.instruments):
        if holding.site is not None and holding.site not in made.sites:
            near = nearest(holding.site, set(made.sites))
            raise ProfileError(f"{where}: instruments[{number}].site", "no site of the profile has this name",
                               f"The nearest is {near}." if near else "List it under `sites`.", shorten(holding.site))  # fmt: skip
    for name, location in made.sites.items():
        try:
            Location(country=location.country, subdivision=location.subdivision)
        except ValidationError as error:
            told = wording.fault(error.errors(include_url=False)[0])
            path = f"{where}: sites.{name}" + (f".{told.path}" if told.path else "")
            raise ProfileError(path, told.problem, told.remedy, told.found) from None


def _one_of(name: str, known: set[str], where: str) -> None:
    if name not in known:
        raise ProfileError(where, "unknown step", f"Use one of {', '.join(sorted(known))}.", shorten(name))
