"""Types of the fields of a run log: quantities with a dimension, names, counts, times, and codes of places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import CoreSchema, core_schema

from lca import units
from lca.distribution import KINDS
from lca.territories import SUBDIVISIONS, USER_ASSIGNED
from lca.units import Quantity


def read_quantity(raw: Any, *, dimension: str, minimum: float, maximum: float, open_minimum: bool) -> Quantity:
    """A quantity as a log writes it, in canonical units. Raises ValueError with what was found and what would do."""
    if type(raw) is str:
        got = units.parse(raw, dimension)
    elif isinstance(raw, Quantity):
        got = raw
    elif isinstance(raw, dict):
        got = _from_object(raw, dimension)
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
        got = Quantity(float(raw) * units.to_canonical("", dimension), text=repr(raw))
    else:
        raise ValueError(f"not a quantity; write {units.DIMENSIONS[dimension][1]}")
    if not math.isfinite(got.value):
        raise ValueError("not a finite number")
    for number in (got.value, got.low, got.high):
        if number < minimum or (open_minimum and number <= minimum):
            least = "more than" if open_minimum else "at least"
            raise ValueError(f"must be {least} {minimum:g}")
        if number > maximum:
            raise ValueError(f"must be at most {maximum:g}")
    return got


def _from_object(raw: dict[str, Any], dimension: str) -> Quantity:
    extra = set(raw) - {"value", "low", "high", "unit", "distribution"}
    if extra:
        raise ValueError(f"unknown key {min(extra, key=str)!r}; a quantity has value, low, high, unit and distribution")
    if "value" not in raw:
        raise ValueError("a quantity written as an object needs a value")
    factor = units.to_canonical(str(raw.get("unit") or ""), dimension)
    number: dict[str, float] = {}
    for key in ("value", "low", "high"):
        got = raw.get(key)
        if got is None:
            number[key] = math.nan
        elif isinstance(got, (int, float)) and not isinstance(got, bool) and math.isfinite(got):
            number[key] = got * factor
        else:
            raise ValueError(f"{key} is not a finite number")
    if raw["value"] is None:
        raise ValueError("value is null; leave the field out where it is unknown")
    if number["low"] > number["value"] or number["high"] < number["value"]:
        raise ValueError("the interval low..high must surround the value")
    form = raw.get("distribution") or ""
    if form and form not in KINDS:
        raise ValueError(f"distribution is none that is known; use {', '.join(KINDS)}")
    if form == "lognormal" and not number["low"] > 0:
        raise ValueError("a lognormal needs a low above 0")
    return Quantity(
        number["value"], number["low"], number["high"], f"{raw['value']!r} {raw.get('unit') or ''}".strip(), form
    )


#: no quantity of an AI system comes near it: what is larger is a fault of the log
HUGE = 1e40
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")


def _as_written(value: Any) -> Any:
    """A quantity as its writer wrote it."""
    return value.text if isinstance(value, Quantity) else value


@dataclass(frozen=True)
class Sized:
    """Marks a field as a quantity of one dimension: how pydantic reads it, and how the JSON Schema shows it."""

    dimension: str
    minimum: float = 0.0
    maximum: float = HUGE
    open_minimum: bool = False

    def read(self, raw: Any) -> Quantity:
        """The quantity in canonical units. Raises ValueError, saying what would do."""
        if type(raw) is str:  # nearly all; they have no interval
            raw = units.parse(raw, self.dimension)
            if self.minimum < raw.value <= self.maximum:
                return raw
        return read_quantity(
            raw, dimension=self.dimension, minimum=self.minimum, maximum=self.maximum, open_minimum=self.open_minimum
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        quoted = core_schema.plain_serializer_function_ser_schema(_as_written, when_used="json")
        return core_schema.no_info_plain_validator_function(self.read, serialization=quoted)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        canonical, suggest = units.DIMENSIONS[self.dimension]
        bare = [{"type": "number"}] if self.dimension == "ratio" else []
        number = {"type": "number"}
        return {
            "description": f"{self.dimension}, written with a unit ({suggest}); held in {canonical}",
            "anyOf": [
                {"type": "string", "examples": [f"1 {suggest.split(',')[0].split(' or ')[0]}"]},
                {
                    "type": "object",
                    "properties": {
                        "value": number,
                        "low": number,
                        "high": number,
                        "unit": {"type": "string"},
                        "distribution": {"enum": list(KINDS)},
                    },
                    "required": ["value", *([] if bare else ["unit"])],
                    "additionalProperties": False,
                },
                *bare,
            ],
        }


#: keys of an `embodied` object -> dimension
EMBODIED = {"embodied_co2e": "co2e", "adpe": "resources", "primary_energy": "primary-energy", "water": "volume"}


def _embodied(raw: Any) -> dict[str, Quantity]:
    bare = not isinstance(raw, dict) or "value" in raw
    if bare:
        raw = {"embodied_co2e": raw}
    out: dict[str, Quantity] = {}
    for key, value in raw.items():
        if key not in EMBODIED:
            raise ValueError(f"{key}: unknown quantity; embodied may state {', '.join(EMBODIED)}")
        try:
            out[key] = read_quantity(value, dimension=EMBODIED[key], minimum=0.0, maximum=HUGE, open_minimum=False)
        except ValueError as error:
            raise ValueError(str(error) if bare else f"{key}: {error}") from None
    return out


Embodied = Annotated[dict[str, Quantity], PlainValidator(_embodied), WithJsonSchema({
    "description": "footprint of one device: a mass of CO2e with its unit, or an object by quantity",
    "anyOf": [{"type": "string", "examples": ["150 kgCO2e"]}, {"type": "object"}],
})]  # fmt: skip


Energy = Annotated[Quantity, Sized("energy")]
Power = Annotated[Quantity, Sized("power")]
Time = Annotated[Quantity, Sized("time", open_minimum=True)]
Hours = Annotated[Quantity, Sized("time")]
#: h; what lasts longer is no run (a thousand years), and would lead out of the calendar
LONGEST = 1000 * 8760.0


def _lasting(time: Quantity) -> Quantity:
    if time.value > LONGEST:
        raise ValueError(
            "longer than a thousand years; correct it, or write hours of many devices as their device_hours"
        )
    return time


Duration = Annotated[Quantity, Sized("time", open_minimum=True), AfterValidator(_lasting)]
Co2e = Annotated[Quantity, Sized("co2e")]
Intensity = Annotated[Quantity, Sized("intensity")]
WaterIntensity = Annotated[Quantity, Sized("water-intensity")]
Flops = Annotated[Quantity, Sized("flops", open_minimum=True)]
Throughput = Annotated[Quantity, Sized("throughput", open_minimum=True)]
Share = Annotated[Quantity, Sized("ratio", maximum=1.0)]
OpenShare = Annotated[Quantity, Sized("ratio", maximum=1.0, open_minimum=True)]
Area = Annotated[Quantity, Sized("area", open_minimum=True)]
Memory = Annotated[Quantity, Sized("memory", open_minimum=True)]
Pue = Annotated[Quantity, Sized("ratio", minimum=1.0)]

Name = Annotated[str, Field(min_length=1, max_length=500)]


def _number(raw: Any) -> Any:
    if isinstance(raw, (str, bytes, bool)):
        raise ValueError("not a number; write it bare, without quotes")
    return raw


def worded(problem: str) -> WrapValidator:
    """One fault in our words for a field that may be of several kinds, in place of one per kind."""

    def check(raw: Any, handler: Any) -> Any:
        try:
            return handler(raw)
        except ValidationError:
            raise ValueError(problem) from None

    return WrapValidator(check)


class OrNull:
    """Null stands for an absent field: its default, `make()`. The JSON Schema allows it too."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda raw: self.make() if raw is None else raw, handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"type": "null"}]}


Count = Annotated[int, BeforeValidator(_number), Field(gt=0, le=10**9)]
Work = Annotated[float, BeforeValidator(_number), Field(ge=0, le=HUGE, allow_inf_nan=False)]
Batch = Annotated[float, BeforeValidator(_number), Field(ge=1, le=1e6, allow_inf_nan=False)]


def _stamp(raw: Any) -> Any:
    if not (isinstance(raw, datetime) or (isinstance(raw, str) and _DATE.match(raw))):
        raise ValueError("not a time; write RFC 3339 with an offset, such as 2024-05-01T12:00:00Z")
    year = raw.year if isinstance(raw, datetime) else int(raw[:4])
    if not 1950 <= year <= 2200:
        raise ValueError("not a year in which a computer ran; correct the date")
    return raw


Stamp = Annotated[datetime, BeforeValidator(_stamp)]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def _last_moment(raw: Any) -> Any:
    raw = _stamp(raw)
    if isinstance(raw, str) and _DAY.match(raw):  # a whole day is inside: the period ends where the next day begins
        try:
            return datetime.fromisoformat(raw) + timedelta(days=1)
        except ValueError:
            return raw  # no such day: refused like any other wrong time
    return raw


PeriodEnd = Annotated[datetime, BeforeValidator(_last_moment)]


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 code of an alpha-2 or alpha-3 code. Raises ValueError for an unknown one."""
    import pycountry

    code = text.strip().upper()
    for alpha_2, (alpha_3, _) in USER_ASSIGNED.items():
        if code in (alpha_2, alpha_3):
            return alpha_2
    found = None
    if len(code) == 2:
        found = pycountry.countries.get(alpha_2=code)
    elif len(code) == 3:
        found = pycountry.countries.get(alpha_3=code)
    if found is None:
        raise ValueError("not an ISO 3166-1 country code; write two or three letters, such as FR or FRA")
    return str(found.alpha_2)


def named_country(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country given by a code or a name. Raises LookupError for an unknown one."""
    import pycountry

    name = text.strip()
    for alpha_2, known in USER_ASSIGNED.items():
        if name.casefold() in (alpha_2.casefold(), *(other.casefold() for other in known)):
            return alpha_2
    return str(pycountry.countries.lookup(name).alpha_2)


@lru_cache(maxsize=4096)
def subdivision_code(text: str) -> str:
    """ISO 3166-2 code. Raises ValueError for an unknown one."""
    import pycountry

    code = text.strip().upper()
    if code not in SUBDIVISIONS and pycountry.subdivisions.get(code=code) is None:
        raise ValueError("not an ISO 3166-2 subdivision code; write country and part, such as US-VA")
    return code
