"""Completeness: what was expected with `--expect` against what was found; gaps are told, and never change a figure."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, ROOT, assess, figure, findings, run, write

import lca
from lca import completeness
from lca.errors import InputError
from lca.report import completeness as told
from lca.report.view import build

CODES = ("run-missing", "run-unexpected", "hours-missing", "energy-not-explained")
BILL = {
    "schema": "lca-run/1", "id": "power", "system": "hall", "stage": "training", "start": "2023-05-01T00:00:00Z", "end": "2023-06-01T00:00:00Z",
    "location": {"country": "FR"}, "energy": [{"value": "100 kWh", "boundary": "facility", "method": "bill"}],
}  # fmt: skip


def expecting(tmp_path, text, *runs, name="jobs.csv"):
    """The assessment of runs against one file; 8 H100 for 10 hours each, 48 kWh at the facility."""
    return assess(*(runs or (run("job-1001"), run("job-1002"))), expect=[write(tmp_path / name, text)])


def raised(a):
    """(code, run, message) of the findings on what was expected."""
    return [(f.code, f.run, f.message) for f in a.findings if f.code in CODES]


def measures(a):
    return {m.quantity: (m.expected, m.found, m.missing) for c in a.completeness.compared for m in c.measures}


# ---- lists of jobs ------------------------------------------------------------------------------------------------------

LISTS = {
    "ids.txt": "# all of May\njob-1001\njob-1002\n\njob-1003\n",
    "one-column.csv": "job_id\njob-1001\njob-1002\njob-1003\n",
    "jobs.csv": "Job ID,user\njob-1001,ann\njob-1002,bob\njob-1003,bob\n",
    "semicolons.csv": "id;name\njob-1001;a\njob-1002;b\njob-1003;c\n",
    "ids.json": '["job-1001", "job-1002", "job-1003"]',
    "objects.json": '{"jobs": [{"id": "job-1001"}, {"run": "job-1002"}, {"job": "job-1003"}]}',
    "lines.jsonl": '{"id": "job-1001"}\n{"id": "job-1002"}\n{"id": "job-1003"}\n',
    "windows.txt": "\ufeffjob-1001\r\njob-1002\r\njob-1003\r\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_every_form_of_a_list_names_the_run_that_is_missing(tmp_path, name):
    a = expecting(tmp_path, LISTS[name], name=name)
    assert raised(a) == [
        ("run-missing", "job-1003", f"{name} expects it, and no log of it was given; the total lacks it")
    ]
    assert (a.completeness.compared[0].expected, a.completeness.compared[0].found) == (3, 2)


def test_gaps_never_change_a_figure(tmp_path):
    without, with_ = assess(run("job-1001"), run("job-1002")), expecting(tmp_path, LISTS["ids.txt"])
    assert without.figure_list() == with_.figure_list()
    assert without.completeness is None


def test_hours_that_a_run_lacks(tmp_path):
    a = expecting(tmp_path, "id,gpu_hours\njob-1001,80\njob-1002,100\njob-1003,16\n")
    assert raised(a) == [
        ("hours-missing", "job-1002", "jobs.csv expects 100 device hours, and its log gives 80: 20 are missing"),
        ("run-missing", "job-1003", "jobs.csv expects it, and no log of it was given: 16 device hours; the total lacks it"),
    ]  # fmt: skip
    assert measures(a) == {"device_hours": (196, 160, 36)}


def test_more_of_one_run_does_not_make_up_for_less_of_another(tmp_path):
    a = expecting(tmp_path, "id,gpu_hours\njob-1001,60\njob-1002,100\n")
    assert measures(a) == {"device_hours": (160, 160, 20)}


def test_wall_clock_hours_and_energy_with_units(tmp_path):
    a = expecting(
        tmp_path, "id,duration,energy,boundary\njob-1001,600 min,48 kWh,facility\njob-1002,12 h,0.06 MWh,facility\n"
    )
    assert raised(a) == [
        (
            "energy-not-explained",
            "job-1002",
            "jobs.csv expects 60 kWh at the facility, and its log gives 48: 12 are missing",
        ),
        ("hours-missing", "job-1002", "jobs.csv expects 12 hours, and its log gives 10: 2 are missing"),
    ]


def test_a_shortfall_within_one_per_cent_is_none(tmp_path):
    assert raised(expecting(tmp_path, "id,gpu_hours\njob-1001,80.8\njob-1002,79\n")) == []


def test_runs_that_no_list_names(tmp_path):
    a = expecting(tmp_path, "job-1001\n")
    assert raised(a) == [("run-unexpected", "job-1002", "nothing that was expected names it")]


def test_two_lists_together_name_all_runs(tmp_path):
    lists = [write(tmp_path / f"{id}.txt", f"{id}\n") for id in ("job-1001", "job-1002")]
    assert raised(assess(run("job-1001"), run("job-1002"), expect=lists)) == []


def test_many_missing_runs_are_told_in_one_finding(tmp_path):
    a = expecting(tmp_path, "\n".join(f"job-{n}" for n in range(1001, 1101)))
    [one] = findings(a, "run-missing")
    assert (one.count, one.run, len(one.runs)) == (98, None, 25)
    assert one.message == "jobs.csv expects 98 runs of which no log was given; the total lacks them"


@pytest.mark.parametrize(
    ("expected", "logged"),
    [("1001", run("job-1001")), ("cluster-1001", run("1001")), ("77", run("x", ext={"slurm_job_id": 77})), ("1001", run("a/b_1001"))],
)  # fmt: skip
def test_ids_are_found_as_parts_and_under_ext(tmp_path, expected, logged):
    a = expecting(tmp_path, f"id\n{expected}\n", logged)
    assert raised(a) == []


def test_a_part_of_two_ids_is_that_of_none(tmp_path):
    a = expecting(tmp_path, "id\n1001\n", run("a-1001"), run("b-1001"))
    assert [code for code, *_ in raised(a)] == ["run-missing", "run-unexpected", "run-unexpected"]


def test_a_short_part_is_no_id(tmp_path):
    assert [code for code, *_ in raised(expecting(tmp_path, "id\n1\n", run("job-1")))] == [
        "run-missing",
        "run-unexpected",
    ]


# ---- logs that say what should be there ---------------------------------------------------------------------------------


def test_an_expected_log_goes_through_the_same_rules(tmp_path):
    a = expecting(
        tmp_path, json.dumps({"runs": [run("job-1001"), run("job-1002"), run("job-1003")]}), name="scheduler.json"
    )
    twin = figure(assess(run("job-1003")), "total_co2e")["value"]
    [gap] = a.completeness.compared[0].gaps
    assert (gap.id, gap.co2e, gap.amounts["device_hours"]) == ("job-1003", pytest.approx(twin), 80)
    [[_, _, message]] = raised(a)
    assert (
        message
        == f"scheduler.json expects it, and no log of it was given: 80 device hours, about {twin:.3g} kgCO2e by the same rules; the total lacks it"
    )


def test_a_scheduler_export_in_the_format_of_slurm(tmp_path):
    rows = "JobID|State|Start|End|ElapsedRaw|AllocTRES\n1001|COMPLETED|2023-05-01T00:00:00|2023-05-01T10:00:00|36000|gres/gpu:h100=8\n1003|FAILED|2023-05-01T00:00:00|2023-05-01T02:00:00|7200|gres/gpu:h100=8\n"
    a = expecting(tmp_path, rows, name="sacct.txt")
    assert a.completeness.compared[0].source.made.format == "sacct"
    assert [(code, id) for code, id, _ in raised(a)] == [("run-missing", "1003"), ("run-unexpected", "job-1002")]
    assert measures(a)["device_hours"] == (96, 80, 16)


# ---- bills --------------------------------------------------------------------------------------------------------------


def test_energy_of_a_bill_that_the_logs_do_not_explain(tmp_path):
    a = expecting(tmp_path, json.dumps(BILL), name="bill.json")
    energy = figure(a, "facility_energy")["value"]
    assert energy == pytest.approx(96)
    assert measures(a) == {"facility_energy": (100, pytest.approx(96), pytest.approx(4))}
    assert raised(a) == [
        ("energy-not-explained", None, "bill.json expects 100 kWh at the facility, and the logs of its period and place give 96: 4 are missing")
    ]  # fmt: skip


def test_a_bill_is_compared_with_runs_of_its_period_and_place_alone(tmp_path):
    runs = [
        run("inside"), run("before", start="2023-04-01T00:00:00Z"), run("half", start="2023-04-30T19:00:00Z"),
        run("abroad", location={"country": "DE"}), run("undated", start=None),
    ]  # fmt: skip
    a = expecting(tmp_path, json.dumps(BILL), *runs, name="bill.json")
    _, found, _ = measures(a)["facility_energy"]
    assert found == pytest.approx(48 + 24 + 48)
    assert a.completeness.compared[0].notes == [
        "runs without a date are compared whole, since it is not known whether its period holds them"
    ]


def test_hours_of_a_cloud_bill(tmp_path):
    header = "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ProviderName,RegionId,ResourceId,SkuId,ResourceName,ServiceCategory,SkuMeter"
    row = "9,USD,2023-05-01T00:00:00Z,2023-05-02T00:00:00Z,Usage,24,Hours,AWS,us-east-1,i-0123456789abcdef0,,,Compute,p5.48xlarge"
    place = {"cloud": "aws", "region": "us-east-1"}
    logged = run(
        "job",
        start="2023-05-01T06:00:00Z",
        location=place,
        devices=[{"model": "p5.48xlarge", "device_hours": "10 h"}],
        duration="10 h",
    )
    a = expecting(tmp_path, f"{header}\n{row}\n", logged, name="focus.csv")
    expected, found, missing = measures(a)["device_hours"]
    assert found / expected == pytest.approx(10 / 24)
    assert missing == pytest.approx(expected - found)
    assert [code for code, *_ in raised(a)] == ["hours-missing"]
    assert a.completeness.unexpected == []  # a bill names no runs


# ---- what cannot be used ------------------------------------------------------------------------------------------------

FATAL = {
    "table.csv": ("name,hours\na,1\n", "{path}: row 1: no column with the ids of jobs (found name, hours). Name one of its columns id, run, run_id, job, job_id, jobid."),
    "empty.txt": ("\n# nothing\n", "{path}: holds no job. Give one job per line or row."),
    "torn.json": ('["a", ', "{path}: row 1: not JSON: EOF while parsing a value at line 1 column 6. Write a JSON array, or one object per line."),
    "picture.png": ("\x89PNG\0\0", "{path}: neither text nor a log that lca knows. Give a list of jobs as text, CSV or JSON."),
}  # fmt: skip


@pytest.mark.parametrize("name", FATAL)
def test_a_file_that_expects_nothing(tmp_path, name):
    text, message = FATAL[name]
    with pytest.raises(InputError) as error:
        expecting(tmp_path, text, name=name)
    assert str(error.value) == message.format(path=tmp_path / name)


def test_a_file_that_is_not_there(tmp_path, cli):
    made = cli("check", write(tmp_path / "r.json", json.dumps([run()])), "--expect", str(tmp_path / "none.csv"))
    assert made.code == 2
    assert (
        made.err
        == f"lca: {tmp_path / 'none.csv'}: no such file. Check the path; a pattern must match at least one file.\n"
    )


ROWS = {
    "job-1,": None,
    ",5": "row 3: id: the job has no id. Give it one as id or run.",
    "job-1001,many": "row 3: gpu_hours: not a number with a unit; write a number and s, h or d (found many). Correct the value.",
    "job-1001,-5": "row 3: gpu_hours: must be at least 0 (found -5 h). Correct the value.",
    "job-1002,7": "row 3: row 2 states something else of this job; this row is not used (found job-1002). State each job once.",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_cannot_be_used_costs_itself_alone(tmp_path, row):
    a = expecting(tmp_path, f"id,gpu_hours\njob-1002,80\n{row}\n")
    wrong = [f.message for f in findings(a, "invalid-run")]
    assert wrong == ([f"{tmp_path / 'jobs.csv'}: {ROWS[row]}"] if ROWS[row] else [])
    assert a.failed == bool(wrong)
    assert a.completeness.compared[0].source.made.quarantined == len(wrong)


def test_an_energy_without_boundary_is_refused(tmp_path):
    a = expecting(tmp_path, "id,energy_kwh\njob-1001,48\n")
    [wrong] = findings(a, "invalid-run")
    assert wrong.message == (
        f"{tmp_path / 'jobs.csv'}: row 2: boundary: an energy needs the boundary at which it was measured. "
        "Use one of accelerator, cpu, dram, component_sum, node, rack, it, facility."
    )


def test_a_list_of_millions_of_unused_columns_is_told_short(tmp_path):
    a = expecting(tmp_path, "id," + ",".join(f"c{n}" for n in range(50)) + "\njob-1001" + ",x" * 50 + "\n")
    [note] = [x for x in a.completeness.compared[0].notes if x.startswith("columns")]
    assert note == "columns that are not used: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 40 more"


# ---- told ---------------------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_missing(tmp_path):
    a = expecting(tmp_path, "id,gpu_hours\njob-1001,80\njob-1002,100\njob-1003,16\n")
    made = build(a)
    assert made.answer.label.endswith("; 1 expected run is missing from it")
    assert told.fact(a).text == (
        "2 of 3 runs that jobs.csv expects are here; 36.0 of 196 device hours are missing. The total lacks what is missing; section 3 names it."
    )


def test_the_first_page_says_that_nothing_was_tested():
    assert told.fact(assess(run())).text == (
        "Not tested: nothing says what should be there. A list of jobs, a scheduler export or a bill given with --expect does."
    )


def test_a_bill_that_the_logs_explain(tmp_path):
    a = expecting(tmp_path, json.dumps(BILL | {"energy": [BILL["energy"][0] | {"value": "96 kWh"}]}), name="bill.json")
    assert told.fact(a).text == "bill.json and the logs agree on 96.0 kWh at the facility."


def test_names_in_what_was_expected_are_text(tmp_path):
    a = expecting(tmp_path, "<script>alert(1)</script>\n=cmd|' /C calc'!A0\n", name="x.txt")
    a.report(tmp_path / "out", ("html", "json"))
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_document_has_it_all(tmp_path, cli):
    runs, jobs = write(tmp_path / "r.json", json.dumps([run("a")])), write(tmp_path / "jobs.txt", "a\nb\n")
    made = cli("assess", runs, "--expect", jobs, "--json")
    held = json.loads(made.out)["completeness"]
    assert (held["missing_runs"], held["unexpected_runs"]) == (1, [])
    [one] = held["expected"]
    assert (one["path"], one["format"], one["expected"], one["found"]) == (str(jobs), "list of jobs", 2, 1)
    assert one["missing"] == [{"id": "b", "total_co2e": None}]
    assert json.loads(cli("assess", runs, "--json").out)["completeness"] is None


def test_the_order_of_runs_changes_nothing(tmp_path):
    runs = [run(f"job-{n}", duration=f"{n / 100} h") for n in range(1001, 1020)]
    text = "id,gpu_hours\n" + "\n".join(f"job-{n},{n / 10}" for n in range(1001, 1030))
    made = [completeness.as_data(expecting(tmp_path, text, *order).completeness) for order in (runs, runs[::-1])]
    for one in made:
        one["unexpected_runs"].sort()
    assert made[0] == made[1]


def test_severities_of_the_profile_count(tmp_path):
    jobs = write(tmp_path / "jobs.txt", "job-1009\n")
    profile = {"id": "p", "severities": {"run-missing": "error", "run-unexpected": "off"}}
    a = lca.assess([run("job-1001")], now=NOW, expect=[jobs], profile=profile)
    assert [f.severity for f in a.findings if f.code == "run-missing"] == ["error"]
    assert a.failed
    assert a.findings_off == {"run-unexpected": 1}


def test_the_sample_of_what_was_expected():
    samples = ROOT / "samples"
    a = assess(str(samples / "failed-run-example.json"), expect=[samples / "expected" / "vision-jobs.csv"])
    assert [(code, id) for code, id, _ in raised(a)] == [
        ("hours-missing", "vision-failed"),
        ("run-missing", "vision-evaluation"),
    ]
    assert measures(a) == {"device_hours": (4416, 4336, 80)}
