"""Logs in formats of others: what each gives, what is set aside, and the answers expected of real files."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from conftest import NOW, findings

import lca
from lca.errors import InputError
from lca.ingest import formats, reader
from lca.ingest.log import Log

REAL = Path(os.environ.get("LCA_SHARED", "/nowhere")) / "real-logs"
real = pytest.mark.skipif(not REAL.is_dir(), reason="LCA_SHARED does not name the folder of real logs")


def take(path):
    return reader.read([str(path)], NOW)


def sums(intake):
    runs = intake.runs
    energy = sum(r.energy[0].value.value for r in runs if r.energy)
    declared = sum((r.declared or {})["co2e"].value for r in runs if r.declared)
    seconds = sum(3600 * r.duration.value for r in runs if r.duration)
    return len(runs), energy, declared, seconds


SMI = "timestamp, index, name, power.draw [W]\n" + "".join(
    f"2024/10/30 18:{m:02}:00.000, {g}, NVIDIA A100-SXM4-40GB, 300.00 W\n" for m in range(31) for g in (0, 1)
)
HEADER = (
    "timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,"
    "country_iso_code,codecarbon_version,cpu_model,gpu_count,gpu_model,longitude,latitude,on_cloud,pue\n"
)
TAIL = "France,FRA,2.4.0,Intel Xeon,2.0,2 x NVIDIA A100-SXM4-40GB,2.35,48.85,N,1.0\n"


def codecarbon(tmp_path, *rows, name="emissions.csv", header=HEADER, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes((header + "".join(rows)).encode(encoding))
    return path


def flush(at, seconds, kwh, run="a1", tail=TAIL):
    return f"2024-03-01T{at},Tiny,{run},{seconds},0.01,{kwh / 4},{kwh / 2},{kwh / 4},{kwh},{tail}"


def test_a_journal_counts_its_last_row_once(tmp_path):
    path = codecarbon(
        tmp_path, flush("10:00:00", 1800, 0.2), flush("10:30:00", 3600, 0.5), flush("12:00:00", 3600, 0.3, "b2")
    )
    a = lca.assess(str(path), now=NOW)
    assert [(r.id, r.energy[0].value.value) for r in a.intake.runs] == [("a1", 0.5), ("b2", 0.3)]
    first = a.intake.runs[0]
    assert (first.start.isoformat(), first.end.isoformat()) == ("2024-03-01T09:30:00", "2024-03-01T10:30:00")
    assert (first.location.country, first.devices[0].model, first.devices[0].count) == (
        "FR",
        "NVIDIA A100-SXM4-40GB",
        2,
    )
    assert (first.energy[0].boundary, first.energy[0].method, first.facility) == ("component_sum", "modelled", None)
    assert first.provenance.rows == [2, 3]
    assert [(f.run, f.message) for f in findings(a, "cumulative-rows")] == [
        ("a1", "2 rows of one run: the last one counts")
    ]
    assert [f.run for f in findings(a, "stage-assumed")] == ["a1", "b2"]
    assert "48.85" not in json.dumps(a.as_dict())


def test_pue_of_the_tracker_is_not_applied_again(tmp_path):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5, tail=TAIL.replace(",1.0\n", ",1.25\n")))
    a = lca.assess(str(path), now=NOW)
    assert a.total("facility_energy")["value"] == pytest.approx(0.5)
    assert a.total("it_energy")["value"] == pytest.approx(0.4)


FAULTS = {
    "falls": ([flush("10:00:00", 3600, 0.5), flush("10:30:00", 3700, 0.4)],
              "row 3: run_id: its energy or duration falls from one row of the run to the next (found a1). Give each run its own id: none of its rows is used."),
    "torn": ([flush("10:00:00", 3600, 0.5), "2024-03-01T11:00:00,Tiny,c3,36a\n"],
             "row 3: the header has 19: the row is cut off (found 4 cells). Restore the row from its source."),
    "time": ([flush("10:00:00", 3600, 0.5), flush("late", 3600, 0.5, "d4").replace("2024-03-01T", "")],
             "row 3: timestamp: not a time (found late). Restore the row from its source."),
    "power": ([flush("10:00:00", 0, 496)],
              "row 2: energy_consumed: more than 20 kW, which no machine draws (found 496 kWh in 0 s). Correct the unit of energy or duration."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    rows, told = FAULTS[name]
    path = codecarbon(tmp_path, *rows)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: {told}"]
    assert intake.inputs[0].quarantined == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_is_told_by_the_content(tmp_path, encoding):
    assert sums(take(codecarbon(tmp_path, flush("10:00:00", 3600, 0.5), encoding=encoding)))[:2] == (1, 0.5)


def test_the_same_bytes_under_two_names_count_once(tmp_path):
    for name in ("a.csv", "b.csv"):
        codecarbon(tmp_path, flush("10:00:00", 3600, 0.5), name=name)
    a = lca.assess(str(tmp_path), now=NOW)
    assert len(a.intake.runs) == 1
    assert [f.message for f in findings(a, "identical-files")] == [
        f"{tmp_path}/b.csv holds the same bytes as {tmp_path}/a.csv: it counts once"
    ]


def test_a_file_of_a_folder_that_is_no_log_is_told(tmp_path):
    codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    (tmp_path / "notes.txt").write_text("nothing of interest")
    a = lca.assess(str(tmp_path), now=NOW)
    assert [(f.severity, f.message) for f in findings(a, "not-a-log")] == [
        ("warning", f"{tmp_path}/notes.txt is in no known format and was not used")
    ]
    [fault] = take(tmp_path / "notes.txt").faults
    assert (
        str(fault)
        == f"{tmp_path}/notes.txt: in no format that lca knows. `lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`."
    )


def test_a_pointer_of_git_lfs_is_no_log(tmp_path):
    (tmp_path / "e.csv").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    [fault] = take(tmp_path / "e.csv").faults
    assert str(fault) == f"{tmp_path}/e.csv: a pointer of git-LFS, not the file itself. Fetch it with `git lfs pull`."


def test_a_power_series_beside_its_run_is_no_run_of_its_own(tmp_path):
    record = {"schema": "lca-run/1", "id": "r", "system": "S", "stage": "training", "start": "2024-03-01T00:00:00Z", "duration": "1 h",
              "location": {"country": "FR"}, "power": {"file": "p.csv", "unit": "W", "boundary": "node"}}  # fmt: skip
    (tmp_path / "r.json").write_text(json.dumps(record))
    (tmp_path / "p.csv").write_text("time,power\n0,500\n1800,500\n3600,500\n")
    a = lca.assess(str(tmp_path), now=NOW)
    assert a.total("it_energy")["value"] == pytest.approx(0.5)
    assert not findings(a, "not-a-log")


def test_a_format_that_is_named_and_not_there(tmp_path):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    fault = reader.read([str(path)], NOW, log_format="codecarbn").faults[0]
    assert str(fault) == "--log-format: no such format (found codecarbn). The nearest is codecarbon."


def test_a_format_that_is_named_must_fit(tmp_path):
    path = codecarbon(tmp_path, flush("10:00:00", 3600, 0.5), header="a,b,c\n")
    fault = reader.read([str(path)], NOW, log_format="codecarbon").faults[0]
    assert str(fault) == (
        f"{path}: not in the format codecarbon: its begin lacks what such a file holds. Correct the file or --log-format."
    )


FUZZ = {"codecarbon": HEADER + flush("10:00:00", 1800, 0.2) + flush("10:30:00", 3600, 0.5), "nvidia-smi": SMI}


@pytest.mark.parametrize("name", FUZZ)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    made, path = random.Random(7), tmp_path / "log.csv"
    for _ in range(300):
        data = bytearray(FUZZ[name].encode())
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data)) if data else 0
            what = made.random()
            if what < 0.5 and data:
                data[at] = made.randrange(256)
            elif what < 0.7:
                del data[at : at + made.randint(1, 40)]
            elif what < 0.9:
                data[at:at] = bytes(made.choice(b',"\n\r\0-9eE.\xff') for _ in range(4))
            else:
                del data[at + 1 :]
        path.write_bytes(data)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", name]))
        assert intake.runs or intake.faults or intake.inputs


def test_every_format_is_documented():
    for name, adapter in formats.adapters().items():
        assert name == adapter.format.name
        assert adapter.module.rpartition(".")[2] == name.replace("-", "_")
        assert all((adapter.format.title, adapter.format.gives, adapter.format.lacks))


#: (runs, kWh, declared kg, seconds) of files by others
CODECARBON = {
    "v3.0.5_rtx3080ti_spain.csv": (14, 0.0321018, 0.00558732, 521.502),
    "v3.0.2_a100_israel.csv": (7, 0.2694249, 0.1570550, 3073.618),
    "v2.4_2024-06_examples.csv": (19, 0.00809027, 0.00019537, 5442.138),
    "v2.2.2_linux_fra_rtx2060.csv": (2, 0.3758409, 0.0218115, 18296.694),
    "v2.1_m1_rate-in-g-per-s.csv": (2, 0.01243, 0.0023617, 2632.280),
    "boamps_input_llama2_inference.csv": (104, 0.0397805, 0.00337653, 282.096),
    "teenytinyllama-160m.csv": (1, 15.521335, 5.672691, 139415.493),
}


@real
@pytest.mark.parametrize("name", CODECARBON)
def test_real_codecarbon(name):
    assert sums(take(REAL / "codecarbon" / name)) == pytest.approx(CODECARBON[name], rel=1e-5)


@real
@pytest.mark.parametrize("name", ["v1_2020-12_BOM_examples.csv", "v2.0_2021-07_trailing-empty-cols.csv"])
def test_the_energy_of_real_codecarbon_placeholders_is_not_used(name):
    intake = take(REAL / "codecarbon" / name)
    implausible = [n for _, n in intake.notes if n.code == "implausible-power"]
    assert implausible
    assert len([r for r in intake.runs if not r.energy]) == len(implausible)  # their hours stay
    assert {f.code for f in intake.faults} <= {"implausible-power", "torn-row"}
    assert len(intake.runs) + sum(f.count for f in intake.faults) in (99, 100)


def test_a_log_tells_text_from_other_bytes(tmp_path):
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 10)
    assert Log(str(tmp_path / "x.bin")).head.text == ""
    with pytest.raises(InputError, match="cannot be read"):
        Log(str(tmp_path / "none"))


def test_json_of_other_programs_in_a_folder_is_no_broken_run(tmp_path):
    codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    (tmp_path / "state.json").write_text('{"epoch": 1, "log_history": [{"loss": 1}]}')
    a = lca.assess(str(tmp_path), now=NOW)
    assert not a.intake.faults
    assert [f.message for f in findings(a, "not-a-log")] == [
        f"{tmp_path}/state.json is in no known format and was not used"
    ]


def test_what_a_file_lacks_comes_from_the_profile_and_the_command_line(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codecarbon(tmp_path, flush("10:00:00", 3600, 0.5, tail=TAIL.replace("France,FRA", ",")))
    rules = [
        {"match": "emissions*.csv", "stage": "finetuning", "system": "never", "reason": "folder of the tuning team"}
    ]
    a = lca.assess("emissions.csv", profile={"id": "p", "assign": rules}, now=NOW)
    assert (a.intake.runs[0].stage, a.intake.runs[0].system.name) == ("finetuning", "Tiny")
    assert [(f.field, f.message) for f in findings(a, "assigned")] == [
        ("stage", "finetuning, since the file does not say (assign, emissions*.csv): folder of the tuning team")
    ]
    done = cli("assess", "emissions.csv", "--location", "NO", "--stage", "inference", "--by", "stage,country", "--json")
    assert done.code == 0
    assert {tuple(f["by"].values()) for f in json.loads(done.out)["figures"]} == {(), ("inference", "NO")}
    done = cli("assess", "emissions.csv", "--stage", "traning")
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == "lca: assign: stage: not one of the known values (found traning). Use one of 'data', 'experimentation', 'training', 'finetuning', 'evaluation', 'inference' or 'idle'; the nearest is training.\n"
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [("FR", {"country": "FR"}), ("US-VA", {"subdivision": "US-VA"}), ("aws:us-east-1", {"cloud": "aws", "region": "us-east-1"}),
     ("site:lab", {"site": "lab"})],
)  # fmt: skip
def test_a_place_on_the_command_line(text, place):
    from lca.cli.common import _place

    assert _place(text) == place


@real
def test_real_header_of_no_version_is_told():
    intake = take(REAL / "codecarbon" / "emissions_invalid_headers.csv")
    assert [n.message.partition(": ")[2] for _, n in intake.notes if n.code == "columns-inferred"] == [
        "the header is of no version of CodeCarbon, which write emissions_rate, experiment_id, run_id: columns are read by name"
    ]


@real
def test_all_real_logs_at_once():
    """Each file is read or named with the reason why not, and no run stands for two records."""
    a = lca.assess(str(REAL), now=NOW)
    files = {str(p) for p in REAL.rglob("*") if p.is_file()}
    assert {i.path for i in a.intake.inputs} == files
    unused = {i.path for i in a.intake.inputs if i.format == "none"}
    from lca.report.unused import reasons

    assert unused <= set(reasons(a))
    assert len({r.id for r in a.intake.runs}) == len(a.intake.runs)
    measured = [
        (r.energy[0].value.value, r.duration.value)
        for r in a.intake.runs
        if r.energy and r.duration and r.energy[0].value.value
    ]
    assert len(set(measured)) == len(measured)
    assert not findings(a, "possible-double-count")
    assert a.total("it_energy")["value"] == pytest.approx(
        sum(f["value"] or 0 for f in a.figure_list(("run",)) if f["quantity"] == "it_energy" and f["by"])
    )


def test_the_same_of_many_runs_with_a_value_of_each_is_one_finding(tmp_path):
    rows = [flush(f"{10 + n // 60:02}:{n % 60:02}:00", 60, 50 + n, f"run{n}") for n in range(30)]
    a = lca.assess(str(codecarbon(tmp_path, *rows)), now=NOW)
    [told] = findings(a, "implausible-power")
    assert (told.severity, told.count, told.runs[:3]) == ("error", 30, ("run0", "run1", "run10"))
    assert told.message.endswith("; 29 more runs have the same fault")


def test_values_that_several_runs_share_are_one_finding_too(tmp_path):
    rows = [flush(f"{10 + n // 60:02}:{n % 60:02}:00", 60, 50 + n // 2, f"run{n}") for n in range(40)]
    [told] = findings(lca.assess(str(codecarbon(tmp_path, *rows)), now=NOW), "implausible-power")
    assert (told.count, told.runs[:3]) == (40, ("run0", "run1", "run10"))
    assert told.message.endswith("; 39 more runs have the same fault")


def test_the_report_names_each_file_of_which_nothing_counts(tmp_path):
    codecarbon(tmp_path, flush("10:00:00", 3600, 0.5))
    codecarbon(tmp_path, flush("10:00:00", 3600, 0.5), name="same.csv")
    codecarbon(tmp_path, flush("10:00:00", 0, 500), name="torn.csv")
    codecarbon(tmp_path, name="void.csv")
    (tmp_path / "notes.txt").write_text("nothing of interest")
    from lca.report import unused

    a = lca.assess(str(tmp_path), now=NOW)
    assert {path.rpartition("/")[2]: why for path, why in unused.reasons(a).items()} == {
        "same.csv": "holds the same bytes as emissions.csv: it counts once",
        "torn.csv": "every record is set aside: more than 20 kW, which no machine draws",
        "void.csv": "holds no record",
        "notes.txt": "is in no known format and was not used",
    }
    a.report(tmp_path / "out", formats=("html",))
    html = (tmp_path / "out" / "report.html").read_text()
    assert "Files of which nothing counts" in html
    assert "1 run from 1 input (4 files gave nothing that counts, named in section 8)" in html
    assert all(name in html for name in ("same.csv", "torn.csv", "void.csv", "notes.txt"))
