"""Times of sacct in every form, over clock changes, and of jobs that ended at once."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from intake_messages import messages
from test_formats import take

import lca

HEAD = "JobID|State|Start|End|Elapsed|AllocTRES\n"
TRES = "billing=8,cpu=8,gres/gpu:a100=8,gres/gpu=8,node=1"
BERLIN = {"id": "p", "assign": [{"time_zone": "Europe/Berlin", "location": {"country": "DE"}}]}


def log(tmp_path, *rows, head=HEAD, name="jobs.txt"):
    path = tmp_path / name
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def job(start, end, elapsed="02:00:00", id="7", state="COMPLETED"):
    return f"{id}|{state}|{start}|{end}|{elapsed}|{TRES}"


DATED = {
    "%Y-%m-%dT%H:%M:%S": ("2025-03-01T08:00:00", "2025-03-01T10:00:00"),
    "%Y/%m/%d-%H:%M:%S": ("2025/03/01-08:00:00", "2025/03/01-10:00:00"),
    "%Y/%m/%d %H:%M:%S": ("2025/03/01 08:00:00", "2025/03/01 10:00:00"),
    "%F %T": ("2025-03-01 08:00:00", "2025-03-01 10:00:00"),
    "%d.%m.%Y %H:%M:%S": ("01.03.2025 08:00:00", "01.03.2025 10:00:00"),
    "%d %b %Y %H:%M:%S": ("01 Mar 2025 08:00:00", "01 Mar 2025 10:00:00"),
    "%a %b %e %H:%M:%S %Y": ("Sat Mar  1 08:00:00 2025", "Sat Mar  1 10:00:00 2025"),
    "%a %d %b %Y %I:%M:%S %p %Z": ("Sat 01 Mar 2025 08:00:00 AM CET", "Sat 01 Mar 2025 10:00:00 AM CET"),
    "%Y%m%d%H%M%S": ("20250301080000", "20250301100000"),
    "%Y%m%dT%H%M%S": ("20250301T080000", "20250301T100000"),
    "%Y%m%d-%H:%M:%S": ("20250301-08:00:00", "20250301-10:00:00"),
}


@pytest.mark.parametrize("shape", DATED)
def test_a_date_in_any_form_is_read(tmp_path, shape):
    intake = take(log(tmp_path, job(*DATED[shape])))
    [run] = intake.runs
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-01T08:00:00", "2025-03-01T10:00:00")
    assert not messages(intake, "clock-fault")


OFFSET = {
    "%s": ("1740812400", "1740819600"),
    "%FT%T%z": ("2025-03-01T08:00:00+0100", "2025-03-01T10:00:00+0100"),
    "RFC 3339": ("2025-03-01T08:00:00+01:00", "2025-03-01T10:00:00+01:00"),
    "UTC": ("2025-03-01T07:00:00Z", "2025-03-01T09:00:00Z"),
    "%F %T %z": ("2025-03-01 08:00:00 +0100", "2025-03-01 10:00:00 +0100"),
}


@pytest.mark.parametrize("shape", OFFSET)
def test_a_time_with_an_offset_needs_no_zone(tmp_path, shape):
    a = lca.assess(str(log(tmp_path, job(*OFFSET[shape]))), profile=BERLIN, now=NOW)
    [run] = a.intake.runs
    assert (run.start.timestamp(), run.end.timestamp()) == (1740812400, 1740819600)  # 07:00 and 09:00 UTC


@pytest.mark.parametrize(
    ("start", "end", "begins"),
    [
        ("03/14/2025 08:00:00", "03/14/2025 10:00:00", "2025-03-14T08:00:00"),
        ("14/03/2025 08:00:00", "14/03/2025 10:00:00", "2025-03-14T08:00:00"),
        ("04/03/2025 08:00:00", "04/03/2025 10:00:00", None),
    ],
)
def test_day_and_month_are_told_apart_by_the_file(tmp_path, start, end, begins):
    path = log(tmp_path, job(start, end))
    intake = take(path)
    [run] = intake.runs
    assert (run.start.isoformat() if run.start else None, run.duration.value) == (begins, 2)
    if begins is None:
        assert messages(intake, "clock-fault") == [
            f"{path}: the start or end of one job (row 2) is not used, since day and month cannot be told apart; its elapsed time counts"
        ]


TWO_DIGITS = "its year has two digits (SLURM_TIME_FORMAT=standard gives all four)"
UNDATED = {
    "08:00:00|10:00:00": "its date is not stated",
    "Ystday 08:00|Ystday 10:00": "its date is not stated",
    "Mon 08:00|Mon 10:00": "its date is not stated",
    "1 Mar 08:00|1 Mar 10:00": "its year is not stated",
    "03/01-08:00|03/01-10:00": "its year is not stated",
    "01.03. 08:00:00|01.03. 10:00:00": "its year is not stated",
    "03/01/25 08:00:00|03/01/25 10:00:00": TWO_DIGITS,  # %D %T
    "25-03-01T08:00:00|25-03-01T10:00:00": TWO_DIGITS,  # %y-%m-%dT%T
    "01.03.25 08:00:00|01.03.25 10:00:00": TWO_DIGITS,  # %d.%m.%y %T
    "250301 08:00:00|250301 10:00:00": TWO_DIGITS,  # %y%m%d %T
    "250301T080000|250301T100000": TWO_DIGITS,  # %y%m%dT%H%M%S
    "250301080000|250301100000": TWO_DIGITS,  # %y%m%d%H%M%S
    "01-Mar-25 08:00:00|01-Mar-25 10:00:00": TWO_DIGITS,  # %d-%b-%y %T
    "03/01/25|03/01/25": TWO_DIGITS,  # %D
    "yesterday|today": "its date is not stated",
    "x|y": "it is not a time",
}


@pytest.mark.parametrize("times", UNDATED)
def test_a_time_that_cannot_be_placed_is_told_and_the_elapsed_time_counts(tmp_path, times):
    path = log(tmp_path, *(job(*times.split("|"), id=str(id)) for id in (7, 8, 9, 10)))
    a = lca.assess(str(path), profile=BERLIN, now=NOW)
    assert [(r.start, r.end) for r in a.intake.runs] == [(None, None)] * 4
    assert a.total("device_hours")["value"] == pytest.approx(64)  # 4 x 2 h x 8 GPUs
    assert next(n for _, n in a.intake.notes if n.code == "clock-fault").message == (
        f"{path}: the start or end of 4 jobs (rows 2, 3, 4, ...) is not used, since {UNDATED[times]}; their elapsed time counts"
    )


def test_minutes_alone_are_no_mismatch_and_days_alone_give_no_hours(tmp_path):
    path = log(
        tmp_path,
        job("2025-03-01 08:00", "2025-03-01 08:10", "00:09:20"),
        job("2025-03-01", "2025-03-02", "20:00:00", "8"),
    )
    a = lca.assess(str(path), profile=BERLIN, now=NOW)
    assert [(r.end, r.duration.value) for r in a.intake.runs] == [(None, pytest.approx(560 / 3600)), (None, 20)]
    assert not findings(a, "duration-mismatch")
    [fault] = take(log(tmp_path, f"7|COMPLETED|2025-03-01|2025-03-02|{TRES}", head=HEAD.replace("Elapsed|", ""))).faults
    assert fault.problem == "neither Elapsed nor Start and End is stated, so the hours are unknown"


@pytest.mark.parametrize(
    ("elapsed", "seconds"),
    [
        ("02:00:00", 7200),
        ("1-02:00:00", 93600),
        ("05:03", 303),
        ("7200", 7200),
        ("10-00:00:00", 864000),
        ("00:00:30.5", 30.5),
    ],
)
def test_forms_of_elapsed_time(tmp_path, elapsed, seconds):
    [run] = take(log(tmp_path, f"7|COMPLETED|{elapsed}|{TRES}", head="JobID|State|Elapsed|AllocTRES\n")).runs
    assert run.duration.value * 3600 == pytest.approx(seconds)


def test_a_job_that_ended_as_it_started_used_nothing(tmp_path):
    noon = "2025-03-01T12:00:00"
    path = log(
        tmp_path, job("None", noon, "00:00:00", "1", "CANCELLED by 1001"), job(noon, noon, "00:00:00", "2", "CANCELLED by 1001"),
        job(noon, noon, "00:00:00", "3", "FAILED"), job("2025-03-01T08:00:00", "2025-03-01T10:00:00"),
    )  # fmt: skip
    intake = take(path)
    assert ([r.id for r in intake.runs], intake.faults) == (["7"], [])
    assert messages(intake, "rows-left-out") == [
        f"one job in {path} had not started, so it used nothing", f"2 jobs in {path} ran for 0 seconds, so they used nothing",
    ]  # fmt: skip


FAULTS = {
    "waits": (job("2025-03-01T08:00:00", "Unknown", state="PENDING"), "State: the job waits, and has run for 7200 s (found PENDING)"),
    "state": (job("2025-03-01T08:00:00", "Unknown", state="DONE"), "State: not a state of SLURM (found DONE)"),
    "nothing": (job("2025-03-01T08:00:00", "2025-03-01T10:00:00", "00:00:00"), "Elapsed: End is 7200 s after Start (found 00:00:00)"),
    "sign": (job("2025-03-01T08:00:00", "2025-03-01T10:00:00", "-02:00:00"), "Elapsed: not a time (found -02:00:00)"),
    "gpus": (job("2025-03-01T08:00:00", "2025-03-01T10:00:00").replace("gpu=8", "gpu=6"), "AllocTRES: fewer GPUs than those of its types (found billing=8,cpu=8,gres/gpu:a100=8,gres/gpu=6,node=1)"),
    "list": (job("2025-03-01T08:00:00", "2025-03-01T10:00:00").replace("gres/gpu=8", "gres/gp"), "AllocTRES: not a list of resources (found billing=8,cpu=8,gres/gpu:a100=8,gres/gp,node=1)"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_contradicts_itself_is_set_aside(tmp_path, name):
    row, why = FAULTS[name]
    path = log(tmp_path, row, job("2025-03-01T08:00:00", "2025-03-01T10:00:00", id="8"))
    intake = take(path)
    assert [r.id for r in intake.runs] == ["8"]
    assert [str(f) for f in intake.faults] == [f"{path}: row 2: {why}. Restore the row from its source."]


def test_raw_and_worded_elapsed_time_must_agree(tmp_path):
    head = "JobID|State|Elapsed|ElapsedRaw|AllocTRES\n"
    path = log(tmp_path, f"7|COMPLETED|02:00:00|7200|{TRES}", f"8|COMPLETED|02:00:00|720|{TRES}", head=head)
    intake = take(path)
    assert [r.id for r in intake.runs] == ["7"]
    assert [str(f) for f in intake.faults] == [
        f"{path}: row 3: ElapsedRaw: Elapsed is 02:00:00 (found 720). Restore the row from its source."
    ]


# ---- clock changes ------------------------------------------------------------------------------------------------------

#: Berlin puts clocks forward on 30 March 2025, 02:00 to 03:00, and back on 26 October, 03:00 to 02:00
CHANGES = {
    "over spring": ("2025-03-30T01:30:00", "2025-03-30T03:30:00", "01:00:00", "+01:00", "+02:00"),
    "over autumn": ("2025-10-26T01:30:00", "2025-10-26T03:30:00", "03:00:00", "+02:00", "+01:00"),
    "ends in the hour that is repeated": ("2025-10-26T01:30:00", "2025-10-26T02:30:00", "02:00:00", "+02:00", "+01:00"),
    "ends in that hour before it is repeated": ("2025-10-26T01:30:00", "2025-10-26T02:30:00", "01:00:00", "+02:00", "+02:00"),
    "ends before it starts": ("2025-10-26T02:50:00", "2025-10-26T02:40:00", "00:50:00", "+02:00", "+01:00"),
    "starts in the hour that is repeated": ("2025-10-26T02:30:00", "2025-10-26T04:00:00", "01:30:00", "+01:00", "+01:00"),
    "starts in that hour before it is repeated": ("2025-10-26T02:30:00", "2025-10-26T04:00:00", "02:30:00", "+02:00", "+01:00"),
    "lies in the hour that is repeated": ("2025-10-26T02:10:00", "2025-10-26T02:40:00", "00:30:00", "+02:00", "+02:00"),
    "as long as the hour": ("2025-10-26T02:30:00", "2025-10-26T02:30:00", "01:00:00", "+02:00", "+01:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_job_over_a_change_of_clocks(tmp_path, name):
    start, end, elapsed, before, after = CHANGES[name]
    a = lca.assess(str(log(tmp_path, job(start, end, elapsed))), profile=BERLIN, now=NOW)
    [run] = a.intake.runs
    hours = sum(int(part) / 60**place for place, part in enumerate(elapsed.split(":")))
    assert (run.start.isoformat(), run.end.isoformat()) == (start + before, end + after)
    assert (run.end - run.start).total_seconds() / 3600 == pytest.approx(hours)
    assert a.total("device_hours")["value"] == pytest.approx(8 * hours)
    assert not findings(a, "duration-mismatch")
    assert not findings(a, "clock-fault")


def test_an_end_before_the_start_without_a_zone_is_told_and_the_hours_count(tmp_path):
    path = log(tmp_path, job(*CHANGES["ends before it starts"][:3]))
    intake = take(path)
    [run] = intake.runs
    assert (run.end, run.duration.value * 60) == (None, pytest.approx(50))
    assert messages(intake, "clock-fault") == [
        "its end, 2025-10-26T02:40:00, is not after its start, as happens when clocks are put back during a run; the end is not used, "
        "the duration counts"
    ]


def test_an_end_before_the_start_that_no_change_of_clocks_explains_is_a_fault(tmp_path):
    path = log(tmp_path, job("2025-10-26T02:50:00", "2025-10-26T02:40:00", "00:17:00"))
    assert [str(f) for f in take(path).faults] == [
        f"{path}: row 2: End: it lies before Start, 2025-10-26T02:50:00 (found 2025-10-26T02:40:00). Correct the times."
    ]


def test_the_zone_of_a_site_places_runs_of_lca_over_a_change_of_clocks():
    run = {
        "schema": "lca-run/1", "id": "r", "system": "S", "stage": "training", "start": "2025-10-26T02:50:00", "duration": "2 h",
        "end": "2025-10-26T03:50:00", "location": {"country": "DE", "site": "lab"}, "devices": [{"model": "A100-SXM4-80GB", "count": 1}],
    }  # fmt: skip
    a = lca.assess(
        [run],
        profile={"id": "p", "sites": {"lab": {"country": "DE", "time_zone": "Europe/Berlin"}}},
        now=NOW,
    )
    assert not findings(a, "duration-mismatch")
