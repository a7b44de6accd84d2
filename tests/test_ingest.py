"""Every way in gives the same runs: one object, array, runs, JSON Lines, gzip, folder, pattern, standard input, dicts."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from conftest import NOW, assess, findings, run, value, write

import lca
from lca.errors import InputError
from lca.ingest.convert import as_json
from lca.run import Device, Electricity, EnergyRecord, Facility, Host, Location, Run, WorkDone, json_schema

RUNS = [run("a"), run("b", duration="3 h", stage="evaluation")]
ENERGY = 1.2 * 8 * 0.5 * 13
LINES = "".join(json.dumps(r) + "\n" for r in RUNS)
WAYS = {
    "array.json": json.dumps(RUNS),
    "runs.json": json.dumps({"runs": RUNS}, indent=2),
    "schema.json": json.dumps({"schema": "lca-run/1", "runs": RUNS}),
    "lines.jsonl": LINES,
    "lines.json": LINES,
    "blank-lines.jsonl": "\n" + LINES.replace("\n", "\n\n"),
    "windows.jsonl": LINES.replace("\n", "\r\n"),
    "no-last-newline.jsonl": LINES.rstrip("\n"),
    "bom.jsonl": LINES.encode("utf-8-sig"),
    "array.json.gz": gzip.compress(json.dumps(RUNS).encode()),
    "lines.jsonl.gz": gzip.compress(LINES.encode()),
    "runs.ndjson": LINES,
}


def energy(sources) -> float:
    return value(lca.assess(sources, now=NOW), "facility_energy")


@pytest.mark.parametrize("name", WAYS)
def test_a_file_in_each_form(tmp_path, name):
    path = write(tmp_path / name, WAYS[name])
    made = lca.assess(path, now=NOW)
    assert value(made, "facility_energy") == pytest.approx(ENERGY)
    assert [r.id for r in made.activities.runs] == ["a", "b"]
    [read] = made.intake.inputs
    assert (read.path, read.records, read.quarantined, read.format) == (str(path), 2, 0, "lca-run")


@pytest.mark.parametrize("name", WAYS)
def test_the_digest_of_an_input_is_that_of_the_file(tmp_path, name):
    """`sha256sum FILE` is what an auditor compares it with."""
    path = write(tmp_path / name, WAYS[name])
    [read] = lca.assess(path, now=NOW).intake.inputs
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_one_object(tmp_path):
    for text in (json.dumps(RUNS[0]), json.dumps(RUNS[0], indent=2), json.dumps(RUNS[0]) + "\n"):
        assert energy(write(tmp_path / "one.json", text)) == pytest.approx(1.2 * 40)


def test_folders_patterns_and_several_paths(tmp_path):
    write(tmp_path / "in" / "a.json", RUNS[0])
    write(tmp_path / "in" / "deep" / "b.jsonl", json.dumps(RUNS[1]))
    write(tmp_path / "in" / "notes.txt", "no run log")
    write(tmp_path / "in" / ".hidden.json", "{")
    write(tmp_path / "in" / ".hidden" / "c.json", "{")
    for sources in (tmp_path / "in", [str(tmp_path / "in" / "**" / "*.json*")],
                    [tmp_path / "in" / "a.json", tmp_path / "in" / "deep"]):  # fmt: skip
        assert energy(sources) == pytest.approx(ENERGY)


def test_a_file_named_twice_counts_once(tmp_path):
    path = write(tmp_path / "a.json", RUNS)
    made = lca.assess([path, str(path), tmp_path, str(tmp_path / "*.json")], now=NOW)
    assert value(made, "facility_energy") == pytest.approx(ENERGY)
    assert len(made.intake.inputs) == 1


def test_a_file_under_two_names_counts_once(tmp_path):
    for name in ("a.json", "copy.json"):
        write(tmp_path / name, RUNS)
    made = lca.assess(tmp_path, now=NOW)
    assert value(made, "facility_energy") == pytest.approx(ENERGY)
    assert len(findings(made, "duplicate-run")) == 2


def test_standard_input(cli):
    for data in (json.dumps(RUNS).encode(), LINES.encode(), gzip.compress(LINES.encode())):
        done = cli("assess", "-", "--json", "--by", "run", stdin=data)
        assert done.code == 0
        document = json.loads(done.out)
        assert {f["by"].get("run") for f in document["figures"]} == {"a", "b", None}
        assert document["inputs"][0]["path"] == "-"


def test_dicts_runs_and_frames():
    assert energy(RUNS) == energy([Run.model_validate(r) for r in RUNS]) == pytest.approx(ENERGY)
    assert energy(RUNS[0]) == pytest.approx(48.0)
    frame = pd.DataFrame([
        {"schema": "lca-run/1", "id": r["id"], "system.name": "Model A", "stage": r["stage"], "duration": r["duration"],
         "start": r["start"], "location.country": "FR", "facility.pue": 1.2, "devices.0.model": "H100",
         "devices.0.count": 8, "devices.0.power": "500 W", "devices.0.power_boundary": "node",
         "host.exclusive": None, "work.requests": float("nan")} for r in RUNS
    ])  # fmt: skip
    assert energy(frame) == pytest.approx(ENERGY)
    single = frame.rename(columns=lambda name: name.replace("devices.0.", "devices."))
    assert energy(single) == pytest.approx(ENERGY)


def test_what_is_no_source_is_refused():
    with pytest.raises(InputError) as caught:
        lca.assess([7], now=NOW)
    assert (
        str(caught.value)
        == "argument 1: not a path, a dict or a run (found 7). Give paths, dicts, Run objects or a DataFrame."
    )
    with pytest.raises(InputError, match="no record could be used"):
        lca.assess([], now=NOW)


def test_an_assessment_leaves_the_users_objects_alone():
    given = [Run.model_validate(run("p", power={"samples": [[0, 1000], [36000, 1000]], "boundary": "node"}))]
    before = given[0].model_dump_json()
    first, second = lca.assess(given, now=NOW), lca.assess(given, now=NOW)
    assert first.to_json() == second.to_json()
    assert given[0].model_dump_json() == before


SERIES = [[0, 1000.0], [3600, 2000.0], [7200, 1000.0]]


def series(**power) -> dict:
    return run("p", duration="2 h", facility={"pue": 1}, power={"boundary": "node", **power})


def test_a_power_series_is_integrated_by_trapezoids():
    made = assess(series(samples=SERIES))
    assert value(made, "it_energy") == pytest.approx(3.0)
    assert made.activities.runs[0].energy[0].method == "integrated"
    stamped = [[f"2023-05-01T0{n}:00:00+00:00", watts] for n, (_, watts) in enumerate(SERIES)]
    assert value(assess(series(samples=stamped)), "it_energy") == pytest.approx(3.0)
    assert value(assess(series(samples=SERIES[::-1])), "it_energy") == pytest.approx(3.0)


def test_a_gap_is_not_bridged_but_scaled_and_marked():
    even = [[60.0 * n, 600.0] for n in range(61)]
    gap = [[t + (3600 if t > 1800 else 0), w] for t, w in even]
    made = assess(series(samples=gap))
    covered = 59 / 120
    assert value(made, "it_energy") == pytest.approx(0.6 * 59 / 60 / covered)
    assert findings(made, "coverage-scaled")


@pytest.mark.parametrize(
    ("power", "told"),
    [
        ({"samples": [[0, 1], [0, 2], [9, 1]]}, "two samples bear the same time, 0 s; keep one of them"),
        ({"samples": [[0, -1], [9, 1]]}, "samples[0]: the value is negative (found -1); correct it, or leave it out where nothing was measured"),
        ({"samples": [["noon", 1], [9, 1]]}, "samples[0]: not a time (found noon); write RFC 3339 or seconds"),
        ({"file": "x.csv"}, "a power series in a file needs a run log that is a file itself"),
    ],
)  # fmt: skip
def test_a_bad_power_series(power, told):
    with pytest.raises(InputError) as caught:
        assess(series(**power))
    assert str(caught.value) == f"argument: row 1 (run p): power: {told}. Correct the power series."


def test_a_power_series_in_a_file(tmp_path):
    rows = "".join(f"{t},{w / 1000}\n" for t, w in SERIES)
    write(tmp_path / "in" / "power.csv", "t,kw\n" + rows)
    log = series(file="power.csv", time="t", value="kw", unit="kW")
    assert value(lca.assess(write(tmp_path / "in" / "run.json", log), now=NOW), "it_energy") == pytest.approx(3.0)
    for name, told in (
        ("../secret.csv", "'../secret.csv' lies outside the folder of the run log"),
        (str(tmp_path / "secret.csv"), "lies outside the folder of the run log"),
        ("nothing.csv", "'nothing.csv' cannot be read"),
    ):
        write(tmp_path / "secret.csv", "t,kw\n" + rows)
        path = write(tmp_path / "in" / "run.json", {**log, "power": {**log["power"], "file": name}})
        with pytest.raises(InputError) as caught:
            lca.assess(path, now=NOW)
        assert told in str(caught.value)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    write(tmp_path / "secret.csv", "time,power\n0,5\n7200,5\n")
    path = write(tmp_path / "in" / "run.json", series(file="link.csv"))
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InputError, match="lies outside the folder of the run log"):
        lca.assess(path, now=NOW)


def test_an_archive_is_no_run_log(tmp_path):
    with tarfile.open(tmp_path / "runs.json.gz", "w:gz") as out:
        out.add(Path(__file__), "x.py")
    with pytest.raises(InputError, match=r"not JSON|not text in UTF-8"):
        lca.assess(tmp_path / "runs.json.gz", now=NOW)


def test_conversion_keeps_what_was_written():
    record = run("c", duration={"value": 10, "low": 9, "high": 12, "unit": "h"}, declared={"energy": "48.0 kWh"},
                 ext={"note": ["kept", {"deep": 1}]}, end="2023-05-01T10:00:00+02:00")  # fmt: skip
    made = assess(record)
    [again] = as_json(made.intake)
    assert again["duration"] == {"value": 10, "low": 9, "high": 12, "unit": "h"}
    assert again["declared"] == {"energy": "48.0 kWh"}
    assert again["ext"] == record["ext"]
    assert again["devices"][0]["power"] == "500 W"
    assert assess(again).figure_list() == made.figure_list()


PARTS = {
    (): Run, ("location",): Location, ("facility",): Facility, ("host",): Host, ("electricity",): Electricity, ("work",): WorkDone,
    ("devices", 0): Device, ("energy", 0): EnergyRecord,
}  # fmt: skip


def test_null_is_an_absent_field_wherever_a_field_may_be_absent():
    base = run(energy=[{"value": "10 kWh", "boundary": "node"}])
    for path, model in PARTS.items():
        for name, field in model.model_fields.items():
            if field.is_required():
                continue
            given, without = json.loads(json.dumps(base)), json.loads(json.dumps(base))
            for made in (given, without):
                at = made
                for step in path:
                    at = at[step] if isinstance(step, int) else at.setdefault(step, {})
                at.pop(name, None)
                if made is given:
                    at[name] = None
            assert Run.model_validate(given) == Run.model_validate(without), (*path, name)
            jsonschema.validate(given, json_schema())
