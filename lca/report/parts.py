"""What every section of the view model is made of. Templates print these; they decide and compute nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lca.language import again


class View(BaseModel):
    """Base of the view model: closed, so that a template cannot print what is not described."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _in_the_language_of_the_report(cls, given: Any) -> Any:
        """What was said in English where no language was known yet (names of stages, titles) is said again."""
        return {name: _again(value) for name, value in given.items()} if isinstance(given, dict) else given


def _again(value: Any) -> Any:
    return [again(x) for x in value] if isinstance(value, list) else again(value)


def anchor(title: str) -> str:
    """Name by which other places of the report lead to a table of this title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


#: how a cell is set; see `Cell.kind`
Kind = Literal["", "none", "missing", "muted", "warn", "hash"]


class Cell(View):
    """One cell of a table."""

    text: str = Field(description="What is printed")
    kind: Kind = Field(
        default="",
        description="none: does not apply; missing: not available; muted: secondary; warn: stands out; hash: a digest",
    )
    mark: str = Field(default="", description="Sign that leads to the note under the table")
    hint: str = Field(
        default="", description="What the sign means in this cell, shown on a screen when it is pointed at"
    )
    sub: str = Field(default="", description="Second line, set smaller")
    href: str = Field(default="", description="Anchor in this report to which the cell leads")
    derive: str = Field(default="", description="Anchor of the derivation of this figure, on screen")
    page: bool = Field(default=False, description="Whether the page of that anchor is printed beside it")
    swatch: str = Field(default="", description="Colour shown before the text, as in the charts")


class DataFile(NamedTuple):
    """A file that goes with the report, and whether the PDF carries it."""

    name: str
    data: bytes
    inside: bool


class Column(View):
    """Head of a column."""

    label: str = Field(description="What the column holds")
    unit: str = Field(default="", description="Unit of its numbers")
    width: float = Field(description="Share of the table's width, in per cent")
    right: bool = Field(default=False, description="Whether its cells are numbers, set flush right")
    gap: bool = Field(default=False, description="Whether it stands off from the numbers before it")
    href: str = Field(default="", description="Anchor of the rules that give its figures")


class Row(View):
    """One row of a table."""

    cells: list[Cell] = Field(description="One cell per column")
    total: bool = Field(default=False, description="Whether it is a sum, set bold")
    head: bool = Field(
        default=False, description="Whether it is a heading over the rows below, one cell wide as the table"
    )
    anchor: str = Field(default="", description="Name by which other places of the report lead here")
    only: Literal["", "screen", "print"] = Field(default="", description="Where alone it stands; empty: everywhere")
    continues: bool = Field(default=False, description="Whether it goes on with what the row above is about")


class Table(View):
    """A table with its sentence and its notes."""

    title: str = Field(default="", description="Heading")
    name: str = Field(
        default="",
        description="The heading in English, whatever the language: other places of the report ask for the table by it",
    )
    prefix: str = Field(
        default="", description="What its anchor begins with, where other tables may bear the same title"
    )
    lead: str = Field(default="", description="What the table says, in one or two sentences")
    columns: list[Column] = Field(description="Heads")
    rows: list[Row] = Field(description="Rows, in the order of print")
    searchable: bool = Field(default=False, description="Whether its rows can be searched and sorted on screen")
    dense: bool = Field(default=False, description="Whether its rows are set close: lists that are looked up, not read")
    notes: list[str] = Field(default_factory=list, description="Notes under the table, among them what was left out")

    @property
    def anchor(self) -> str:
        """Name by which other places of the report lead here."""
        return "-".join(x for x in (self.prefix, anchor(self.name)) if x) if self.name else ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        return {"name": str(given.get("title", "")), **given} if isinstance(given, dict) else given


class Key(View):
    """An entry of a legend."""

    label: str = Field(description="What the colour stands for")
    colour: str = Field(description="Colour, as hexadecimal code")
    value: str = Field(default="", description="Its value, with unit")


class Segment(View):
    """A part of a bar."""

    x: float = Field(description="Where it begins, in thousandths of the bar")
    width: float = Field(description="How long it is, in thousandths of the bar")
    colour: str = Field(description="Colour, as hexadecimal code")


class Bar(View):
    """A bar that shows what a whole is made of."""

    label: str = Field(description="What it shows, for those who cannot see it")
    segments: list[Segment] = Field(description="Parts, from left to right")
    keys: list[Key] = Field(description="Legend, with the values")


class Chart(View):
    """A chart with the sentence that says what it shows. The table of its values stands beside it."""

    title: str = Field(description="The finding")
    unit: str = Field(description="Unit of the axis")
    svg: str = Field(description="Drawing, free of anything external; empty where it could not be drawn")
    keys: list[Key] = Field(description="Legend")
    sentence: str = Field(description="What the chart shows, and where its values stand")


class Block(View):
    """A table, and the charts of its values before it."""

    charts: list[Chart] = Field(default_factory=list, description="Charts")
    table: Table = Field(description="Table")


class Pair(View):
    """A term and what is said about it."""

    term: str = Field(description="Term")
    text: str = Field(description="What is said about it")


def bar(label: str, parts: Sequence[tuple[str, float, str, str]]) -> Bar:
    """A bar from (label, size, colour, value as text); parts of no size stand in the legend alone."""
    whole = sum(size for _, size, _, _ in parts) or 1.0
    gap, x, segments = 2.0, 0.0, []
    for _, size, colour, _ in parts:
        width = size / whole * 1000
        if width >= 0.5:  # less is no visible line; the legend tells it
            segments.append(Segment(x=round(x, 2), width=round(max(width - gap, 0.5), 2), colour=colour))
        x += width
    return Bar(label=label, segments=segments, keys=[Key(label=n, colour=c, value=v) for n, _, c, v in parts])
