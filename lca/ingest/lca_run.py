"""The run log of lca itself: one object, an array, `{"runs": []}` or JSON Lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest import Input, Intake, Origin, faults
from lca.run import Run

NAME = "lca-run"
TITLE = 'lca-run/1: JSON object, array, {"runs": []} or JSON Lines; .gz of each'
#: bytes of JSON Lines that are looked into at once, and of those for which that does not pay
BLOCK, FEW = 2 * 2**20, 2**20
_of_json = TypeAdapter(Run).validator.validate_json
#: what is no blank; searched for, since stripping would copy all of the text
_INK = re.compile(rb"\S")
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read(
    data: bytes | Iterator[tuple[int, bytes]], digest: str, path: str, intake: Intake
) -> Iterator[tuple[Run, Origin]]:
    """The runs of one file, or of blocks of JSON Lines; what is wrong goes to `intake`. `digest` is the sha256 of the file on disk."""
    made = Input(path, digest, NAME)
    intake.inputs.append(made)
    folder = os.path.dirname(os.path.abspath(path)) if path != "-" else None
    if not isinstance(data, bytes):
        yield from _take_lines((block for _, block in data), path, folder, intake, made)
        return
    text = _utf8(data, path, intake, made)
    if text is None:
        return
    if is_lines(text):
        yield from _take_lines(_blocks(text), path, folder, intake, made)
        return
    try:
        parsed = from_json(text)  # NaN and Infinity are refused where they stand, by the name of the field
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if any(_is_run(line) for line in lines[:100]):
            yield from _take_lines(_blocks(text), path, folder, intake, made)
            return
        intake.refuse(
            [
                Fault(
                    path, "", "", f"not JSON: {shorten(str(error), 160)}", "Correct the text; the file may be cut off."
                )
            ],
            made,
        )
        return
    yield from _document(parsed, unique_keys.by_entry(text, parsed), path, folder, intake, made)


def _utf8(data: bytes, path: str, intake: Intake, made: Input) -> bytes | None:
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        if encoding == "utf-8":
            if not data.isascii():
                data.decode("utf-8")
            text = data
        else:
            text = data.decode(encoding).encode("utf-8")
    except UnicodeDecodeError as error:
        intake.refuse([Fault(path, "", f"byte {error.start}", "not text in UTF-8", "Save the file as UTF-8.")], made)
        return None
    if not _INK.search(text):
        intake.refuse([Fault(path, "", "", "the file is empty", "Write at least one run.")], made)
        return None
    return text


def is_lines(text: bytes) -> bool:
    """Whether a text is JSON Lines: a first line that closes its object, and more after it. Else it is one document."""
    begin = _INK.search(text)
    end = text.find(b"\n", begin.start()) if begin else -1
    second = _INK.search(text, end) if end >= 0 else None
    if begin is None or second is None:
        return False
    first = text[begin.start() : end].strip()
    if not first.startswith(b"{") or not first.endswith(b"}"):
        return False
    try:
        from_json(first)
    except ValueError:
        return second[0] == b"{"
    return True


def _blocks(text: bytes) -> Iterator[bytes]:
    """Whole lines together, so many that looking into all of them at once pays."""
    start = 0
    while start < len(text):
        end = text.rfind(b"\n", start, start + BLOCK) + 1 or text.find(b"\n", start + BLOCK) + 1 or len(text)
        yield text[start:end]
        start = end


def _split(text: bytes) -> Iterator[bytes]:
    """The lines one by one: a list of them would hold all of the text a second time."""
    if b"\r" in text:
        yield from text.splitlines()
        return
    start = 0
    while (end := text.find(b"\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    if start < len(text):
        yield text[start:]


def _is_run(line: bytes) -> bool:
    """Whether a line is a run by itself: then the file is JSON Lines, whatever its other lines hold."""
    try:
        parsed = from_json(line)
    except ValueError:
        return False
    return isinstance(parsed, dict) and "stage" in parsed and "id" in parsed


def _take_lines(
    blocks: Iterable[bytes], path: str, folder: str | None, intake: Intake, made: Input
) -> Iterator[tuple[Run, Origin]]:
    row = 0
    for block in blocks:
        may_repeat = len(block) < FEW or unique_keys.may_repeat(block)
        for line in _split(block):
            row += 1
            if not line.strip():
                continue
            made.records += 1
            key = unique_keys.repeated(line) if may_repeat else None
            if key is not None:
                intake.refuse([_twice(f"{path}: row {row}", key)], made)
                continue
            try:
                run = _of_json(line)
            except ValidationError as error:
                found = faults.of_validation(error, f"{path}: row {row}")
                if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
                    found = [Fault(f.where, f.field, f.found, f.problem, f.remedy, "torn-row") for f in found]
                intake.refuse(found, made)
                continue
            yield run, Origin(path, row, folder)


def _twice(where: str, key: str) -> Fault:
    return Fault(where, key, "", "the key stands twice in one object", "Keep one of the two.")


def _document(
    parsed: Any, twice: dict[int, str], path: str, folder: str | None, intake: Intake, made: Input
) -> Iterator[tuple[Run, Origin]]:
    """The runs of a document; `twice` are the keys that stand twice, by the number of the run, 0 for the document itself."""
    rows: Any = parsed
    if 0 in twice:
        intake.refuse([_twice(path, twice[0])], made)
        return
    if isinstance(parsed, dict) and "runs" in parsed and "stage" not in parsed:
        rows = parsed["runs"]
        unknown = sorted(set(parsed) - {"runs", "declared", "schema"})
        if unknown:
            intake.refuse([Fault(path, unknown[0], "", "unknown key", "A file of runs holds runs and declared.")])
        _declared(parsed.get("declared"), path, intake)
    elif isinstance(parsed, dict):
        rows = [parsed]
    if not isinstance(rows, list):
        intake.refuse([Fault(path, "runs", shorten(rows), "not a list of runs", "Write an array of objects.")], made)
        return
    if not rows:
        intake.refuse([Fault(path, "runs", "", "it holds no run", "Write at least one run.")])
    for row, record in enumerate(rows, start=1):
        made.records += 1
        origin = Origin(path, row, folder)
        if row in twice:
            intake.refuse([_twice(f"{path}: run {row}", twice[row])], made)
            continue
        run = take(record, origin, intake, made)
        if run is not None:
            yield run, origin


def take(record: Any, origin: Origin, intake: Intake, made: Input | None) -> Run | None:
    """Validate one record; None for one that is set aside."""
    where = f"{origin.path}: run {origin.row}"
    if not isinstance(record, dict):
        intake.refuse([Fault(where, "", shorten(record), "not an object", "Write a run as a JSON object.")], made)
        return None
    try:
        return Run.model_validate(record)
    except ValidationError as error:
        intake.refuse(faults.of_validation(error, where), made)
    except RecursionError:
        intake.refuse([Fault(where, "", "", "it is nested too deeply", "Flatten the record.")], made)
    return None


def _declared(value: Any, path: str, intake: Intake) -> None:
    from lca.declared import DECLARED
    from lca.fields import HUGE, read_quantity

    if value is None:
        return
    if not isinstance(value, list):
        intake.refuse([Fault(path, "declared", shorten(value), "not a list", "Write {by, quantity, value} objects.")])
        return
    for number, entry in enumerate(value):
        where = f"declared[{number}]"
        if not isinstance(entry, dict) or set(entry) - {"by", "quantity", "value"} or "value" not in entry:
            intake.refuse([Fault(path, where, shorten(entry), "not {by, quantity, value}", "Correct the entry.")])
            continue
        name = entry.get("quantity")
        if name not in DECLARED or not isinstance(entry.get("by") or {}, dict):
            intake.refuse(
                [
                    Fault(
                        path,
                        f"{where}.quantity",
                        shorten(name),
                        "unknown quantity",
                        "Use a quantity such as total_co2e.",
                    )
                ]
            )
            continue
        try:
            got = read_quantity(
                entry["value"], dimension=DECLARED[name][1], minimum=0.0, maximum=HUGE, open_minimum=False
            )
        except ValueError as error:
            intake.refuse([Fault(path, f"{where}.value", shorten(entry["value"]), str(error), "Correct the value.")])
            continue
        intake.declared.append({"by": entry.get("by") or {}, "key": name, "value": got, "path": path})
