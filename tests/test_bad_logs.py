"""Logs of others that are damaged, huge, hostile or in another language: what is told, and that nothing is executed or lost."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import sqlite3
import tracemalloc

import pytest
from conftest import NOW
from test_formats import HEADER, SMI, codecarbon, flush, take

import lca

GOOD = flush("10:00:00", 3600, 0.5)


def messages(path):
    return [str(f).replace(str(path), "@") for f in take(path).faults]


def test_an_empty_file(tmp_path):
    (tmp_path / "e.csv").write_bytes(b"")
    assert messages(tmp_path / "e.csv") == ["@: the file is empty. Write at least one run."]


def test_a_header_alone(tmp_path):
    path = codecarbon(tmp_path)
    intake = take(path)
    assert (intake.runs, [(i.format, i.records) for i in intake.inputs]) == ([], [("codecarbon", 0)])
    assert [n.message for _, n in intake.notes] == [f"{path} holds no record"]


def test_decimal_commas_are_torn_rows(tmp_path):
    row = GOOD.replace("3600,0.01,", '"3600,5","0,01",')
    path = codecarbon(tmp_path, row)
    assert messages(path) == ["@: row 2: duration: not a number (found 3600,5). Restore the row from its source."]


def test_a_header_in_german_is_in_no_format(tmp_path):
    path = codecarbon(tmp_path, GOOD, header=HEADER.replace("duration", "dauer").replace("timestamp", "zeit"))
    assert messages(path) == [
        "@: in no format that lca knows; it is nearest to codecarbon, but lacks the columns timestamp and duration. "
        "`lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`."
    ]


def test_files_of_two_formats_glued_together(tmp_path):
    path = codecarbon(tmp_path, GOOD, SMI)
    intake = take(path)
    assert len(intake.runs) == 1
    assert sum(f.count for f in intake.faults) == SMI.count("\n")
    assert str(intake.faults[0]).endswith(
        "rows 3, 4, 5 and 60 more: the header has 19: the row is cut off (found 4 cells). Restore the row from its source."
    )


def test_a_file_without_a_last_newline_glued_to_its_next(tmp_path):
    path = codecarbon(
        tmp_path, GOOD.rstrip("\n") + flush("12:00:00", 3600, 0.3, "b2"), flush("13:00:00", 3600, 0.2, "c3")
    )
    intake = take(path)
    assert [r.id for r in intake.runs] == ["c3"]
    assert [str(f).replace(str(path), "@") for f in intake.faults] == [
        "@: row 2: the header has 19: two rows are glued together (found 37 cells). Restore the rows from their source."
    ]


def huge(path, begin, fill):
    """A file of 2 GiB that takes little room on disk where the filling is zeros."""
    with path.open("wb") as handle:
        handle.write(begin + fill)
        handle.seek(2 * 2**30, os.SEEK_CUR)
        handle.write(b"x")
    return path


@pytest.mark.parametrize(
    ("name", "begin", "told"),
    [
        ("emissions.csv", HEADER.encode(), "@: row 2: a line of more than 16 MiB. Split the file into lines."),
        ("trace.csv", b"TIMESTAMP,ContextTokens,GeneratedTokens\n", "@: row 2: a line of more than 16 MiB. Split the file into lines."),
        ("runs.jsonl", b'{"schema": "lca-run/1", "id": "', "@: a line of more than 16 MiB. Write one run per line."),
        ("x.txt", b"some text", "@: in no format that lca knows. `lca formats` lists them; name one with --log-format, or draft a mapping with "
         "`lca convert --guess`."),
    ],
)  # fmt: skip
def test_a_line_without_end(tmp_path, name, begin, told):
    path = huge(tmp_path / name, begin, b"x" * 70_000)
    tracemalloc.start()
    said = messages(path)
    assert tracemalloc.get_traced_memory()[1] < 2**30 + 2**28
    tracemalloc.stop()
    assert said == [told]


def test_a_bomb_of_zeros(tmp_path):
    path = tmp_path / "emissions.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as handle:
        handle.write(HEADER.encode() + b"x" * 70_000)
        for _ in range(64):
            handle.write(bytes(2**22))
    assert messages(path) == ["@: a compressed file that grows to more than 300 times its size. Give it uncompressed."]


def test_links_in_a_ring(tmp_path):
    codecarbon(tmp_path, GOOD)
    (tmp_path / "ring").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.csv").symlink_to(tmp_path / "self.csv")
    assert len(take(tmp_path).runs) == 1


class _Trap:
    def __reduce__(self):
        return (os.system, ("touch pwned",))


def test_a_pickle_is_never_loaded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codecarbon(tmp_path, GOOD)
    (tmp_path / "info.pkl").write_bytes(pickle.dumps(_Trap()))
    intake = take(tmp_path)
    assert [n.code for _, n in intake.notes if n.code == "not-a-log"] == ["not-a-log"]
    assert not (tmp_path / "pwned").exists()


def test_a_database_that_is_none(tmp_path):
    codecarbon(tmp_path, GOOD)
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\0" + os.urandom(4096))
    base = sqlite3.connect(tmp_path / "other.db")
    base.execute("create table t (x)")
    base.commit()
    base.close()
    intake = take(tmp_path)
    assert len(intake.runs) == 1
    assert {i.path.rpartition("/")[2] for i in intake.inputs} == {"emissions.csv", "mlflow.db", "other.db"}


def test_json_that_is_nested_without_end(tmp_path):
    (tmp_path / "deep.json").write_text('{"measures": ' * 50_000 + '"task" "header"')
    assert take(tmp_path / "deep.json").faults


def test_names_that_are_no_names(tmp_path):
    path = codecarbon(tmp_path, GOOD.replace("Tiny", '"=HYPERLINK(""http://x"")<script>"'))
    a = lca.assess(str(path), now=NOW)
    out = tmp_path / "out"
    a.report(out, formats=("html",))
    html = (out / "report.html").read_text()
    assert "<script>" + "</" not in html.replace("<script></", "")
    assert "=HYPERLINK" in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("encoding", ["utf-16-le", "latin-1"])
def test_other_encodings(tmp_path, encoding):
    data = (HEADER + GOOD.replace("Tiny", "T\u00fcny")).encode(encoding)
    (tmp_path / "e.csv").write_bytes((b"\xff\xfe" if encoding == "utf-16-le" else b"") + data)
    [run] = take(tmp_path / "e.csv").runs
    assert run.system.name == ("T\u00fcny" if encoding == "utf-16-le" else "T\ufffdny")


def test_the_first_page_says_how_many_records_were_not_used(tmp_path):
    path = codecarbon(tmp_path, GOOD, flush("10:00:00", 0, 496, "x"), "torn\n")
    a = lca.assess(str(path), now=NOW)
    a.report(tmp_path / "out", formats=("html",))
    assert "2 records set aside, named in section 4." in (tmp_path / "out" / "report.html").read_text()


def test_an_adapter_that_fails_costs_its_file_alone(tmp_path, monkeypatch):
    from lca.ingest.formats import nvidia_smi

    codecarbon(tmp_path, GOOD)
    (tmp_path / "smi.csv").write_text(SMI)
    monkeypatch.setattr(nvidia_smi, "seconds_of", lambda text: 1 / 0)
    monkeypatch.setattr(nvidia_smi, "_quickly", lambda *_: None)
    intake = take(tmp_path)
    assert len(intake.runs) == 1
    assert [str(f) for f in intake.faults] == [
        f"{tmp_path}/smi.csv: the adapter nvidia-smi failed: nothing of the file is used (ZeroDivisionError: division by zero). "
        "Report it with the file; leave the file out meanwhile."
    ]


def test_an_energy_that_no_machine_can_draw_is_not_used_whatever_the_format(tmp_path):
    from test_format_boamps import CHAT

    path = tmp_path / "report.json"
    path.write_text(json.dumps(CHAT | {"measures": [CHAT["measures"][0] | {"powerConsumption": 250}]}))
    intake = take(path)
    assert ([r.energy for r in intake.runs], intake.faults) == ([[]], [])
    assert [n.message for _, n in intake.notes if n.code == "implausible-power"] == [
        "250.0 kWh in 0.5 h is more than 20 kW, which its machines cannot draw; the energy was not used"
    ]
