"""What a file is: told by what it holds, wherever that stands, and by what it lacks where it is nearly of a format."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from contextlib import closing

import pytest
from conftest import NOW, findings, run, write
from test_formats import take

import lca
from lca.errors import InputError
from lca.ingest import detect, formats
from lca.ingest.log import HEAD, Log

REMEDY = "`lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`."
JSON_REMEDY = "`lca formats` lists them; name one with --log-format, or write its records as a table and draft a mapping with `lca convert --guess`."  # fmt: skip
#: more than the first bytes by which formats are told apart
LONG = "n" * (HEAD + 1000)


def told(path):
    return [str(f).replace(str(path), "@") for f in take(path).faults]


# JSON


@pytest.mark.parametrize("is_named", [True, False])
def test_a_run_whose_schema_stands_behind_long_data_is_a_run(tmp_path, is_named):
    text = json.dumps({"ext": {"a": LONG}} | run())
    path = write(tmp_path / "runs" / "run.json", text)
    assert [r.id for r in take(path if is_named else path.parent).runs] == ["r"]
    with gzip.open(tmp_path / "runs" / "run.json.gz", "wt") as handle:
        handle.write(text)
    path.unlink()
    assert [r.id for r in take(tmp_path / "runs").runs] == ["r"]


def test_a_document_of_another_format_is_claimed_by_keys_behind_long_data(tmp_path):
    page = {"note": LONG, "object": "page", "data": [{"object": "bucket", "start_time": 1748736000, "end_time": 1748822400, "results": [
        {"object": "organization.usage.completions.result", "input_tokens": 10, "output_tokens": 5, "num_model_requests": 2,
         "input_cached_tokens": 0, "model": "m"}]}]}  # fmt: skip
    intake = take(write(tmp_path / "usage.json", page))
    assert [i.format for i in intake.inputs] == ["openai-usage"]
    assert [(r.work.requests, r.work.tokens_in, r.work.tokens_out) for r in intake.runs] == [(2, 10, 5)]


@pytest.mark.parametrize("size", [3, 7, 64, 2**20])
def test_keys_are_found_wherever_parts_of_the_file_end(monkeypatch, size):
    monkeypatch.setattr(detect, "PART", size)
    inner = {'b": 1, ': ["x", {"c": 'd: "e": '}]}
    data = {"a": inner, "long": "v" * 5000, "f": "g", "ü": "ß", "h": [None, True, 1e9]}
    for text, last in ((json.dumps(data), "\\u00fc"), (json.dumps(data, indent=1, ensure_ascii=False), "ü")):
        found = detect._keys(io.BytesIO(text.encode()))
        assert set(found) == {"a", 'b\\": 1, ', "c", "long", "f", "h", last}
        assert found["f"] == {"g": None}


def test_a_string_without_end_takes_no_memory(monkeypatch):
    monkeypatch.setattr(detect, "LONGEST", 1000)
    monkeypatch.setattr(detect, "PART", 500)
    data = b'{"a": "' + b'x\\"' * 5000 + b'", "b": "c"}'
    assert detect._keys(io.BytesIO(data))["b"] == {"c": None}


def test_json_of_an_unknown_tool_is_in_no_format_in_one_line(cli, tmp_path):
    for name, data in (
        ("log.json", {"loss": 1.0, "step": 10}),
        ("jobs.json", [{"id": 7, "stage": "test", "status": "success", "duration": 9}]),
    ):
        path = write(tmp_path / name, data)
        assert cli("assess", path) == (2, "", f"lca: {path}: in no format that lca knows. {JSON_REMEDY}\n")
        intake = take(tmp_path)
        path.unlink()
        assert (intake.faults, [n.code for _, n in intake.notes]) == ([], ["not-a-log"])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"id": "a", "system": "m", "stage": "training", "duration": 3}, ["schema: it is missing", "duration: a bare number"]),
        ({"schema": "lca-run/2", "id": "a"}, ["schema: not one of the known values", "system: it is missing", "stage: it is missing"]),
        ({"runs": [{"id": "a", "devices": [], "location": {}, "duration": "1 h"}]}, ["schema: it is missing", "system: it is missing", "stage: it is missing"]),
    ],
)  # fmt: skip
def test_a_broken_run_log_is_told_field_by_field(tmp_path, data, expected):
    path = write(tmp_path / "run.json", data)
    assert len(told(path)) == len(expected)
    for message, part in zip(told(path), expected, strict=True):
        assert f": {part}" in message


def test_empty_and_torn_documents_that_were_named_are_told_as_such(tmp_path):
    for text, expected in (
        ("[]", "@: runs: it holds no run. Write at least one run."),
        ('{"a": 1', "@: not JSON: EOF while parsing an object at line 1 column 7. Correct the text; the file may be cut off."),
    ):  # fmt: skip
        assert told(write(tmp_path / "x.json", text)) == [expected]


def test_keys_of_the_records_of_a_document():
    assert detect.record_keys('{"runs": [{"id": 1, "a": {"b": 1}}], "declared": []}') == {"id", "a", "declared"}
    assert detect.record_keys('[{"id": "x: {\\"y\\": 1"}, {"z": [{"w": 1}]}]') == {"id", "z"}
    assert detect.record_keys('{"id": 1}\n{"stage": 2}') == {"id", "stage"}


# SQLite


def database(path, tables):
    with closing(sqlite3.connect(path)) as base:
        base.executescript(tables)
    return path


FILLING = "CREATE TABLE filling (x TEXT); INSERT INTO filling WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT hex(randomblob(50)) FROM n;"  # fmt: skip
TABLES = """CREATE TABLE experiments (experiment_id INTEGER, name TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time BIGINT, end_time BIGINT, experiment_id INTEGER);
CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);"""


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_database_is_told_by_its_schema(tmp_path, ending):
    path = database(tmp_path / "mlflow.db", FILLING + "".join(f"CREATE TABLE t{n} (a{n} TEXT, {'b' * 500} TEXT);" for n in range(200)) + TABLES)  # fmt: skip
    if ending:
        write(tmp_path / "mlflow.db.gz", gzip.compress(path.read_bytes()))
    log = Log(f"{path}{ending}")
    assert b"run_uuid" not in log.head.data
    assert formats.choose(log, "").format.name == "mlflow"


def test_a_database_of_another_kind_is_in_no_format(tmp_path):
    path = database(tmp_path / "cache.db", FILLING)
    assert told(path) == [f"@: in no format that lca knows. {REMEDY}"]
    intake = take(tmp_path)
    assert (intake.faults, [n.code for _, n in intake.notes]) == ([], ["not-a-log"])


def test_a_damaged_database_is_in_no_format(tmp_path):
    path = database(tmp_path / "cache.db", FILLING + TABLES)
    data = bytearray(path.read_bytes())
    data[100:4000] = bytes(3900)
    assert told(write(path, bytes(data))) == [f"@: in no format that lca knows. {REMEDY}"]


# near a format


NEAR = [
    ("timestamp,project_name,emissions,energy_consumed\n", "codecarbon, but lacks the column duration"),
    ("GPUId,TimeStampUs,Field\n", "dcgm, but lacks the column Values"),
    ("line_item_usage_start_date,line_item_usage_end_date,line_item_line_item_type,line_item_usage_amount\n",
     "aws-cur, but lacks the columns lineItem/UsageType and lineItem/UnblendedCost"),
    ('{"data": [{"a": {"properties": {}, "minutes": 1, "cpuCoreHours": 2}}]}', "opencost, but lacks the key gpuHours"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NEAR)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_file_near_a_format_says_which_and_what_is_missing(tmp_path, text, expected, is_named):
    path = write(tmp_path / "a" / "x.txt", text)
    assert [m.replace(str(path), "@") for m in told(path if is_named else path.parent)] == [
        f"@: in no format that lca knows; it is nearest to {expected}. {JSON_REMEDY if text[0] in '{[' else REMEDY}"
    ] or not is_named
    if not is_named:
        [fault] = take(path.parent).faults
        assert fault.problem == f"in no format that lca knows; it is nearest to {expected}"


def test_a_parquet_table_near_a_format_says_which(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"timestamp": ["a"], "project_name": ["b"], "emissions": [1.0], "duration": [2.0]}), path)
    assert told(path) == [
        f"@: in no format that lca knows; it is nearest to codecarbon, but lacks the column energy_consumed. {REMEDY}"
    ]


def test_a_text_that_is_near_no_format_is_no_error_in_a_folder(tmp_path):
    write(tmp_path / "notes.txt", "timestamp, what happened\n")
    assert take(tmp_path).faults == []


def test_what_lca_wrote_itself_is_told_as_such(tmp_path):
    write(tmp_path / "run.json", run("r"))
    lca.assess(tmp_path / "run.json", now=NOW).report(tmp_path / "out", formats=("json", "csv"))
    a = lca.assess(tmp_path, now=NOW)
    assert [r.id for r in a.intake.runs] == ["r"]
    assert not [f for f in a.findings if f.severity == "error"]
    assert [(f.severity, f.message) for f in findings(a, "not-a-log")] == [
        ("warning", f"{tmp_path}/out/results.csv is in no known format and was not used"),
        ("info", f"{tmp_path}/out/assessment.json is lca-assessment/1, a result of lca, and holds no runs"),
    ]
    with pytest.raises(InputError) as caught:
        lca.assess(tmp_path / "out" / "assessment.json", now=NOW)
    assert str(caught.value) == (
        f"{tmp_path}/out/assessment.json: lca-assessment/1, a result of lca, which holds no runs. Give the logs on which it rests."
    )


def test_many_files_in_no_format_are_told_once(tmp_path):
    write(tmp_path / "run.json", run("r"))
    for n in range(6):
        write(tmp_path / f"note{n}.txt", "nothing")
    a = lca.assess(tmp_path, now=NOW)
    assert [f.message for f in findings(a, "not-a-log")] == [
        f"6 files are in no known format and were not used: {tmp_path}/note0.txt, {tmp_path}/note1.txt, {tmp_path}/note2.txt and 3 more"
    ]


CONSOLE = "the console log of the Hugging Face Trainer, which states no start, no devices, no power and no energy"
PRINTED = {
    "steps": "{'loss': 2.1, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 0.5}\n{'loss': nan, 'epoch': 1.0}\n",
    "end": "{'train_runtime': 120.5, 'train_samples_per_second': 10.0, 'train_loss': 1.6, 'epoch': 1.0}\n",
    "text": "{'loss': '2.1', 'learning_rate': '5e-05', 'epoch': '0.5'}\n",
    "progress": " 50%|#####     | 5/10 [00:05<00:05]\r{'eval_loss': 2.1, 'eval_runtime': 3.2, 'epoch': 0.5}\n 60%|###\n",
    "metrics": "***** train metrics *****\n  epoch         =        3.0\n  train_runtime = 0:12:34.56\n",
    "begin": "[INFO|trainer.py:2134] 2026-03-02 10:00:00 >> ***** Running training *****\n  Num examples = 5000\n",
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_console_of_a_trainer_is_named_with_what_it_lacks(tmp_path, name):
    path = write(tmp_path / "train.log", PRINTED[name])
    assert told(path) == [
        f"@: {CONSOLE}. Give trainer_state.json or all_results.json of its output folder, and the log of a tracker or meter beside it."
    ]
    write(tmp_path / "run.json", run("r"))
    a = lca.assess(tmp_path, now=NOW)
    assert [(f.severity, f.message) for f in findings(a, "not-a-log")] == [
        ("warning", f"{path} is {CONSOLE}; it was not used")
    ]


def test_other_text_with_braces_is_no_console(tmp_path):
    assert told(write(tmp_path / "a.log", "{'name': 'x', 'epoch': 3}\n"))[0].startswith("@: ")
    assert CONSOLE not in told(write(tmp_path / "a.log", "{'name': 'x', 'epoch': 3}\n"))[0]
