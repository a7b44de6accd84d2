"""Tables of any kind by a mapping: rows, samples, locales, Parquet, drafts, and every message of a mapping that is wrong."""

from __future__ import annotations

import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

ROWS = """schema: lca-map/1
match: jobs*.csv
delimiter: ";"
decimal: ","
time_zone: Europe/Berlin
columns:
  id: {column: Auftrag}
  start: {column: Beginn, format: "%d.%m.%Y %H:%M"}
  duration: {column: Dauer, unit: min}
  stage: {column: Art, values: {Training: training, Betrieb: inference}}
  device: {column: GPU}
  count: {column: Anzahl}
  utilisation: {column: Last, unit: "%"}
  energy: {column: Energie, unit: Wh}
  co2e: {column: CO2, unit: g}
energy: {boundary: node, method: counter}
constants: {system: Modell, location: {country: DE}}
"""
TABLE = (
    "Auftrag;Beginn;Dauer;Art;GPU;Anzahl;Last;Energie;CO2\na;01.07.2025 10:00;90;Training;A100-SXM4-40GB;4;87,5;2400,5;900\n"
    "b;01.07.2025 14:00;30;Betrieb;A100-SXM4-40GB;1;;300;\n"
)
SAMPLES = """schema: lca-map/1
match: power.csv
samples:
  time: {column: t, unit: ms}
  power: [{column: w, unit: W}]
  device: gpu
  run: job
  boundary: accelerator
"""


def both(tmp_path, mapping, table, name="jobs.csv"):
    (tmp_path / "m.yaml").write_text(mapping)
    (tmp_path / name).write_text(table)
    return tmp_path


def test_rows_of_another_locale(tmp_path):
    a = lca.assess(str(both(tmp_path, ROWS, TABLE)), now=NOW)
    first, second = a.intake.runs
    assert (first.id, first.stage, first.system.name, first.location.country) == ("a", "training", "Modell", "DE")
    assert (first.start.isoformat(), first.duration.value) == ("2025-07-01T10:00:00+02:00", 1.5)
    [device] = first.devices
    assert (device.model, device.count, device.utilisation.value) == ("A100-SXM4-40GB", 4, 0.875)
    [energy] = first.energy
    assert (energy.value.value, energy.boundary, energy.method) == (pytest.approx(2.4005), "node", "counter")
    assert first.declared["co2e"].value == pytest.approx(0.9)
    assert (second.stage, second.devices[0].utilisation, second.declared) == ("inference", None, None)
    assert (first.provenance.source, first.provenance.rows) == (str(tmp_path / "jobs.csv"), 2)
    assert {i.path.rpartition("/")[2]: i.records for i in a.intake.inputs} == {"m.yaml": 0, "jobs.csv": 2}


def test_samples_by_run_and_device(tmp_path):
    rows = "".join(
        f"{1740816000000 + 60000 * m},{job},{g},{100 * (g + 1)}\n" for job in "xy" for m in range(61) for g in (0, 1)
    )
    runs = take(both(tmp_path, SAMPLES, "t,job,gpu,w\n" + rows, "power.csv")).runs
    assert [(r.id, r.energy[0].value.value, r.power.reading.devices) for r in runs] == [
        ("x", pytest.approx(0.3), 2), ("y", pytest.approx(0.3), 2)]  # fmt: skip
    assert (runs[0].start.isoformat(), runs[0].end.isoformat()) == (
        "2025-03-01T08:00:00+00:00", "2025-03-01T09:00:00+00:00")  # fmt: skip


def test_times_that_count_from_nowhere_give_no_date(tmp_path):
    mapping = SAMPLES.replace("unit: ms}", "unit: s}\n  relative: true").replace("  device: gpu\n  run: job\n", "")
    a = lca.assess(str(both(tmp_path, mapping, "t,w\n0,100\n1800,100\n3600,100\n", "power.csv")), now=NOW)
    [run] = a.intake.runs
    assert (run.start, run.duration.value, run.energy[0].value.value) == (None, 1.0, pytest.approx(0.1))
    assert [f.message for f in findings(a, "clock-fault")] == [
        "its times count from an unknown moment: the run has no date"
    ]


def test_a_counter_of_energy(tmp_path):
    mapping = SAMPLES.replace("power: [{column: w, unit: W}]", "counter: [{column: w, unit: J}]").replace(
        "  run: job\n", ""
    )
    runs = take(both(tmp_path, mapping, "t,gpu,w\n1740816000000,0,5\n1740819600000,0,3600005\n", "power.csv")).runs
    assert (runs[0].energy[0].value.value, runs[0].energy[0].method) == (pytest.approx(1.0), "counter")


def test_parquet_tables(tmp_path):
    pq.write_table(pa.table({"job": ["a", "b"], "secs": [3600.0, None], "kwh": [1.5, 2.0]}), tmp_path / "jobs.parquet")
    (tmp_path / "m.yaml").write_text(
        "schema: lca-map/1\nmatch: '*.parquet'\ncolumns: {id: {column: job}, duration: {column: secs, unit: s}, energy: {column: kwh, unit: kWh}}\n"
        "energy: {boundary: node}\n"
    )
    runs = take(tmp_path).runs
    assert [(r.id, r.duration and r.duration.value, r.energy[0].value.value) for r in runs] == [
        ("a", 1.0, 1.5),
        ("b", None, 2.0),
    ]


ROW_FAULTS = {
    "number": ("b;01.07.2025 14:00;30,5x;Betrieb;;1;;300;\n", "Dauer: 'x' is an unknown unit here; use s, h or d (found 30,5x)."),
    "thousands": ("b;01.07.2025 14:00;30;Betrieb;;1;;1.300,5;\n", "Energie: not a number with a decimal comma (found 1.300,5)."),
    "time": ("b;2025-07-01;30;Betrieb;;1;;300;\n", "Beginn: not a time (found 2025-07-01)."),
    "text": ("b;01.07.2025 14:00;30;Test;;1;;300;\n", "Art: the mapping does not say what this text stands for (found Test)."),
    "infinite": ("b;01.07.2025 14:00;inf;Betrieb;;1;;300;\n", "Dauer: not a finite number (found inf)."),
}  # fmt: skip


@pytest.mark.parametrize("name", ROW_FAULTS)
def test_a_row_that_does_not_fit_is_set_aside(tmp_path, name):
    row, told = ROW_FAULTS[name]
    intake = take(both(tmp_path, ROWS, TABLE.splitlines(keepends=True)[0] + row))
    assert [str(f) for f in intake.faults] == [f"{tmp_path}/jobs.csv: row 2: {told} Correct the row, or the mapping."]


MAPPINGS = {
    "no table": (ROWS.replace("jobs*.csv", "other*.csv"), "m.yaml: no file that was given fits its match (found other*.csv). "
                 "Name the tables beside the mapping, or correct match."),
    "column": (ROWS.replace("column: GPU", "column: Karte"), "jobs.csv: no column 'Karte'; its columns are 'Auftrag', 'Beginn', 'Dauer', 'Art', "
               "'GPU', 'Anzahl', 'Last', 'Energie', 'CO2'. Correct the mapping."),
    "unit": (ROWS.replace("unit: Wh", 'unit: "???"'), "m.yaml: columns.energy.unit: the unit is not stated (found ???). Write the one in which the column is."),
    "no unit": (ROWS.replace(", unit: min", ""), "m.yaml: columns: duration has no unit. Write one of its dimension, time."),
    "field": (ROWS.replace("count:", "number:"), "m.yaml: columns: 'number' is no field. Known are id, system, stage, status, start, end, duration, country, "
              "subdivision, grid_zone, cloud, region, site, pue, wue, device, kind, count, device_hours, nodes, utilisation, device_power, energy, power, co2e, water, "
              "requests, tokens_in, tokens_out, tokens_trained, samples, images, flops."),
    "no energy": (ROWS.replace("  energy: {column: Energie, unit: Wh}\n", ""), "m.yaml: energy: there is no column of energy. Name it under columns, or take energy out."),
    "dimension": (ROWS.replace("unit: Wh", "unit: W"), "m.yaml: columns: energy: 'W' is the wrong dimension here. Use Wh, kWh, MWh or J."),
    "form": (ROWS.replace("unit: min", 'unit: min, format: "%M:%S"'), "m.yaml: columns: duration has a form that no duration has. Write one of M:S, H:M, H:M:S."),
    "unit of times": (ROWS.replace("column: Beginn", "column: Beginn, unit: h"), "m.yaml: columns: start has no unit of times since 1970. Write s, ms, us or ns."),
    "energy twice": (ROWS.replace("  co2e:", "  power: {column: CO2, unit: W}\n  co2e:"), "m.yaml: columns: energy and power are the same energy twice. Give one of the two."),
    "power alone": (ROWS.replace("energy: {column", "power: {column").replace("unit: Wh", "unit: W").replace("  duration: {column: Dauer, unit: min}\n", ""),
                    "m.yaml: columns: power needs the duration of each row. Name its column."),
    "several": (ROWS.replace("{column: Dauer, unit: min}", "[{column: Dauer, unit: min}]"), "m.yaml: columns: duration has several columns. Only those of energy and power add up."),
    "open column": (ROWS.replace("column: GPU", 'column: "???"'), "m.yaml: columns.device.column: it is not stated (found ???). Write it instead of the question marks."),
    "open form": (ROWS.replace('"%d.%m.%Y %H:%M"', '"???"'), "m.yaml: columns.start.format: it is not stated (found ???). Write it instead of the question marks."),
    "key twice": (ROWS + "match: x.csv\n", "m.yaml: the key match stands twice in one object, in lines 2 and 18. Keep one of the two."),
    "column twice": (ROWS.replace("  co2e:", "  energy: {column: CO2, unit: Wh}\n  co2e:"), "m.yaml: the key energy stands twice in one object, in lines 14 and 15. Keep one of the two."),
    "zone": (ROWS.replace("Europe/Berlin", "Berlin"), "m.yaml: time_zone: not a time zone (found Berlin). Write a name of the IANA database, such as Europe/Paris."),
    "yaml": (ROWS + "x: [", "m.yaml: not YAML: "),
    "key": (ROWS + "colums: {}\n", "m.yaml: colums: unknown key (found colums). The nearest known key is columns."),
}  # fmt: skip


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_is_wrong(tmp_path, name):
    mapping, told = MAPPINGS[name]
    intake = take(both(tmp_path, mapping, TABLE))
    assert not intake.runs
    message = str(intake.faults[0]).removeprefix(f"{tmp_path}/")
    assert message.startswith(told) if name == "yaml" else message == told


def test_a_table_that_is_named_without_a_mapping(tmp_path):
    (tmp_path / "jobs.csv").write_text(TABLE)
    [fault] = take(tmp_path / "jobs.csv").faults
    assert str(fault).endswith("name one with --log-format, or draft a mapping with `lca convert --guess`.")


def test_a_draft_is_read_once_it_is_completed(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "power.csv").write_text(
        "Zeit;Leistung;Raum\n01.03.2025 10:00:00;1,5;x\n01.03.2025 10:30:00;1,5;x\n01.03.2025 11:00:00;1,5;x\n"
    )
    done = cli("convert", "--guess", "power.csv", "-o", "power.map.yaml")
    assert (done.code, done.out) == (0, "")
    assert done.err == "wrote a draft to power.map.yaml: check it, and give it together with the table\n"
    text = (tmp_path / "power.map.yaml").read_text()
    assert text == (
        'schema: lca-map/1\nmatch: "power.csv"\ndelimiter: ";"\ndecimal: ","\nsamples:\n'
        '  time: {column: "Zeit", format: "%d.%m.%Y %H:%M:%S"}\n  power:  # power over time\n'
        '    - {column: "Leistung", unit: "???"}  # state the unit (W, kW): the header does not\n'
        "  # boundary: node  # of what is it the energy? accelerator, cpu, component_sum, node, rack, it or facility: state it here,\n"
        "  #   or in the profile, as assign: [{match: TABLE, energy_boundary: node}]; it is not used before\n"
        "constants:  # what the table does not say, such as stage: training, location: {country: FR}, devices: [{model: H100, count: 8}]\n  {}\n"
        '# columns that are not used, with their first value:\n#   "Raum": "x"\n'
    )
    assert "the unit is not stated" in str(take(tmp_path).faults[0])
    (tmp_path / "power.map.yaml").write_text(text.replace('"???"', "kW").replace("# boundary: node", "boundary: node"))
    assert take(tmp_path).runs[0].energy[0].value.value == pytest.approx(1.5)


def test_a_draft_of_rows(tmp_path):
    from lca.ingest.guess import draft
    from lca.ingest.log import Log

    (tmp_path / "runs.csv").write_text(
        "run_id,start,runtime_min,gpu,n_gpus,energy_kwh,co2,who\nj1,2025-03-01T10:00:00Z,60,H100 SXM,8,5.5,1,jd\n"
    )
    text = draft([Log(str(tmp_path / "runs.csv"))], str(tmp_path))
    assert 'energy: {column: "energy_kwh", unit: kWh}' in text
    assert '  # co2e: {column: "co2", unit: "???"}  # state the unit (kg, g): the header does not' in text
    (tmp_path / "m.yaml").write_text(text.replace("# boundary: node", "boundary: node"))
    [run] = take(tmp_path).runs
    assert (run.id, run.duration.value, run.devices[0].count, run.energy[0].value.value) == ("j1", 1.0, 8, 5.5)


def test_what_is_no_table_has_no_draft(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.txt").write_text("nothing\n")
    done = cli("convert", "--guess", "x.txt", "-o", "m.yaml")
    assert (done.code, done.out, list(tmp_path.glob("*.yaml"))) == (2, "", [])
    assert (
        done.err
        == "lca: x.txt: no table with at least two rows and two columns. A mapping is for tables, CSV or Parquet.\n"
    )


@real
def test_real_samples_of_two_gpus(tmp_path):
    shutil.copy(REAL / "custom-power" / "nvml_2gpu_wide.csv", tmp_path)
    (tmp_path / "m.yaml").write_text(
        "schema: lca-map/1\nmatch: nvml*.csv\nsamples:\n  time: {column: timestamp, unit: s}\n"
        "  power: [{column: GPU0, unit: W}, {column: GPU1, unit: W}]\n  boundary: accelerator\nconstants: {devices: [{kind: gpu, count: 2}]}\n"
    )
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    whole = run.energy[0].value.value / run.energy[0].coverage.value.value * 3.6e6
    # gaps of more than five median steps are not bridged: the mean of what is covered stands for them
    assert whole == pytest.approx(15_291.7, rel=3e-3)
    assert whole == pytest.approx(15_259.8, rel=3e-3)
    assert run.provenance.rows == [2, 124]
    assert findings(a, "coverage-scaled")
