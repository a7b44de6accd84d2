"""A draft of a mapping for tables of any kind, from their header and first rows.

What a header states (quantity and unit) is written so that the draft can be used as it stands. `???` stands only where nothing can be
read without an answer; what a table cannot know, such as the boundary of its energy, is left to the mapping or the profile.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from glob import escape

from lca.errors import InputError
from lca.ingest import guess_columns as columns
from lca.ingest import guess_rows
from lca.ingest.formats import green_metrics_tool
from lca.ingest.guess_columns import Column
from lca.ingest.guess_series import Series, series
from lca.ingest.log import Log
from lca.ingest.mapping import ADDITIVE, SCHEMA, UNKNOWN

#: rows by which a table is judged
ROWS = 5000
_DELIMITERS = (",", ";", "\t", "|", " ")
_CONSTANTS = "constants:  # what the table does not say, such as stage: training, location: {country: FR}, devices: [{model: H100, count: 8}]"
_BOUNDARY = (
    "# boundary: node  # of what is it the energy? accelerator, cpu, component_sum, node, rack, it or facility: state it here,",
    "#   or in the profile, as assign: [{match: TABLE, energy_boundary: node}]; it is not used before",
)
_KINDS = {
    "power": "power over time",
    "counter": "a counter of energy, since it only rises: if each line says what was used since the one before, write energy",
    "energy": "energy since the line before; if it is a counter that only rises, write counter",
}


def draft(logs: Sequence[Log], folder: str = "") -> str:
    """The text of a mapping for tables with one header, to be written into `folder`. Raises InputError for what is no table."""
    delimiter, rows = _rows(logs[0])
    header, body, is_named = _header(rows)
    is_meter = green_metrics_tool.claims(logs[0].head)
    if is_meter:
        header = ["time", "value", "detail"]
    for other in logs[1:]:
        if _header(_rows(other)[1])[0] != header:
            raise InputError(
                other.shown, f"its header is not that of {logs[0].shown}", "Draft a mapping for each kind of table."
            )
    decimal = _decimal(delimiter, body)
    table = [
        columns.of(name, [row[n].strip() if n < len(row) else "" for row in body], decimal)
        for n, name in enumerate(header)
        if name
    ]
    lines = [f"schema: {SCHEMA}", f"match: {json.dumps(_match([log.path for log in logs], folder))}"]
    if delimiter != "," and not logs[0].is_parquet:
        lines.append(f"delimiter: {json.dumps(delimiter)}")
    if decimal == ",":
        lines.append('decimal: ","')
    if not is_named:
        lines.append(
            f"header: [{', '.join(header)}]  # the table names no columns: give them the names that they should have"
        )
    if len({c.name for c in table}) < len(table):
        lines.append("# two columns bear one name: name all of them under header, if one of them is to be used")
    used: set[str] = set()
    samples = series(table, is_meter)
    lines += _samples(samples, used) if samples is not None else _runs(table, used)
    lines += [_CONSTANTS, "  {}"]
    rest = [column for column in table if column.name not in used]
    if rest:
        lines.append("# columns that are not used, with their first value:")
        lines += [f"#   {_text(c.name)}: {_text(c.first[:60]) if c.first else 'empty'}" for c in rest]
    return "\n".join(lines) + "\n"


def _match(paths: Sequence[str], folder: str) -> str:
    """The pattern of the tables from the folder of the mapping."""
    names = [os.path.relpath(path, folder or ".").replace(os.sep, "/") for path in paths]
    if len(names) == 1:
        return escape(names[0])
    folders = {name.rpartition("/")[0] for name in names}
    if len(folders) > 1:
        raise InputError(
            paths[1], "the tables lie in several folders", "Draft a mapping in each of them, or move the tables."
        )
    base = [name.rpartition("/")[2] for name in names]
    begin = _common(base)
    end = _common([name[len(begin) :][::-1] for name in base])[::-1]
    return "/".join(filter(None, (escape(folders.pop()), f"{escape(begin)}*{escape(end)}")))


def _common(names: Sequence[str]) -> str:
    """The characters with which all names begin."""
    same = 0
    for letters in zip(*names, strict=False):
        if len(set(letters)) > 1:
            break
        same += 1
    return names[0][:same]


def _rows(log: Log) -> tuple[str, list[list[str]]]:
    """The delimiter and the first rows: that by which most of them have the most cells."""
    best: tuple[tuple[int, int], str, list[list[str]]] = ((1, 0), ",", [])
    for delimiter in "," if log.is_parquet else _DELIMITERS:
        rows: list[list[str]] = []
        try:
            for _, cells in log.table(delimiter):
                rows.append(cells)
                if len(rows) > ROWS:
                    break
        except InputError:
            continue
        width = len(rows[0]) if rows else 0
        if delimiter == " " and best[2]:
            break  # blanks stand inside cells too
        others = sum(any(other in cell for other in ";\t|" if other != delimiter) for row in rows for cell in row)
        if sum(len(row) == width for row in rows) >= 0.9 * len(rows) and width > 1:
            best = max(
                best, ((0 if others > len(rows) / 2 else width, -others), delimiter, rows), key=lambda each: each[0]
            )
    if len(best[2]) < 2:
        raise InputError(
            log.shown, "no table with at least two rows and two columns", "A mapping is for tables, CSV or Parquet."
        )
    return best[1], best[2]


def _header(rows: list[list[str]]) -> tuple[list[str], list[list[str]], bool]:
    """Names of the columns, the rows below them, and whether the table names them: a header holds no number and no time."""
    first = [cell.strip().lstrip("\ufeff") for cell in rows[0]]
    if any(columns.is_value(cell) for cell in first):
        return [f"column{n}" for n in range(1, len(first) + 1)], rows, False
    return first, rows[1:], True


def _decimal(delimiter: str, body: list[list[str]]) -> str:
    """The decimal sign: a comma where numbers have one that cannot separate thousands, or where commas separate no columns."""
    cells = [cell.strip() for row in body for cell in row]
    commas = [cell for cell in cells if re.fullmatch(r"[+-]?\d+,\d+(\s?[A-Za-z%]+)?", cell)]
    if not commas or any(re.fullmatch(r"[+-]?\d+\.\d+", cell) for cell in cells):
        return "."
    sure = any(not re.match(r"[+-]?\d{1,3},\d{3}(\D|\Z)", cell) for cell in commas)
    return "," if sure or delimiter != "," else "."


def _samples(samples: Series, used: set[str]) -> list[str]:
    """The part of a draft for samples over time."""
    lines = ["samples:", f"  time: {_time(samples.time, samples.clock)}"]
    if samples.relative:
        lines.append("  relative: true  # the times bear no date")
    lines.append(f"  {samples.kind}:  # {_KINDS[samples.kind]}")
    for column in samples.values:
        lines.append(f"    - {{column: {_text(column.name)}, unit: {_unit(column, samples.dimension)}")
    if samples.sums:
        names = ", ".join(_text(c.name) for c in samples.sums)
        lines.append(f"    # {names}: the sum of the others, which would count them twice")
    if samples.others:
        names = ", ".join(_text(c.name) for c in samples.others)
        lines.append(f"    # {names}: measured elsewhere, or otherwise; both together would count twice")
    if len(samples.values) > 1 and not samples.boundary:
        lines.append("    # a column that lies within another one counts twice: take it out")
    if samples.devices:
        devices = [_text(c.name) for c in samples.devices]
        lines.append(f"  device: {devices[0] if len(devices) == 1 else '[' + ', '.join(devices) + ']'}")
    if samples.run is not None:
        lines.append(f"  run: {_text(samples.run.name)}")
    lines += _boundary(samples.boundary)
    used |= {
        c.name
        for c in (
            samples.time,
            *samples.values,
            *samples.devices,
            *([samples.run] if samples.run else []),
            *([samples.clock] if samples.clock else []),
        )
    }
    return lines


def _runs(table: Sequence[Column], used: set[str]) -> list[str]:
    """The part of a draft for a table in which each row is a run."""
    fields = guess_rows.fields(table)
    energy = guess_rows.whole_of(table, columns.is_power if "power" in fields else columns.is_energy)
    is_energy_known = "energy" in fields and all(
        column.unit for column in energy.columns
    )  # else the duration is needed
    lines, waiting = ["columns:"], []
    for field, column in fields.items():
        if field in ADDITIVE:
            lines += _amount(field, energy.columns)
            used |= {each.name for each in energy.columns}
        elif (
            column.unit
            or field not in guess_rows.DIMENSIONS
            or column.clock
            or (field == "duration" and not is_energy_known)
        ):
            lines.append(f"  {field}: {_column(field, column)}")
            used.add(column.name)
        else:  # nothing depends on it: it waits until somebody states its unit
            waiting.append(f"  # {field}: {_column(field, column)}")
    if energy.rivals:
        names = ", ".join(_text(column.name) for column in energy.rivals)
        lines.append(
            f'  energy: {{column: "{UNKNOWN}", unit: "{UNKNOWN}"}}  # which one is that of the whole row: {names}?'
        )
    elif not set(fields) & guess_rows.USES and not {"start", "end"} <= fields.keys():
        lines.append(
            f'  energy: {{column: "{UNKNOWN}", unit: "{UNKNOWN}"}}  # no column bears a name that tells what was used'
        )
    lines += waiting
    if energy.columns or energy.rivals:
        lines += ["energy:", "  method: declared  # check: counter, integrated, scheduler, bill, modelled or declared"]
        lines += _boundary(energy.boundary)
    return lines


def _amount(field: str, parts: Sequence[Column]) -> list[str]:
    """The columns of energy of a row, or of its mean power; several add up."""
    comment = "  # mean power: the duration turns it into energy" if field == "power" else ""
    if len(parts) == 1:
        return [f"  {field}: {_column(field, parts[0])}{comment}"]
    return [f"  {field}:  # their sum", *(f"    - {_column(field, part)}" for part in parts)]


def _boundary(stated: str) -> list[str]:
    """What the energy is the energy of, or the question."""
    return (
        [f"  boundary: {stated}  # by the names of the columns: check"]
        if stated
        else [f"  {line}" for line in _BOUNDARY]
    )


def _column(field: str, column: Column) -> str:
    """One column of a row as a draft writes it, to the end of the line."""
    if field in ("start", "end"):
        return _time(column)
    name = f"column: {_text(column.name)}"
    if field == "duration" and column.clock:
        comment = "  # minutes and seconds (M:S), or hours and minutes (H:M)?" if column.clock == UNKNOWN else ""
        return f"{{{name}, format: {json.dumps(column.clock)}}}{comment}"
    if field in guess_rows.DIMENSIONS:
        return f"{{{name}, unit: {_unit(column, guess_rows.DIMENSIONS[field])}"
    words = guess_rows.words_for(field, column) if field in ("stage", "status") else None
    if words:
        return f"{{{name}, values: {{{', '.join(f'{_text(k)}: {v}' for k, v in words.items())}}}}}"
    return f"{{{name}}}"


def _unit(column: Column, dimension: str) -> str:
    """The unit of a column as a draft writes it, to the end of the line."""
    if column.unit:
        return f"{column.unit}}}"
    return f'"{UNKNOWN}"}}  # state the unit ({", ".join(columns.EXAMPLES[dimension])}): the header does not'


def _time(column: Column, clock: Column | None = None) -> str:
    """A column of times as a draft writes it, to the end of the line; `clock` is the time of day beside its date."""
    begin = f"{{column: {_text(column.name)}"
    moment = column.moment
    if moment is None:  # they count from an unknown moment
        return (
            f"{begin}, format: {json.dumps(column.clock)}}}"
            if column.clock
            else f"{begin}, unit: {_unit(column, 'time')}"
        )
    if moment.unit:
        comment = "" if column.unit == moment.unit else "  # by the size of its numbers: check"
        return f"{begin}, unit: {moment.unit}}}{comment}"
    shape = moment.shape
    if clock is not None:
        begin += f", clock: {_text(clock.name)}"
        if shape:
            shape += " %H:%M:%S" if clock.first.count(":") == 2 else " %H:%M"
            shape += ".%f" if "." in clock.first else ""
    comment = "  # day before month? check" if moment.is_ambiguous else ""
    return f"{begin}, format: {json.dumps(shape)}}}{comment}" if shape else f"{begin}}}"


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
