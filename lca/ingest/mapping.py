"""Mapping files `lca-map/1`: what the columns of a table of any kind are, in YAML. They apply to tables given beside them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from lca import unique_keys, wording
from lca.errors import InputError, shorten
from lca.ingest import cells
from lca.ingest.log import Log
from lca.site import Zone
from lca.units import dimension_of, parse, to_canonical

SCHEMA = "lca-map/1"
#: units of times since 1970
EPOCH_UNITS = tuple(name for name, *_ in cells.EPOCHS)
#: a mapping is small: what is larger is something else
LARGEST = 2**20
#: what a draft writes where the table does not say what must be known; it is refused until somebody does
UNKNOWN = "???"
#: field of a row -> (where it stands in a run, its dimension: "" for text, "count" for bare numbers, "stamp" for times)
FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "id": (("id",), ""), "system": (("system",), ""), "stage": (("stage",), ""), "status": (("status",), ""),
    "start": (("start",), "stamp"), "end": (("end",), "stamp"), "duration": (("duration",), "time"),
    "country": (("location", "country"), ""), "subdivision": (("location", "subdivision"), ""), "grid_zone": (("location", "grid_zone"), ""),
    "cloud": (("location", "cloud"), ""), "region": (("location", "region"), ""), "site": (("location", "site"), ""),
    "pue": (("facility", "pue"), "count"), "wue": (("facility", "wue"), "water-intensity"),
    "device": (("devices", "model"), ""), "kind": (("devices", "kind"), ""), "count": (("devices", "count"), "count"),
    "device_hours": (("devices", "device_hours"), "time"), "nodes": (("host", "count"), "count"), "utilisation": (("devices", "utilisation"), "ratio"),
    "device_power": (("devices", "power"), "power"), "energy": (("energy", "value"), "energy"), "power": (("energy", "value"), "power"),
    "co2e": (("declared", "co2e"), "co2e"), "water": (("declared", "water"), "volume"),
    **{n: (("work", n), "count") for n in ("requests", "tokens_in", "tokens_out", "tokens_trained", "samples", "images")},
    "flops": (("work", "flops"), "count"),
}  # fmt: skip
#: fields of which several columns add up: devices or parts side by side
ADDITIVE = ("energy", "power")
Boundary = Literal["accelerator", "cpu", "dram", "component_sum", "node", "rack", "it", "facility"]
Method = Literal["counter", "integrated", "scheduler", "bill", "modelled", "declared"]
#: forms of a duration of two parts, which alone may be minutes and seconds or hours and minutes
DURATIONS = {"M:S": "M:S", "H:M": "H:M", "H:M:S": ""}


def _unit(text: str) -> str:
    if text == UNKNOWN:
        raise ValueError("the unit is not stated; write the one in which the column is")
    try:
        dimension_of(cells.unit_named(text))
    except ValueError:
        raise ValueError("not a unit; write one such as s, W, Wh, kWh, J or kgCO2e") from None
    return cells.unit_named(text)


def _stated(text: str) -> str:
    if text == UNKNOWN:
        raise ValueError("it is not stated; write it instead of the question marks")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Column(_Strict):
    """One column: its unit, the form of its times (as strptime writes it; M:S or H:M of durations), what its texts stand for."""

    column: Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_stated)]
    unit: Annotated[str, AfterValidator(_unit)] | None = None
    format: Annotated[str, AfterValidator(_stated)] | None = None
    values: dict[str, str] | None = None
    clock: Annotated[str, Field(min_length=1, max_length=300)] | None = (
        None  # column of the time of day, beside one of the date
    )

    @property
    def names(self) -> list[str]:
        """The columns of the table in which it stands."""
        return [self.column] if self.clock is None else [self.column, self.clock]


_Several = Annotated[list[Column], Field(min_length=1, max_length=200)]
_Columns = Annotated[
    Annotated[Column, Tag("<one>")] | Annotated[_Several, Tag("<several>")],
    Discriminator(lambda raw: "<several>" if isinstance(raw, list) else "<one>"),
]


class Energy(_Strict):
    """What the energy of each row is the energy of, and how it was found. A profile may state the boundary instead."""

    boundary: Boundary | None = None
    method: Method = "declared"
    includes_pue: bool = False


class Samples(_Strict):
    """A table of samples, in one column per device or with columns that name the device.

    `power` is power over time, `counter` a reading of a counter of energy, `energy` what was used since the line before.
    `interval` is how long the first of those lines was, where that is known.
    """

    time: Column
    relative: bool = False  # times count from an unknown moment
    power: list[Column] = Field(default_factory=list)
    counter: list[Column] = Field(default_factory=list)
    energy: list[Column] = Field(default_factory=list)
    interval: str | None = None
    device: str | list[str] | None = None
    run: str | None = None
    boundary: Boundary | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Samples:
        if sum(map(bool, (self.power, self.counter, self.energy))) != 1:
            raise ValueError(
                "samples need columns of power, of a counter, or of energy per interval; give one of the three"
            )
        missing = [c.column for c in self.values if c.unit is None]
        if missing:
            raise ValueError(f"no unit for {shorten(missing[0])!r}; write one such as W or J")
        for column in self.values:
            if column.clock is not None:
                raise ValueError(f"{shorten(column.column)}: it is no time of a day; take clock out")
            try:
                to_canonical(column.unit or "", self.dimension)
            except ValueError as error:
                raise ValueError(f"{shorten(column.column)}: {error}") from None
        if self.interval is not None:
            if not self.energy:
                raise ValueError("interval belongs to columns of energy; take it out")
            if parse(self.interval, "time").value <= 0:
                raise ValueError("interval: must be more than 0; correct it, or take it out")
        if not self.relative and self.time.unit not in (None, *EPOCH_UNITS):
            raise ValueError(f"time: {self.time.unit} is no unit of times since 1970; write s, ms, us or ns")
        return self

    @property
    def values(self) -> list[Column]:
        """The columns that hold samples."""
        return self.power or self.counter or self.energy

    @property
    def dimension(self) -> str:
        """What they measure."""
        return "power" if self.power else "energy"

    @property
    def devices(self) -> list[str]:
        """Columns that tell devices apart."""
        return [self.device] if isinstance(self.device, str) else self.device or []


class Mapping(_Strict):
    """How the tables that `match` names become runs: one per row (`columns`), or one per table of `samples`.

    Columns of energy may be several, of devices or parts side by side: their sum counts. `power` of a row is its mean power, which its
    duration turns into energy.
    """

    schema_: Annotated[Literal["lca-map/1"], Field(alias="schema")]
    match: Annotated[str, Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    header: list[str] | None = None  # names of the columns of a table without any
    time_zone: Zone | None = None
    columns: dict[str, _Columns] = Field(default_factory=dict)
    energy: Energy | None = None
    samples: Samples | None = None
    constants: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_two(self) -> Mapping:
        if bool(self.columns) == (self.samples is not None):
            raise ValueError("a mapping has either columns (a row is a run) or samples; give one of the two")
        for name, given in self.columns.items():
            if name not in FIELDS:
                raise ValueError(f"columns: {shorten(name)!r} is no field; known are {', '.join(FIELDS)}")
            if isinstance(given, list) and name not in ADDITIVE:
                raise ValueError(f"columns: {name} has several columns; only those of {' and '.join(ADDITIVE)} add up")
            for column in self.of(name):
                _fitting(name, column, FIELDS[name][1])
        if all(name in self.columns for name in ADDITIVE):
            raise ValueError("columns: energy and power are the same energy twice; give one of the two")
        if "power" in self.columns and not {"duration", "end"} & self.columns.keys():
            raise ValueError("columns: power needs the duration of each row; name its column")
        if self.energy is not None and not any(name in self.columns for name in ADDITIVE):
            raise ValueError("energy: there is no column of energy; name it under columns, or take energy out")
        return self

    def of(self, name: str) -> list[Column]:
        """The columns of a field: one, or several of energy or power whose sum counts."""
        given = self.columns[name]
        return given if isinstance(given, list) else [given]


def _fitting(name: str, column: Column, dimension: str) -> None:
    """Raise ValueError where the unit or the form of a column is not one of its field."""
    if column.clock is not None and dimension != "stamp":
        raise ValueError(f"columns: {name} is no time of a day; take clock out")
    if dimension == "time" and column.format is not None and column.format not in DURATIONS:
        raise ValueError(f"columns: {name} has a form that no duration has; write one of {', '.join(DURATIONS)}")
    if dimension == "stamp" and column.unit not in (None, *EPOCH_UNITS):
        raise ValueError(f"columns: {name} has no unit of times since 1970; write s, ms, us or ns")
    if dimension in ("", "count", "ratio", "stamp"):
        return
    if column.unit is None and column.format is None:
        raise ValueError(f"columns: {name} has no unit; write one of its dimension, {dimension}")
    if column.unit is not None:
        try:
            to_canonical(column.unit, dimension)
        except ValueError as error:
            raise ValueError(f"columns: {name}: {error}") from None


PARTS: dict[str, type[BaseModel]] = {"columns": Column, "energy": Energy, "samples": Samples}


def load(log: Log) -> Mapping:
    """The mapping in a file. Raises InputError with what is wrong."""
    with log.binary() as handle:
        data = handle.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(
            log.shown, "too large for a mapping", "A mapping names columns; the table is a file of its own."
        )
    import yaml

    try:
        return Mapping.model_validate(unique_keys.of_yaml(data.decode(log.encoding, "replace")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        part = PARTS.get(str(first["loc"][0]), Mapping) if len(first["loc"]) > 1 else Mapping
        words = wording.fault(first, [f.alias or n for n, f in part.model_fields.items()])
        where = f"{log.shown}: {words.path}" if words.path else log.shown
        raise InputError(where, words.problem, words.remedy, words.found) from None
    except unique_keys.RepeatedKey as error:
        raise InputError(log.shown, str(error), "Keep one of the two.") from None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(log.shown, f"not YAML: {shorten(str(error), 160)}", "Correct the mapping.") from None
