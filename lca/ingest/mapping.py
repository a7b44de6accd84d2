"""Mapping files `lca-map/1`: what the columns of a table of any kind are, in YAML. They apply to tables given beside them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from lca import unique_keys, wording
from lca.errors import InputError, shorten
from lca.ingest.log import Log
from lca.site import Zone
from lca.units import dimension_of

SCHEMA = "lca-map/1"
#: a mapping is small: what is larger is something else
LARGEST = 2**20
#: what a draft writes where the header does not say the unit; it is refused until somebody does
UNKNOWN = "???"
#: field of a row -> (where it stands in a run, its dimension: "" for text, "count" for bare numbers, "stamp" for times)
FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "id": (("id",), ""), "system": (("system",), ""), "stage": (("stage",), ""), "status": (("status",), ""),
    "start": (("start",), "stamp"), "end": (("end",), "stamp"), "duration": (("duration",), "time"),
    "country": (("location", "country"), ""), "subdivision": (("location", "subdivision"), ""), "grid_zone": (("location", "grid_zone"), ""),
    "cloud": (("location", "cloud"), ""), "region": (("location", "region"), ""), "site": (("location", "site"), ""),
    "pue": (("facility", "pue"), "count"), "wue": (("facility", "wue"), "water-intensity"),
    "device": (("devices", "model"), ""), "kind": (("devices", "kind"), ""), "count": (("devices", "count"), "count"),
    "device_hours": (("devices", "device_hours"), "time"), "utilisation": (("devices", "utilisation"), "ratio"),
    "device_power": (("devices", "power"), "power"), "energy": (("energy", "value"), "energy"),
    "co2e": (("declared", "co2e"), "co2e"), "water": (("declared", "water"), "volume"),
    **{n: (("work", n), "count") for n in ("requests", "tokens_in", "tokens_out", "tokens_trained", "samples", "images")},
    "flops": (("work", "flops"), "count"),
}  # fmt: skip
Boundary = Literal["accelerator", "cpu", "dram", "component_sum", "node", "rack", "it", "facility"]


def _unit(text: str) -> str:
    if text == UNKNOWN:
        raise ValueError("the unit is not stated; write the one in which the column is")
    try:
        dimension_of(text)
    except ValueError:
        raise ValueError("not a unit; write one such as s, W, Wh, kWh, J or kgCO2e") from None
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Column(_Strict):
    """One column: its unit, the form of its times (as strptime writes it), what its texts stand for."""

    column: Annotated[str, Field(min_length=1, max_length=300)]
    unit: Annotated[str, AfterValidator(_unit)] | None = None
    format: str | None = None
    values: dict[str, str] | None = None


class Energy(_Strict):
    """What the energy of each row is the energy of, and how it was found."""

    boundary: Boundary
    method: Literal["counter", "integrated", "scheduler", "bill", "modelled", "declared"] = "declared"
    includes_pue: bool = False


class Samples(_Strict):
    """A table of samples: power over time, or readings of a counter of energy, in one column per device or with a device column."""

    time: Column
    relative: bool = False  # times count from an unknown moment
    power: list[Column] = Field(default_factory=list)
    counter: list[Column] = Field(default_factory=list)
    device: str | None = None
    run: str | None = None
    boundary: Boundary

    @model_validator(mode="after")
    def _one_kind(self) -> Samples:
        if bool(self.power) == bool(self.counter):
            raise ValueError("samples need either columns of power or columns of a counter; give one of the two")
        missing = [c.column for c in [*self.power, *self.counter] if c.unit is None]
        if missing:
            raise ValueError(f"no unit for {shorten(missing[0])!r}; write one such as W or J")
        return self


class Mapping(_Strict):
    """How the tables that `match` names become runs: one per row (`columns`), or one per table of `samples`."""

    schema_: Annotated[Literal["lca-map/1"], Field(alias="schema")]
    match: Annotated[str, Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    header: list[str] | None = None  # names of the columns of a table without any
    time_zone: Zone | None = None
    columns: dict[str, Column] = Field(default_factory=dict)
    energy: Energy | None = None
    samples: Samples | None = None
    constants: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_two(self) -> Mapping:
        if bool(self.columns) == (self.samples is not None):
            raise ValueError("a mapping has either columns (a row is a run) or samples; give one of the two")
        for name, column in self.columns.items():
            if name not in FIELDS:
                raise ValueError(f"columns: {shorten(name)!r} is no field; known are {', '.join(FIELDS)}")
            dimension = FIELDS[name][1]
            if dimension not in ("", "count", "stamp", "ratio") and column.unit is None:
                raise ValueError(f"columns: {name} has no unit; write one of its dimension, {dimension}")
        if ("energy" in self.columns) != (self.energy is not None):
            raise ValueError("energy: a column of energy and its boundary belong together; give both")
        return self


PARTS: dict[str, type[BaseModel]] = {"columns": Column, "energy": Energy, "samples": Samples}


def load(log: Log) -> Mapping:
    """The mapping in a file. Raises InputError with what is wrong."""
    with log.binary() as handle:
        data = handle.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(
            log.shown, "too large for a mapping", "A mapping names columns; the table is a file of its own."
        )
    try:
        raw = unique_keys.of_yaml(data.decode(log.encoding))
        return Mapping.model_validate(raw)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        if isinstance(error, ValidationError):
            first = error.errors(include_url=False)[0]
            part = PARTS.get(str(first["loc"][0]), Mapping) if len(first["loc"]) > 1 else Mapping
            told = wording.fault(first, [f.alias or n for n, f in part.model_fields.items()])
            where = f"{log.shown}: {told.path}" if told.path else log.shown
            raise InputError(where, told.problem, told.remedy, told.found) from None
        if isinstance(error, unique_keys.RepeatedKey):
            raise InputError(log.shown, str(error), "Keep one of the two.") from None
        raise InputError(log.shown, f"not YAML: {shorten(str(error), 160)}", "Correct the mapping.") from None
