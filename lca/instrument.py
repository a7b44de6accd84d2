"""Contractual instruments for electricity, as a run or the profile states them (GHG Protocol Scope 2 Guidance)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from lca import serials
from lca.fields import Energy, Intensity, Name, PeriodEnd, Share, Stamp
from lca.market_names import market_code
from lca.units import Quantity


def in_order(start: datetime, end: datetime) -> None:
    """Raise ValueError where a period ends before it starts."""
    if (start.tzinfo is None) == (end.tzinfo is None) and end <= start:
        told = start.isoformat().removesuffix("T00:00:00")  # a whole day without offset
        raise ValueError(f"end: it is not after start {told}; correct one of the two")


def _one_or_several(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


def _readable(texts: list[str]) -> list[str]:
    for text in texts:
        serials.parse(text)
    return texts


Serials = Annotated[list[Name], Field(max_length=10_000), BeforeValidator(_one_or_several), AfterValidator(_readable)]


class Instrument(BaseModel):
    """A contractual instrument for the market-based method.

    `factor` is the direct emission rate that it conveys, `lifecycle_factor` its own life-cycle intensity; where they are
    not stated they are looked up by `technology`. `market` is where it was issued, `start` and `end` its vintage.
    `serials` are the numbers of its certificates, single or as a range (`17 to 4816`); `retired` says whether, or when,
    they were cancelled for whoever reports.
    """

    model_config = ConfigDict(extra="forbid", frozen=False)

    type: Literal["supplier", "certificate", "ppa", "residual"]
    energy: Energy | None = None
    share: Share | None = None
    factor: Intensity | None = None
    lifecycle_factor: Intensity | None = None
    technology: Name | None = None
    market: Annotated[Name, AfterValidator(market_code)] | None = None
    start: Stamp | None = None
    end: PeriodEnd | None = None
    evidence: Annotated[str, Field(max_length=2000)] | None = None
    serials: Serials | None = None
    retired: bool | date | None = None

    @model_validator(mode="after")
    def _complete(self) -> Instrument:
        if self.factor is None and self.technology is None and self.type != "residual":
            raise ValueError(f"a {self.type} needs its factor, such as 0 kgCO2e/kWh; state it, or name a technology")
        if self.start is not None and self.end is not None:
            in_order(self.start, self.end)
        if self.energy is not None and self.share is not None:
            raise ValueError("give either energy or share of an instrument, not both")
        if self.energy is None and self.share is None and self.type != "residual":
            raise ValueError(f"a {self.type} needs the energy or the share that it covers")
        twice = serials.first_overlap(self.serials or [])
        if twice:
            raise ValueError(f"serials: {twice} is in it twice; list each certificate once")
        return self


def _day(raw: Any) -> Any:
    """A day that YAML has read as a date, as text again: the last day of a period is inside it."""
    return raw.isoformat() if isinstance(raw, date) and not isinstance(raw, datetime) else raw


def _text(stated: Quantity | None) -> str | None:
    return None if stated is None else stated.text


def day(stamp: datetime | None, last: bool = False) -> str:
    """A limit of a period as it was written: the day, or the moment. An empty string for none."""
    if stamp is None:
        return ""
    whole = (stamp.hour, stamp.minute, stamp.second, stamp.microsecond) == (0, 0, 0, 0)
    return str((stamp - timedelta(days=last)).date()) if whole and stamp.tzinfo is None else stamp.isoformat()


_AsText = PlainSerializer(_text, when_used="json")


class Holding(Instrument):
    """An instrument that the organisation holds: for one site, one system, or all of its consumption."""

    energy: Annotated[Energy | None, _AsText] = None
    share: Annotated[Share | None, _AsText] = None
    factor: Annotated[Intensity | None, _AsText] = None
    lifecycle_factor: Annotated[Intensity | None, _AsText] = None
    start: Annotated[Stamp | None, BeforeValidator(_day), PlainSerializer(day, when_used="json")] = None
    end: Annotated[
        PeriodEnd | None, BeforeValidator(_day), PlainSerializer(lambda end: day(end, last=True), when_used="json")
    ] = None
    site: Name | None = None
    system: Name | None = None
