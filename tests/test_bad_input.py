"""Bad run logs: the whole message, the exit status, nothing on standard output with status 2, and never a traceback."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import figure, run, write

GOOD = run("good")

#: one bad record beside a good one: what is changed, and all that is said about it
RECORDS = {
    "unknown key": ({"durration": "3 h"}, "durration: unknown key (found durration). The nearest known key is duration; free data goes under ext."),
    "unknown key inside": ({"devices": [{"cuont": 3}]}, "devices[0].cuont: unknown key (found cuont). The nearest known key is count; free data goes under ext."),
    "unknown schema": ({"schema": "lca-run/2"}, "schema: not one of the known values (found lca-run/2). Use one of 'lca-run/1'."),
    "unknown stage": ({"stage": "trainning"}, "stage: not one of the known values (found trainning). Use one of 'data', 'experimentation', 'training', 'finetuning', 'evaluation', 'inference' or 'idle'; the nearest is training."),
    "no system": ({"system": None}, "system: it is missing. Name the AI system or model."),
    "wrong dimension": ({"devices": [{"power": "330 kWh"}]}, "devices[0].power: 'kWh' is the wrong dimension here (found 330 kWh). Use W or kW."),
    "unknown unit": ({"devices": [{"power": "330 Wats"}]}, "devices[0].power: 'Wats' is an unknown unit here (found 330 Wats). Use W or kW."),
    "bare number": ({"devices": [{"power": 330}]}, "devices[0].power: a bare number where a quantity with a unit belongs (found 330). Use W or kW."),
    "bare number as text": ({"devices": [{"power": "330"}]}, "devices[0].power: a bare number where a quantity with a unit belongs (found 330). Use W or kW."),
    "thousands": ({"duration": "1,000 h"}, "duration: thousands separators are refused (found 1,000 h). Write the digits without them."),
    "negative": ({"devices": [{"power": "-330 W"}]}, "devices[0].power: must be at least 0 (found -330 W). Correct the value."),
    "negative duration": ({"duration": "-3 h"}, "duration: must be more than 0 (found -3 h). Correct the value."),
    "zero count": ({"devices": [{"count": 0}]}, "devices[0].count: must be more than 0 (found 0). Correct the value."),
    "infinite": ({"duration": "1e999 h"}, "duration: not a finite number (found 1e999 h). Correct the value."),
    "infinite after conversion": ({"energy": [{"value": "1e308 GWh", "boundary": "node"}]}, "energy[0].value: not a finite number (found 1e308 GWh). Correct the value."),
    "not a number": ({"duration": "nan h"}, "duration: not a number with a unit (found nan h). Write a number and s, h or d."),
    "N/A": ({"duration": "N/A"}, "duration: not a number with a unit (found N/A). Write a number and s, h or d."),
    "utilisation": ({"devices": [{"utilisation": 1.5}]}, "devices[0].utilisation: must be at most 1 (found 1.5). Correct the value."),
    "PUE below 1": ({"facility": {"pue": 0.9}}, "facility.pue: must be at least 1 (found 0.9). Correct the value."),
    "interval": ({"duration": {"value": 3, "unit": "h", "low": 4}}, "duration: the interval low..high must surround the value. Correct the value."),
    "unknown country": ({"location": {"country": "XX"}}, "location.country: not an ISO 3166-1 country code (found XX). Write two or three letters, such as FR or FRA."),
    "subdivision elsewhere": ({"location": {"country": "US", "subdivision": "CA-ON"}}, "location: subdivision CA-ON is not in country US. Correct one of the two."),
    "end before start": ({"duration": None, "end": "2023-04-01T00:00:00Z"}, "end: it is not after start 2023-05-01T00:00:00+00:00 (found 2023-04-01T00:00:00Z). Correct one of the two."),
    "long string": ({"id": "x" * 10_000_000}, "id: longer than 500 characters (found " + "x" * 60 + "...). Shorten it."),
    "long key": ({"k" * 10_000_000: 1}, "k" * 120 + "...: unknown key (found " + "k" * 60 + "...). Free data goes under ext."),
    "declared": ({"declared": {"energie": "3 kWh"}}, "declared.energie: unknown quantity. The nearest known is energy."),
    "instrument": ({"electricity": {"instruments": [{"type": "ppa", "share": 1}]}}, "electricity.instruments[0]: a ppa needs its factor, such as 0 kgCO2e/kWh. State it, or name a technology."),
    "coverage": ({"energy": [{"value": "40 kWh", "boundary": "node", "coverage": -0.5}]}, "energy[0].coverage: must be more than 0 (found -0.5). Correct the value."),
    "coverage above 1": ({"energy": [{"value": "40 kWh", "boundary": "node", "coverage": "120 %"}]}, "energy[0].coverage: must be at most 1 (found 120 %). Correct the value."),
    "coverage in words": ({"energy": [{"value": "40 kWh", "boundary": "node", "coverage": "most"}]}, "energy[0].coverage: not a number with a unit (found most). Write a number, bare or with %."),
    "coverage of": ({"energy": [{"value": "40 kWh", "boundary": "node", "coverage": {"of": "devises", "value": 0.5}}]}, "energy[0].coverage.of: not one of the known values (found devises). Use one of 'time' or 'devices'; the nearest is devices."),
    "part of a coverage": ({"energy": [{"value": "40 kWh", "boundary": "node", "coverage": {"of": "time", "value": 3}}]}, "energy[0].coverage.value: must be at most 1 (found 3). Correct the value."),
    "batch of nothing": ({"work": {"tokens_out": 1, "batch_size": 0}}, "work.batch_size: must be at least 1 (found 0). Correct the value."),
    "batch that is no number": ({"work": {"tokens_out": 1, "batch_size": True}}, "work.batch_size: not a number (found True). Write it bare, without quotes."),
    "batch too large": ({"work": {"tokens_out": 1, "batch_size": 1e9}}, "work.batch_size: must be at most 1 000 000 (found 1000000000). Correct the value."),
    "half a device": ({"devices": [{"count": 1.5}]}, "devices[0].count: not a whole number (found 1.5). Write a whole number, such as 8."),
    "not a list": ({"devices": {"model": "H100"}}, "devices: not a list (found {'model': 'H100'}). Write it in brackets, [ ]."),
    "not an object": ({"facility": 1.2}, "facility: not an object with keys (found 1.2). Write an object with keys, such as { }."),
    "not true or false": ({"host": {"exclusive": "perhaps"}}, "host.exclusive: neither true nor false (found perhaps). Write true or false, without quotes."),
    "time of a sample": ({"power": {"samples": [[None, 5], [1, 5]]}}, "power.samples[0][0]: not a time (found None). Write RFC 3339, or seconds from the start of the run."),
    "columns": ({"power": {"file": "p.csv", "value": 7}}, "power.value: neither the name of a column nor a list of names (found 7). Write power, or [gpu0, gpu1]."),
    "lifetime of 0": ({"devices": [{"model": "H100", "lifetime": "0 years"}]}, "devices[0].lifetime: must be more than 0 (found 0 years). Correct the value."),
    "lifetime of a server": ({"host": {"lifetime": "0 h"}}, "host.lifetime: must be more than 0 (found 0 h). Correct the value."),
    "use of the lifetime": ({"devices": [{"model": "H100", "lifetime_utilisation": 1.2}]}, "devices[0].lifetime_utilisation: must be at most 1 (found 1.2). Correct the value."),
    "efficiency": ({"devices": [{"model": "H100", "efficiency": 1.2}]}, "devices[0].efficiency: must be at most 1 (found 1.2). Correct the value."),
    "nothing alike": ({"declared": {"electricity": "3 kWh"}}, "declared.electricity: unknown quantity. Use one of energy, co2e, device_hours, it_energy, facility_energy, use_co2e_location, use_co2e_market, use_co2e_upstream, use_co2e, embodied_co2e, end_of_life_co2e, total_co2e, total_co2e_market, water_onsite, water_offsite, water, embodied_water, primary_energy, adpe, training_flops."),
    "key like a function": ({"function-x": 5}, "function-x: unknown key (found function-x). Free data goes under ext."),
    "key in brackets": ({"<share>": 5}, "<share>: unknown key (found <share>). Free data goes under ext."),
    "key alike to none": ({"watts": 5}, "watts: unknown key (found watts). Free data goes under ext."),
    "no name": ({"system": {"name": ""}}, "system.name: it is empty. Write it out."),
    "power series": ({"power": {"boundary": "node"}}, "power: a power series has either samples or a file. Give one of the two."),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_bad_record_is_told_in_full_and_the_rest_goes_on(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    change, told = RECORDS[name]
    write(tmp_path / "runs.json", [GOOD, run("bad", **change)])
    done = cli("assess", "runs.json", "--json")
    assert done.err == f"lca: runs.json: run 2: {told}\n"
    assert done.code == 1
    document = json.loads(done.out)
    assert document["inputs"][0]["records"] == 2
    assert document["inputs"][0]["quarantined"] == 1
    assert {f["rows"] for f in document["figures"]} == {1}
    assert [f["code"] for f in document["findings"] if f["severity"] == "error"] == ["invalid-run"]


def test_every_fault_of_a_record_is_told(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, run("bad", facility={"pue": 0.5}, duration="3 kg")])
    done = cli("assess", "runs.json", "--json")
    assert done.err == (
        "lca: runs.json: run 2: duration: 'kg' is the wrong dimension here (found 3 kg). Use s, h or d.\n"
        "lca: runs.json: run 2: facility.pue: must be at least 1 (found 0.5). Correct the value.\n"
    )
    assert done.code == 1


#: records that are valid alone and refused beside others, or at this time
AMONG = {
    "different": (run("good", duration="11 h"), "row 2 (run good): id: a different run at runs.json: row 1 has this id; this one is not used (found good). Give each run its own id.", "invalid-run"),
    "future": (run("late", start="2031-01-01T00:00:00Z"), "row 2 (run late): start: it lies in the future (found 2031-01-01T00:00:00+00:00). Correct the date.", "future-date"),
    "series": (run("p", power={"samples": [[0, 100]]}), "row 2 (run p): power: a power series needs at least two samples. Correct the power series.", "invalid-run"),
    "outside": (run("p", power={"file": "../../etc/passwd"}), "row 2 (run p): power: '../../etc/passwd' lies outside the folder of the run log. Correct the power series.", "invalid-run"),
}  # fmt: skip


@pytest.mark.parametrize("name", AMONG)
def test_a_record_that_cannot_stand_beside_others(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    record, told, code = AMONG[name]
    write(tmp_path / "runs.json", [GOOD, record])
    done = cli("assess", "runs.json", "--json")
    assert done.err == f"lca: runs.json: {told}\n"
    assert done.code == 1
    found = json.loads(done.out)["findings"]
    assert [f["severity"] for f in found if f["code"] == code] == ["error"]


def test_a_record_that_stands_twice_counts_once_and_is_told(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, GOOD])
    done = cli("assess", "runs.json", "--json")
    assert (done.err, done.code) == ("", 0)
    [told] = [f for f in json.loads(done.out)["findings"] if f["code"] == "duplicate-run"]
    assert (told["severity"], told["run"], told["message"]) == (
        "warning", "good", "the same run is at runs.json: row 1 and at runs.json: row 2; it counts once"
    )  # fmt: skip


#: files of which nothing can be used
FILES = {
    "cut off": (json.dumps([GOOD])[:40], "not JSON: EOF while parsing a string at line 1 column 40. Correct the text; the file may be cut off."),
    "latin-1": (json.dumps([run("é")], ensure_ascii=False).encode("latin-1"), "not text in UTF-8 (found byte 32). Save the file as UTF-8."),
    "empty": ("", "the file is empty. Write at least one run."),
    "blank": (" \n ", "the file is empty. Write at least one run."),
    "no run": ("[]", "runs: it holds no run. Write at least one run."),
    "null": ("null", "runs: not a list of runs (found None). Write an array of objects."),
    "number in list": ("[7]", "run 1: not an object (found 7). Write a run as a JSON object."),
    "runs is a map": ('{"runs": {"a": 1}}', "runs: not a list of runs (found {'a': 1}). Write an array of objects."),
    "nested": ('{"a":' + "[" * 10_000 + "]" * 10_000 + "}", "not JSON: recursion limit exceeded at line 1 column 206. Correct the text; the file may be cut off."),
    "gzip cut off": (gzip.compress(json.dumps([GOOD]).encode(), mtime=0)[:-20], "not a whole gzip file: Compressed file ended before the end-of-stream marker was reached. Compress the file again."),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_any_usable_run_ends_with_status_2(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    data, told = FILES[name]
    write(tmp_path / "runs.json", data)
    done = cli("assess", "runs.json", "-o", "out.json")
    assert done == (2, "", f"lca: runs.json: {told}\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["runs.json"], "nothing is written on 2"


@pytest.mark.parametrize("name", FILES)
def test_the_other_files_go_on(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "good.json", [GOOD])
    write(tmp_path / "runs.json", FILES[name][0])
    done = cli("assess", "good.json", "runs.json", "--json")
    assert (done.code, done.err) == (1, f"lca: runs.json: {FILES[name][1]}\n")
    assert json.loads(done.out)["figures"][0]["rows"] == 1


def test_utf_8_and_utf_16_with_a_byte_order_mark_are_read(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for encoding in ("utf-8-sig", "utf-16"):
        write(tmp_path / "runs.json", json.dumps([run("é")], ensure_ascii=False).encode(encoding))
        done = cli("assess", "runs.json", "--json", "--by", "run")
        assert (done.code, done.err) == (0, "")
        assert json.loads(done.out)["figures"][0]["by"] == {"run": "é"}


PLACES = {
    "missing file": ("nowhere.json", "nowhere.json: no such file. Check the path; a pattern must match at least one file."),
    "pattern": ("*.nothing", "*.nothing: no such file. Check the path; a pattern must match at least one file."),
    "folder": ("folder", "folder: no file in this folder. Name a folder that holds run logs."),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_where_nothing_is_found(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    given, told = PLACES[name]
    assert cli("assess", given, "-o", "out.json") == (2, "", f"lca: {told}\n")
    assert not (tmp_path / "out.json").exists()


def test_an_unreadable_file(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "good.json", [GOOD])
    write(tmp_path / "locked.json", [run("locked")])
    whole = Path.open

    def refuse(self: Path, *args: Any, **named: Any) -> Any:
        if self.name == "locked.json":
            raise PermissionError(13, "Permission denied")
        return whole(self, *args, **named)

    monkeypatch.setattr(Path, "open", refuse)
    told = "lca: locked.json: cannot be read: Permission denied. Check that the file exists and may be read.\n"
    assert cli("assess", "locked.json") == (2, "", told)
    done = cli("assess", "good.json", "locked.json", "--json")
    assert (done.code, done.err) == (1, told)


def test_one_bad_line_of_json_lines_is_torn_and_the_rest_goes_on(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps(run(str(n))) for n in range(3)]
    for torn in range(3):
        cut = [line[:60] if n == torn else line for n, line in enumerate(lines)]
        write(tmp_path / "runs.jsonl", "\n".join(cut) + "\n")
        done = cli("assess", "runs.jsonl", "--json")
        assert done.code == 1, f"line {torn + 1} is cut off: {done.err}"
        document = json.loads(done.out)
        assert document["figures"][0]["rows"] == 2
        assert [f["message"].split(": not JSON")[0] for f in document["findings"] if f["code"] == "torn-row"] == [
            f"runs.jsonl: row {torn + 1}"
        ]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_nan_and_infinity_name_the_field_and_the_rest_goes_on(cli, tmp_path, monkeypatch, text, ending):
    """Python's json module writes these without being asked to."""
    monkeypatch.chdir(tmp_path)
    bad = json.dumps(run("bad", facility={"pue": 9.25})).replace("9.25", text)
    both = [json.dumps(GOOD), bad]
    write(tmp_path / f"runs.{ending}", "\n".join(both) if ending == "jsonl" else f"[{','.join(both)}]")
    done = cli("assess", f"runs.{ending}", "--json")
    assert done.code == 1, done.err
    assert "facility.pue" in done.err


@pytest.mark.parametrize("stamp", ["20240501", "1714521600"])
def test_a_date_that_is_not_rfc_3339_is_refused(cli, tmp_path, monkeypatch, stamp):
    """Taken for seconds since 1970, 20240501 would be a day of August 1970."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, run("bad", start=stamp)])
    done = cli("assess", "runs.json", "--json")
    assert done.code == 1
    assert done.err.startswith("lca: runs.json: run 2: start: ")


@pytest.mark.parametrize("stamp", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_date_at_the_end_of_the_calendar_is_no_traceback(cli, tmp_path, monkeypatch, stamp):
    """In UTC it lies beyond the years that a date can hold."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, run("bad", start=stamp)])
    done = cli("assess", "runs.json", "--json")
    assert done.code == 1
    assert "start" in done.err


@pytest.mark.parametrize("count", [True, "8"])
def test_a_count_is_a_number(cli, tmp_path, monkeypatch, count):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, run("bad", devices=[{"model": "H100", "count": count}])])
    done = cli("assess", "runs.json", "--json")
    assert done.code == 1
    assert done.err.startswith("lca: runs.json: run 2: devices[0].count: ")


def test_a_value_of_the_wrong_dimension_is_shown_wherever_it_stands(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [GOOD, run("bad", declared={"energy": "3 kg"})])
    done = cli("assess", "runs.json", "--json")
    assert done.err == (
        "lca: runs.json: run 2: declared.energy: 'kg' is the wrong dimension here (found 3 kg). Use Wh, kWh, MWh or J.\n"
    )


def test_an_unknown_device_is_not_determined_and_never_anothers_number(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [run("x", devices=[{"model": "NVIDIA H1000", "count": 8}])])
    done = cli("assess", "runs.json", "--json", "--by", "run")
    document = json.loads(done.out)
    energy = next(f for f in document["figures"] if f["quantity"] == "it_energy" and f["by"])
    assert energy["value"] is None
    assert energy["reason"]
    found = [f for f in document["findings"] if f["code"] == "unknown-device"]
    assert [(f["run"], f["field"], f["severity"]) for f in found] == [("x", "devices[0].model", "warning")]
    assert found[0]["message"].startswith("'NVIDIA H1000' is not in the catalogue; nearest known: NVIDIA H100")


def test_a_file_name_that_is_not_utf_8(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = b"run\xff.json"
    with open(name, "wb") as out:
        out.write(json.dumps([GOOD]).encode())
    done = cli("assess", name.decode("utf-8", "surrogateescape"), "--json")
    assert done.code == 0
    assert json.loads(done.out)["inputs"][0]["records"] == 1


def test_figure_helper_finds_the_good_run():
    from conftest import assess

    assert figure(assess(GOOD), "it_energy", run="good")["value"] == pytest.approx(40.0)
