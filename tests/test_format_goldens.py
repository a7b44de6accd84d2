"""Each format of others by a fixture of ours in its shape, against the table that was checked by hand; damaged bytes of each."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from conftest import NOW

from lca.ingest import reader

HERE = Path(__file__).resolve().parent
FIXTURES = sorted(p for p in (HERE / "fixtures").iterdir() if p.is_dir())
GOLDEN = HERE / "golden" / "formats"
NUMBERS = ("energy_kwh", "device_count", "device_hours", "requests", "tokens_in", "tokens_out", "co2e_declared_kg")
each = pytest.mark.parametrize("folder", FIXTURES, ids=lambda p: p.name)


def hours_of(run):
    """Device-hours as the log gives them, None where it does not."""
    length = run.duration.value if run.duration else None
    if length is None and run.start and run.end:
        length = (run.end - run.start).total_seconds() / 3600
    held = [
        d.device_hours.value if d.device_hours else length * (d.count.value if hasattr(d.count, "value") else d.count)
        for d in run.devices
        if d.device_hours or (length is not None and d.count is not None)
    ]
    return sum(held) if held and len(held) == len(run.devices) else None


def row_of(run):
    energy = run.energy[0] if run.energy else None
    counts = [d.count for d in run.devices if d.count is not None]
    declared = (run.declared or {}).get("co2e")
    work = run.work
    return {
        "id": run.id,
        "system": run.system.name,
        "stage": run.stage,
        "start": run.start.isoformat() if run.start else "",
        "end": run.end.isoformat() if run.end else "",
        "energy_kwh": energy.value.value if energy else None,
        "boundary": energy.boundary if energy else "",
        "method": energy.method or "" if energy else "",
        "device_model": " + ".join(d.model for d in run.devices if d.model),
        "device_count": sum(getattr(c, "value", c) for c in counts) if counts else None,
        "device_hours": hours_of(run),
        "requests": work.requests if work else None,
        "tokens_in": work.tokens_in if work else None,
        "tokens_out": work.tokens_out if work else None,
        "co2e_declared_kg": declared.value if declared else None,
    }


@each
def test_a_fixture_gives_what_was_checked_by_hand(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    with (GOLDEN / f"{folder.name}.csv").open(encoding="utf-8") as handle:
        wanted = list(csv.DictReader(handle))
    intake = reader.read([folder.name], NOW)
    rows = [row_of(run) for run in intake.runs]
    for id, note in intake.notes:  # what was assumed is not in the file
        for row in rows:
            if row["id"] == id and note.code in ("system-assumed", "stage-assumed"):
                row[note.field] = ""
    assert [r["id"] for r in rows] == [w["id"] for w in wanted]
    for row, want in zip(rows, wanted, strict=True):
        for name, text in want.items():
            if name in NUMBERS:
                assert row[name] == (pytest.approx(float(text), rel=1e-5) if text else None), f"{row['id']}: {name}"
            else:
                assert row[name] == text, f"{row['id']}: {name}"


def test_each_fixture_has_a_table_and_each_table_a_fixture():
    assert [p.name for p in FIXTURES] == sorted(p.stem for p in GOLDEN.glob("*.csv"))


def damaged(data: bytes, made: random.Random) -> bytes:
    """The bytes with some of them changed, taken out, put in or cut off."""
    out = bytearray(data)
    for _ in range(made.randint(1, 8)):
        at = made.randrange(len(out)) if out else 0
        what = made.random()
        if what < 0.45 and out:
            out[at] = made.randrange(256)
        elif what < 0.65:
            del out[at : at + made.randint(1, 40)]
        elif what < 0.85:
            out[at:at] = bytes(made.choice(b',"\n\r\0-9eE.{}[]|\xff') for _ in range(4))
        elif what < 0.95 and out:
            begin = made.randrange(len(out))
            out[at:at] = out[begin : begin + made.randint(1, 200)]
        else:
            del out[at + 1 :]
    return bytes(out)


@each
def test_damaged_bytes_never_end_in_a_traceback(folder, tmp_path):
    made = random.Random(11)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    for _ in range(120):
        for path in files:
            to = tmp_path / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes()
            to.write_bytes(damaged(data, made) if made.random() < 1.5 / len(files) else data)
        intake = reader.read([str(tmp_path)], NOW)
        assert intake.runs or intake.faults or intake.inputs
        assert not [f for f in intake.faults if f.code == "adapter-failed"]


#: what may stand where a document holds something else
ODD = (
    None,
    True,
    -1,
    0,
    10**40,
    1e308,
    "",
    "x",
    "NaN",
    [],
    {},
    [[]],
    {"a": {}},
    "9999-99-99T00:00:00",
    "\ud83d\ude00",
    -5e-324,
    [None],
    "0",
    1e18,
)


def twisted(value, made: random.Random, chance: float):
    """A document with some of its parts replaced by others of the wrong type, dropped or repeated."""
    if made.random() < chance:
        return made.choice(ODD)
    if isinstance(value, dict):
        return {k: twisted(v, made, chance) for k, v in value.items() if made.random() > chance / 2}
    if isinstance(value, list):
        made_list = [twisted(v, made, chance) for v in value]
        return made_list * 2 if made_list and made.random() < chance else made_list
    return value


def documents(data: bytes):
    """The JSON of a file: one document, or one per line; nothing where it is neither."""
    text = data.decode("utf-8", "replace")
    try:
        return [json.loads(text)], False
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()], True
    except ValueError:
        return [], False


JSON_FIXTURES = [
    f
    for f in FIXTURES
    if any(documents(p.read_bytes())[0] for p in f.rglob("*") if p.is_file() and p.suffix in (".json", ".jsonl"))
]


@pytest.mark.parametrize("folder", JSON_FIXTURES, ids=lambda p: p.name)
def test_parts_of_the_wrong_type_never_end_in_a_traceback(folder, tmp_path):
    made = random.Random(13)
    files = {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    for _ in range(150):
        for name, data in files.items():
            docs, is_lines = documents(data) if name.suffix in (".json", ".jsonl") else ([], False)
            if docs:
                chance = made.choice((0.02, 0.08, 0.2))
                texts = [json.dumps(twisted(d, made, chance)) for d in docs]
                data = "\n".join(texts).encode() if is_lines else texts[0].encode()
            to = tmp_path / name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(data)
        intake = reader.read([str(tmp_path)], NOW)
        assert not [str(f) for f in intake.faults if f.code == "adapter-failed"]
