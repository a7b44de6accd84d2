"""Records, files and streams that are out of the ordinary: one record is set aside with a message, and all others count."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import assess, environment, run, value, write
from test_formats import HEADER, codecarbon, flush, take

from lca.errors import InputError, printable
from lca.ingest import files, source
from lca.ingest.formats import Adapter, Format, Found, adapters
from lca.ingest.log import Log

TOO_LONG = "longer than a thousand years"


def messages(intake, path):
    return [str(f).replace(str(path), "@") for f in intake.faults]


# durations and dates that lead out of the calendar


@pytest.mark.parametrize("duration", ["7e7 h", "1e10 h", "1e18 s"])
@pytest.mark.parametrize("date", [{}, {"start": None}, {"start": None, "end": "2025-01-01T00:00:00Z"}])
def test_a_run_that_lasts_longer_than_the_calendar_is_set_aside_and_the_others_count(duration, date):
    made = assess(run("good"), run("endless", duration=duration, **date))
    assert [str(f) for f in made.intake.faults] == [
        f"argument: run 2: duration: {TOO_LONG} (found {duration}). Correct it, or write hours of many devices as their device_hours."
    ]
    assert value(made, "it_energy") == pytest.approx(40)  # 8 x 500 W x 10 h


@pytest.mark.parametrize("seconds", ["3e11", "1e18", "9" * 30])
def test_a_row_of_codecarbon_that_lasts_too_long_is_set_aside(tmp_path, seconds):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5), flush("11:00:00", seconds, 0.6, "b2"))
    intake = take(path)
    assert messages(intake, path) == [
        f"@: row 3: duration: {TOO_LONG} (found {seconds}). Restore the row from its source."
    ]
    assert [r.id for r in intake.runs] == ["a1"]


def test_a_window_of_zeus_that_lasts_too_long_is_set_aside(tmp_path):
    path = write(tmp_path / "zeus.csv", "start_time,window_name,elapsed_time,gpu0_energy\n1741082400.0,a,10,3000\n1741082410.0,b,1e18,3000\n")  # fmt: skip
    intake = take(path)
    assert messages(intake, path) == [
        f"@: row 3: elapsed_time: {TOO_LONG} (found 1e18). Restore the row from its source."
    ]
    assert [e.value.value for r in intake.runs for e in r.energy] == [pytest.approx(3000 / 3.6e6)]


# adapters that fail


def failing(monkeypatch, name, read):
    """An adapter of this name that reads as given."""
    held = dict(adapters())
    held[name] = Adapter(Format(name, name, "", ""), lambda head: head.text.startswith("row,"), read)
    monkeypatch.setattr("lca.ingest.formats.adapters", lambda: held)


def rows_of(log):
    for row, cells in log.records():
        1 / int(cells["row"])
        yield Found({"id": f"r{row}", "system": "m", "duration": "1 h"}, row)


def test_a_row_on_which_an_adapter_fails_costs_itself_alone(tmp_path, monkeypatch):
    failing(monkeypatch, "own", rows_of)
    path = write(tmp_path / "x.csv", "row,x\n1,a\n0,b\nz,c\n4,d\n")
    intake = take(path)
    assert [r.id for r in intake.runs] == ["r2", "r5"]
    assert messages(intake, path) == [
        "@: row 3: the adapter own failed on it (ZeroDivisionError: division by zero). Correct it; report it with the file if it is right.",
        "@: row 4: the adapter own failed on it (ValueError: invalid literal for int() with base 10: 'z'). Correct it; report it with the file if it is right.",
    ]


def test_what_an_adapter_adds_up_lacks_only_the_row_on_which_it_fails(tmp_path, monkeypatch):
    def summed(log):
        total = sum(1 / int(cells["row"]) for _, cells in log.records())
        yield Found({"id": "sum", "system": "m", "duration": f"{total} h"}, 1)

    failing(monkeypatch, "own", summed)
    path = write(tmp_path / "x.csv", "row,x\n1,a\n0,b\n4,d\n")
    intake = take(path)
    assert [r.duration.value for r in intake.runs] == [1.25]
    assert len(intake.faults) == 1


def test_a_record_of_a_document_on_which_an_adapter_fails_costs_itself_alone(tmp_path, monkeypatch):
    def read(log):
        for n, _ in log.each([1, 0, 4], "run"):
            1 / [1, 0, 4][n - 1]
            yield Found({"id": f"r{n}", "system": "m", "duration": "1 h"}, n)

    failing(monkeypatch, "own", read)
    path = write(tmp_path / "x.csv", "row,x\n")
    intake = take(path)
    assert [r.id for r in intake.runs] == ["r1", "r3"]
    assert messages(intake, path) == [
        "@: run 2: the adapter own failed on it (ZeroDivisionError: division by zero). Correct it; report it with the file if it is right."
    ]


def test_an_adapter_that_fails_again_and_again_keeps_the_rows_before(tmp_path, monkeypatch):
    failing(monkeypatch, "own", rows_of)
    path = write(tmp_path / "x.csv", "row,x\n1,a\n" + "0,b\n" * 20)
    intake = take(path)
    assert [r.id for r in intake.runs] == ["r2"]
    assert [f.count for f in intake.faults] == [10, 1]
    assert messages(intake, path)[-1] == (
        "@: the adapter own failed: the run read before is kept, but the rest of the file is not used (ZeroDivisionError: division by zero). "
        "Report it with the file; leave the file out meanwhile."
    )


# damaged, growing and compressed files


def test_a_compressed_file_that_is_cut_off_counts_up_to_the_cut(tmp_path):
    rows = "".join(flush("10:00:00", 3600, 0.5, f"r{n:05}") for n in range(4000))
    data = gzip.compress((HEADER + rows).encode())
    path = write(tmp_path / "emissions.csv.gz", data[: len(data) // 2])
    intake = take(path)
    assert 100 < len(intake.runs) < 4000
    assert messages(intake, path) == [
        f"@: not a whole file: it was read up to row {len(intake.runs) + 1} (Compressed file ended before the end-of-stream marker was reached). "
        "Compress or copy the file again."
    ]


def test_a_row_that_is_no_row_costs_itself_alone(tmp_path, monkeypatch):
    failing(monkeypatch, "own", rows_of)
    path = write(tmp_path / "x.csv", "row,x\n1,a\n" + "x" * 200_000 + ",b\n2,c\n")
    intake = take(path)
    assert messages(intake, path)[0] == (
        "@: row 3: not a row of a table: field larger than field limit (131072). Correct the row."
    )
    assert [r.id for r in intake.runs] == ["r2", "r4"]


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path, monkeypatch):
    failing(monkeypatch, "own", rows_of)
    path = write(tmp_path / "x.csv", "row,x\n1,a\n" + "x" * (17 * 2**20) + "\n2,c\n")
    intake = take(path)
    assert messages(intake, path) == ["@: row 3: a line of more than 16 MiB. Split the file into lines."]
    assert [r.id for r in intake.runs] == ["r2", "r4"]


def test_a_file_that_grows_is_read_to_the_size_found_at_open(tmp_path):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    before = path.read_bytes()
    log = Log(str(path))
    with path.open("ab") as handle:
        handle.write(flush("11:00:00", 7200, 0.9).encode())
    assert log.digest == hashlib.sha256(before).hexdigest()
    assert sum(1 for _ in log.lines()) == 2
    with log.binary() as handle:
        assert handle.read() == before


def test_a_file_that_another_takes_the_place_of_is_told(tmp_path):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    log = Log(str(path))
    write(tmp_path / "new", "x")
    os.replace(tmp_path / "new", path)
    with pytest.raises(InputError) as error:
        next(log.lines())
    assert str(error.value) == f"{path}: the file changed while it was read. Read it again, or a copy of it."


def test_a_small_file_is_read_without_room_for_a_large_one(tmp_path):
    import tracemalloc

    path = write(tmp_path / "runs.json", [run()])
    log = Log(str(path))
    tracemalloc.start()
    assert files.read(log) == path.read_bytes()
    assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["runs.json.gz", "bill.json.gz"])
def test_a_compressed_document_may_not_grow_out_of_proportion(tmp_path, name):
    with gzip.open(tmp_path / name, "wb") as handle:
        handle.write(b'{"schema": "lca-run/1", "jobs": [')
        for _ in range(40):
            handle.write(b" " * 2**20)
    assert messages(take(tmp_path / name), tmp_path / name) == [
        "@: a compressed file that grows to more than 300 times its size. Give it uncompressed."
    ]


def test_long_json_lines_are_read_block_by_block(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "STREAMED", 1000)
    path = write(tmp_path / "runs.jsonl", "".join(json.dumps(run(f"r{n}")) + "\n" for n in range(5)) + '{"id": 1\n')
    intake = take(path)
    assert [(r.id, o.row) for r, o in zip(intake.runs, intake.origins, strict=True)] == [
        (f"r{n}", n + 1) for n in range(5)
    ]
    assert messages(intake, path) == [
        "@: row 6: not JSON: EOF while parsing an object at line 1 column 8. Correct the text; the file may be cut off."
    ]
    assert intake.inputs[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


# pipes and devices


def test_a_pipe_is_read_once_and_counts(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    text = json.dumps([run()]).encode()
    writer = threading.Thread(target=lambda: path.write_bytes(text))
    writer.start()
    intake = take(path)
    writer.join()
    assert [r.id for r in intake.runs] == ["r"]
    assert intake.inputs[0].sha256 == hashlib.sha256(text).hexdigest()


def test_a_substituted_process_is_a_log(tmp_path):
    write(tmp_path / "runs.json", [run()])
    code = f"{sys.executable} -c 'from lca.cli import main; main()' assess <(cat runs.json) --json"
    done = subprocess.run(["bash", "-c", code], capture_output=True, cwd=tmp_path, env=environment(), check=False, timeout=60)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["inputs"][0]["records"] == 1


def test_a_pipe_into_which_nobody_writes_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "SILENCE", 0.2)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert messages(take(path), path) == [
        "@: nothing came through it for 0.2 s. Write to the pipe while it is read, or name a file."
    ]


def test_a_device_without_end_is_refused():
    assert messages(take(Path("/dev/zero")), "/dev/zero") == ["@: a device that gives more than 64 MiB. Name a file."]


def test_a_large_pipe_goes_to_a_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "HELD", 100)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text(json.dumps([run(), run("s")])))
    writer.start()
    assert [r.id for r in take(path).runs] == ["r", "s"]
    writer.join()


def test_a_series_in_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "power.csv")
    path = write(tmp_path / "runs.json", [run(power={"file": "power.csv"})])
    assert messages(take(path), path) == [
        "@: row 1 (run r): power: 'power.csv' is not a file. Correct the power series."
    ]


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    write(tmp_path / "a" / "runs.json", [run()])
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    intake = take(tmp_path)
    assert [r.id for r in intake.runs] == ["r"]
    assert messages(intake, tmp_path) == [
        "@/closed: the folder cannot be read: Permission denied. Check that it may be read."
    ]
    with pytest.raises(InputError) as error:
        files.expand([str(tmp_path / "closed")])
    assert str(error.value).endswith("closed: the folder cannot be read: Permission denied. Check that it may be read.")


# what reaches a terminal

ESCAPE = "\x1b[31mred\x9b2J\u202eforged"


def test_no_character_of_a_name_steers_a_terminal(cli, tmp_path):
    path = write(tmp_path / f"{ESCAPE}.json", [run(ESCAPE, system=ESCAPE), {"id": ESCAPE}])
    for command in (("check",), ("assess",), ("assess", "--json"), ("explain", "--run", ESCAPE)):
        done = cli(command[0], path, *command[1:])
        assert not any(c in done.out + done.err for c in "\x1b\x9b\u202e"), command
    assert ESCAPE in json.loads(cli("assess", path, "--json", "--by", "run").out)["figures"][0]["by"]["run"]


def test_a_name_forges_no_line_of_an_explanation(cli, tmp_path):
    path = write(tmp_path / "runs.json", [run("a\nfindings\n  error"), run("b")])
    done = cli("explain", path, "--run", "a\nfindings\n  error")
    assert "\nfindings\n  error" not in done.out
    assert done.out.startswith("total_co2e of run a\\nfindings\\n  error (Model A, training)")


def test_what_is_printable_stays():
    assert printable("é世界🙂 a\u00a0b") == "é世界🙂 a\u00a0b"
    assert printable("\x1b\x9b\u202e\udcff\n") == "\\x1b\\x9b\\u202e\\udcff\\n"
