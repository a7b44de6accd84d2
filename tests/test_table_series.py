"""Tables of samples by a mapping: energy per interval, several tables under one mapping, zones, devices, and what is wrong with rows."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from test_formats import take

import lca
from lca.ingest import reader
from lca.ingest.assign import Local
from lca.profile import load

PER_LINE = """schema: lca-map/1
match: "*.csv"
samples:
  time: {column: t}
  energy: [{column: e, unit: Wh}]
  boundary: node
"""
POWER = PER_LINE.replace("energy: [{column: e, unit: Wh}]", "power: [{column: w, unit: W}]")
HOUR = "t,w\n" + "".join(f"2025-03-01T1{m // 60}:{m % 60:02}:00{{zone}},{{watts}}\n" for m in range(0, 61, 10))


def folder(tmp_path, mapping, **tables):
    (tmp_path / "m.yaml").write_text(mapping)
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def lines(*rows):
    return "t,e\n" + "".join(f"2025-03-01T{at}Z,{energy}\n" for at, energy in rows)


FOUR = lines(("10:10:00", 5), ("10:20:00", 7), ("10:30:00", 6), ("10:40:00", 2))


def test_energy_per_interval_is_the_sum_of_the_lines(tmp_path):
    a = lca.assess(str(folder(tmp_path, PER_LINE, meter=FOUR)), now=NOW)
    [run] = a.intake.runs
    # 5 + 7 + 6 + 2 Wh; the first line is for the ten minutes before it, as the others are
    assert (run.energy[0].value.value, run.energy[0].method, run.energy[0].coverage) == (
        pytest.approx(0.020), "counter", None)  # fmt: skip
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-01T10:00:00+00:00", "2025-03-01T10:40:00+00:00")
    assert [f.message for f in findings(a, "interval-assumed")] == [
        "the first line does not say how long its interval was; 600 s were used, as between the others"
    ]


def test_an_interval_that_is_stated_is_not_assumed(tmp_path):
    mapping = PER_LINE.replace("  boundary", "  interval: 5 min\n  boundary")
    a = lca.assess(str(folder(tmp_path, mapping, meter=FOUR)), now=NOW)
    assert a.intake.runs[0].start.isoformat() == "2025-03-01T10:05:00+00:00"
    assert findings(a, "interval-assumed") == []


def test_the_hours_of_energy_per_interval(tmp_path):
    table = lines(("09:30:00", 4), ("10:00:00", 4), ("10:30:00", 6), ("11:00:00", 8))
    [run] = take(folder(tmp_path, PER_LINE, meter=table)).runs
    # 4 + 4 Wh in the hour from 9, 6 + 8 Wh in that from 10
    assert run.power.reading.shape.energy == (pytest.approx(0.008), pytest.approx(0.014))


def test_a_long_interval_is_told_and_nothing_is_scaled(tmp_path):
    table = lines(("10:00:10", 1), ("10:00:20", 1), ("10:00:30", 1), ("10:10:00", 9))
    a = lca.assess(str(folder(tmp_path, PER_LINE, meter=table)), now=NOW)
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(0.012)
    assert sorted(f.message for f in findings(a, "interval-assumed")) == [
        "one interval is more than five times as long as the others; its energy counts as its line states it",
        "the first line does not say how long its interval was; 10 s were used, as between the others",
    ]
    assert findings(a, "coverage-scaled") == []


def test_one_line_whose_interval_is_not_known(tmp_path):
    [run] = take(folder(tmp_path, PER_LINE, meter=lines(("10:00:00", 5)))).runs
    assert (run.energy[0].value.value, run.start, run.end, run.duration) == (
        pytest.approx(0.005), None, run.end, None)  # fmt: skip


def test_lines_of_two_devices_at_one_time_add_up(tmp_path):
    # two sockets in lines of their own, the same energy at the same time: 4 x 2 x 5 Wh
    rows = [(f"10:{m}0:00", 5) for m in range(4) for _ in (0, 1)]
    [run] = take(folder(tmp_path, PER_LINE, meter=lines(*rows))).runs
    assert run.energy[0].value.value == pytest.approx(0.040)


def test_a_block_of_lines_that_is_there_twice_counts_once(tmp_path):
    a = lca.assess(str(folder(tmp_path, PER_LINE, meter=FOUR + FOUR.split("\n", 1)[1])), now=NOW)
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(0.020)
    assert [f.message for f in findings(a, "clock-fault")] == [
        "4 samples bear times that other samples cover; they were not used"
    ]


def test_lines_in_any_order_give_the_same(tmp_path):
    head, *rows = FOUR.splitlines(keepends=True)
    [run] = take(folder(tmp_path, PER_LINE, meter=head + "".join([rows[2], rows[3], rows[0], rows[1]]))).runs
    assert (run.energy[0].value.value, run.start.isoformat()) == (pytest.approx(0.020), "2025-03-01T10:00:00+00:00")


def test_devices_of_energy_per_interval_that_begin_late_are_not_scaled(tmp_path):
    mapping = PER_LINE.replace("  boundary", "  device: d\n  boundary")
    rows = [f"2025-03-01T10:{m}0:00Z,{d},5\n" for m in range(1, 6) for d in "ab" if not (d == "b" and m < 5)]
    [run] = take(folder(tmp_path, mapping, meter="t,d,e\n" + "".join(rows))).runs
    assert (run.energy[0].value.value, run.energy[0].coverage) == (pytest.approx(0.030), None)  # 6 lines of 5 Wh


def test_local_times_of_energy_per_interval_over_the_end_of_summer_time(tmp_path):
    times = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]  # 2 h 30 min in six lines of half an hour each
    table = "t,e\n" + "".join(f"2025-10-26 {t}:00,5\n" for t in times)
    mapping = PER_LINE.replace("samples:", "time_zone: Europe/Berlin\nsamples:")
    [run] = take(folder(tmp_path, mapping, meter=table)).runs
    assert run.energy[0].value.value == pytest.approx(0.030)
    assert (run.end - run.start).total_seconds() == 3 * 3600


def test_each_table_of_one_mapping_is_a_run_of_its_own(tmp_path):
    tables = {"node-a": HOUR.format(zone="Z", watts=100), "node-b": HOUR.format(zone="Z", watts=200)}
    intake = take(folder(tmp_path, POWER, **tables))
    assert not intake.faults
    assert [(r.system.name, r.energy[0].value.value) for r in intake.runs] == [
        ("node-a", pytest.approx(0.1)), ("node-b", pytest.approx(0.2))]  # fmt: skip
    assert len({r.id for r in intake.runs}) == 2


def test_a_job_in_the_tables_of_two_nodes_counts_in_both(tmp_path):
    mapping = POWER.replace("  boundary", "  run: job\n  boundary")
    tables = {
        node: HOUR.replace("t,w", "t,job,w").replace("00{zone},", "00Z,j1,").format(watts=watts)
        for node, watts in (("a", 100), ("b", 200))
    }
    intake = take(folder(tmp_path, mapping, **tables))
    assert not intake.faults
    assert sorted(r.id[:5] for r in intake.runs) == ["j1-a-", "j1-b-"]
    assert sum(r.energy[0].value.value for r in intake.runs) == pytest.approx(0.3)


@pytest.mark.parametrize("match", ["node-*/power.csv", "**/power.csv", "*/*.csv"])
def test_tables_of_one_name_in_folders_of_their_own(tmp_path, monkeypatch, match):
    for node, watts in (("node-1", 100), ("node-2", 200)):
        (tmp_path / node).mkdir()
        (tmp_path / node / "power.csv").write_text(HOUR.format(zone="Z", watts=watts))
    folder(tmp_path, POWER.replace("*.csv", match))
    rules = [{"match": "*node-2/*", "system": "Second"}]
    monkeypatch.chdir(tmp_path)
    for source in (str(tmp_path), "."):
        a = lca.assess(source, profile={"id": "p", "assign": rules}, now=NOW)
        assert [(r.system.name, r.energy[0].value.value) for r in a.intake.runs] == [
            ("power", pytest.approx(0.1)), ("Second", pytest.approx(0.2))]  # fmt: skip
        assert not a.intake.faults


def test_tables_with_the_same_bytes_count_once(tmp_path):
    table = HOUR.format(zone="Z", watts=100)
    intake = take(folder(tmp_path, POWER, a=table, b=table))
    assert len(intake.runs) == 1
    assert [n.message for _, n in intake.notes if n.code == "identical-files"] == [
        f"{tmp_path}/b.csv holds the same bytes as {tmp_path}/a.csv: it counts once"
    ]


def test_rules_of_a_profile_go_by_the_name_of_the_table(tmp_path):
    rules = [
        {"match": "alpha.csv", "system": "Alpha", "stage": "finetuning", "location": {"country": "SE"}},
        {"match": "beta.csv", "system": "Beta", "stage": "inference", "energy_boundary": "rack"},
        {"match": "m.yaml", "system": "the mapping"},
    ]
    tables = {"alpha": HOUR.format(zone="Z", watts=100), "beta": HOUR.format(zone="Z", watts=200)}
    mapping = POWER.replace("  boundary: node\n", "")
    a = lca.assess(str(folder(tmp_path, mapping, **tables)), profile={"id": "p", "assign": rules}, now=NOW)
    assert [(r.system.name, r.stage, [e.boundary for e in r.energy]) for r in a.intake.runs] == [
        ("Alpha", "finetuning", []), ("Beta", "inference", ["rack"])]  # fmt: skip
    assert [f.run for f in findings(a, "boundary-not-stated")] == [a.intake.runs[0].id]


def test_a_zone_that_a_rule_states_for_one_table(tmp_path):
    local = Local.of(load({"id": "p", "assign": [{"match": "a.csv", "time_zone": "Europe/Berlin"}]}))
    table = HOUR.format(zone="", watts=100)
    folder(tmp_path, POWER, a=table, b=table.replace("100", "200"))
    first, second = reader.read([str(tmp_path)], NOW, local=local).runs
    assert (first.start.isoformat(), second.start.isoformat()) == ("2025-03-01T09:00:00+00:00", "2025-03-01T10:00:00")


def test_times_with_an_offset_among_local_ones(tmp_path):
    mapping = POWER.replace("samples:", "time_zone: Europe/Berlin\nsamples:")
    table = "t,w\n2025-03-01 10:00:00,100\n2025-03-01T09:30:00+00:00,100\n2025-03-01 11:00:00,100\n"
    [run] = take(folder(tmp_path, mapping, a=table)).runs
    assert (run.start.isoformat(), run.energy[0].value.value) == ("2025-03-01T09:00:00+00:00", pytest.approx(0.1))


def test_date_and_time_of_day_in_two_columns(tmp_path):
    mapping = POWER.replace("{column: t}", '{column: day, clock: hour, format: "%d.%m.%Y %H:%M"}')
    table = "day,hour,w\n01.03.2025,23:30,100\n02.03.2025,00:00,100\n02.03.2025,00:30,100\n"
    [run] = take(folder(tmp_path, mapping, a=table)).runs
    assert (run.start.isoformat(), run.energy[0].value.value) == ("2025-03-01T23:30:00", pytest.approx(0.1))


def test_two_columns_that_tell_devices_apart(tmp_path):
    mapping = POWER.replace("  boundary", "  device: [host, gpu]\n  boundary")
    rows = [f"2025-03-01T10:{m}0:00Z,{h},{g},100\n" for m in range(4) for h in "xy" for g in (0, 1)]
    [run] = take(folder(tmp_path, mapping, a="t,host,gpu,w\n" + "".join(rows))).runs
    assert (run.power.reading.devices, run.energy[0].value.value) == (4, pytest.approx(0.2))  # 4 x 100 W, half an hour


def test_samples_without_a_value_are_told(tmp_path):
    table = HOUR.format(zone="Z", watts=100).replace("10:30:00Z,100", "10:30:00Z,N/A")
    a = lca.assess(str(folder(tmp_path, POWER, a=table)), now=NOW)
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(0.1)
    assert [f.message for f in findings(a, "power-samples-empty")] == [
        f"1 of 7 samples holds no value, the first at {tmp_path}/a.csv: row 5"
    ]


#: what one row holds in the place of another -> what is told of it; nothing else of the table is lost
ROWS = {
    "below 0": ("2025-03-01T10:30:00Z,-100", "w: below 0 (found -100)"),
    "another unit": ("2025-03-01T10:30:00Z,100 J", "w: 'J' is the wrong dimension here; use W or kW (found 100 J)"),
    "no number": ("2025-03-01T10:30:00Z,on", "w: not a number (found on)"),
    "infinite": ("2025-03-01T10:30:00Z,inf", "w: not a finite number (found inf)"),
    "no time": (",100", "t: no time"),
    "another time": ("today,100", "t: not a time (found today)"),
    "cut off": ("2025-03-01T10:3", "the row ends early: the header has 2 (found one cell)"),
    "two rows in one": ("2025-03-01T10:30:00Z,1002025-03-01T10:40:00Z,100", "the row is longer than its header, which has 2 (found 3 cells)"),
    "a year of no log": ("0025-03-01T10:30:00Z,100", "t: the year 25 is no year of a log (found 0025-03-01T10:30:00Z)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_samples_that_cannot_be_used(tmp_path, name):
    row, problem = ROWS[name]
    table = HOUR.format(zone="Z", watts=100).replace("2025-03-01T10:30:00Z,100", row)
    intake = take(folder(tmp_path, POWER, a=table))
    assert [str(f) for f in intake.faults] == [f"{tmp_path}/a.csv: row 5: {problem}. Correct the row, or the mapping."]
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.1)
    assert {i.path.rpartition("/")[2]: (i.records, i.quarantined) for i in intake.inputs} == {
        "a.csv": (2, 1),
        "m.yaml": (0, 0),
    }


def test_a_header_in_the_middle_is_no_row(tmp_path):
    head, *rows = HOUR.format(zone="Z", watts=100).splitlines(keepends=True)
    intake = take(folder(tmp_path, POWER, a=head + "".join(rows[:3]) + head + "".join(rows[3:])))
    assert not intake.faults
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.1)


def test_a_quote_that_is_not_closed_is_told_with_the_rows_that_it_takes_in(tmp_path):
    table = HOUR.format(zone="Z", watts=100).replace("t,w", "t,w,note").replace("Z,100", "Z,100,x")
    intake = take(folder(tmp_path, POWER, a=table.replace("10:40:00Z,100,x", '10:40:00Z,100,"x')))
    assert [(str(f), f.count) for f in intake.faults] == [
        (f"{tmp_path}/a.csv: row 6: a quote that is not closed takes in the rows below (found 3 cells). Correct the row, or the mapping.", 3)]  # fmt: skip
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.05)


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    intake = take(folder(tmp_path, POWER, a="t,w,w\n2025-03-01T10:00:00Z,100,200\n"))
    assert [str(f) for f in intake.faults] == [
        f"{tmp_path}/a.csv: 2 columns are named 'w'. Give each column a name of its own, or name all columns under header in the mapping."
    ]


def test_a_table_without_rows_is_told(tmp_path):
    intake = take(folder(tmp_path, POWER, a=HOUR.format(zone="Z", watts=100), b="t,w\n"))
    assert [n.message for _, n in intake.notes if n.code == "empty-log"] == [f"{tmp_path}/b.csv holds no record"]


ROW_MAPPING = """schema: lca-map/1
match: "*.csv"
columns:
  start: {column: day, clock: hour}
  duration: {column: length, unit: s}
  power: [{column: gpu, unit: W}, {column: rest, unit: W}]
energy: {boundary: node}
constants: {system: S}
"""


def test_mean_power_of_a_row_and_its_duration(tmp_path):
    # 200 + 100 W for 90 minutes; the second row lacks one of the two, the third its duration
    table = "day,hour,length,gpu,rest\n2025-03-01,10:00:00,1:30:00,200,100\n2025-03-01,12:00:00,1:00:00,200,\n2025-03-01,13:00:00,,200,100\n"
    intake = take(folder(tmp_path, ROW_MAPPING, a=table))
    [run] = intake.runs
    assert (run.start.isoformat(), run.energy[0].value.value) == ("2025-03-01T10:00:00", pytest.approx(0.45))
    assert [str(f).removeprefix(f"{tmp_path}/") for f in intake.faults] == [
        "a.csv: row 3: rest: one of the columns that add up is empty. Correct the row, or the mapping.",
        "a.csv: row 4: gpu: power without a duration gives no energy. Correct the row, or the mapping.",
    ]


SAMPLES = {
    "two kinds": ("energy: [{column: e, unit: Wh}]", "energy: [{column: e, unit: Wh}]\n  power: [{column: w, unit: W}]",
                  "samples: samples need columns of power, of a counter, or of energy per interval. Give one of the three."),
    "dimension": ("unit: Wh", "unit: W", "samples: e: 'W' is the wrong dimension here. Use Wh, kWh, MWh or J."),
    "clock": ("column: e,", "column: e, clock: x,", "samples: e: it is no time of a day. Take clock out."),
    "interval": ("boundary", "interval: 0 s\n  boundary", "samples.interval: must be more than 0 (found 0 s). Correct it, or take it out."),
    "time": ("{column: t}", "{column: t, unit: min}", "samples.time: min is no unit of times since 1970. Write s, ms, us or ns."),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_a_mapping_that_are_wrong(tmp_path, name):
    old, new, problem = SAMPLES[name]
    intake = take(folder(tmp_path, PER_LINE.replace(old, new), meter=FOUR))
    assert str(intake.faults[0]) == f"{tmp_path}/m.yaml: {problem}"
