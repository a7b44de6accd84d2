"""Rows of sacct that are of one job, steps, energies, and nodes; what became of each line."""

from __future__ import annotations

import pytest
from conftest import NOW
from intake_messages import messages
from test_format_sacct_times import HEAD, TRES, job, log
from test_formats import take

import lca
from lca.errors import Fault
from lca.ingest import formats
from lca.ingest.formats import Found
from lca.ingest.log import Log
from lca.ingest.pseudonym import pseudonym
from lca.ingest.slurm.job import joules_of
from lca.ingest.slurm.nodes import nodes_of

RUNNING = job("2025-02-28T14:00:00", "Unknown", "10:00:00", state="RUNNING")
ENDED = job("2025-02-28T14:00:00", "2025-03-01T10:00:00", "20:00:00")


@pytest.mark.parametrize(
    "rows", [(RUNNING, ENDED), (ENDED, RUNNING), (ENDED, RUNNING, ENDED)], ids=["first", "last", "copies"]
)
def test_the_last_state_of_a_job_counts(tmp_path, rows):
    intake = take(log(tmp_path, *rows))
    [run] = intake.runs
    assert (run.id, run.status, run.duration.value, run.provenance.rows) == (
        "7",
        "completed",
        20,
        list(range(2, 2 + len(rows))),
    )
    assert messages(intake, "cumulative-rows") == [
        f"{len(rows)} rows describe one start of this job; its last state, completed, counts"
    ]
    assert not intake.faults


def test_a_job_that_was_written_twice_while_it_ran(tmp_path):
    [run] = take(log(tmp_path, RUNNING, RUNNING.replace("10:00:00", "15:00:00"))).runs
    assert (run.status, run.duration.value) == ("running", 15)


def test_starts_of_one_job_are_numbered_in_their_order_whatever_that_of_the_rows(tmp_path):
    first = job("2025-03-01T08:00:00", "2025-03-01T09:00:00", "01:00:00", state="NODE_FAIL")
    second = job("2025-03-02T08:00:00", "2025-03-02T11:00:00", "03:00:00")
    for rows in ((first, second), (second, first), (second, RUNNING.replace("7|", "9|", 1), first)):
        runs = {r.id: r.duration.value for r in take(log(tmp_path, *rows)).runs}
        assert {id: hours for id, hours in runs.items() if id != "9"} == {"7": 1, "7#2": 3}


def test_rows_without_a_start(tmp_path):
    head = "JobID|State|Elapsed|AllocTRES\n"
    rows = [f"7|{state}|{elapsed}|{TRES}" for state, elapsed in (("RUNNING", "01:00:00"), ("FAILED", "02:00:00"), ("COMPLETED", "03:00:00"), ("FAILED", "02:00:00"))]  # fmt: skip
    assert [(r.id, r.duration.value) for r in take(log(tmp_path, *rows, head=head)).runs] == [("7", 2), ("7#2", 3)]


def hours(tmp_path, *files):
    """GPU-hours of files read in this order."""
    paths = [log(tmp_path, *rows, head=head, name=name) for name, head, rows in files]
    a = lca.assess([str(path) for path in paths], now=NOW)
    assert not a.intake.faults
    return a.total("device_hours")["value"]


def test_exports_that_overlap_without_times_count_each_job_once_in_any_order(tmp_path):
    head = "JobID|State|Elapsed|AllocTRES\n"
    first = ("feb.txt", head, [f"7|COMPLETED|02:00:00|{TRES}", f"8|RUNNING|01:00:00|{TRES}"])
    second = (
        "mar.txt",
        head,
        [f"7|COMPLETED|02:00:00|{TRES}", f"8|COMPLETED|05:00:00|{TRES}", f"9|COMPLETED|03:00:00|{TRES}"],
    )
    for files in ((first, second), (second, first)):
        assert hours(tmp_path, *files) == pytest.approx(8 * (2 + 5 + 3))


def test_a_row_without_a_time_is_of_the_start_that_another_file_states(tmp_path):
    undated = ("feb.txt", HEAD, [job("Ystday 14:00", "Unknown", "10:00:00", state="RUNNING")])
    dated = ("mar.txt", HEAD, [ENDED])
    for files in ((undated, dated), (dated, undated)):
        assert hours(tmp_path, *files) == pytest.approx(8 * 20)


def test_starts_of_one_job_in_several_files_are_numbered_in_their_order(tmp_path):
    first = log(tmp_path, job("2025-03-02T08:00:00", "2025-03-02T11:00:00", "03:00:00"), name="a.txt")
    second = log(
        tmp_path, job("2025-03-01T08:00:00", "2025-03-01T09:00:00", "01:00:00", state="NODE_FAIL"), name="b.txt"
    )
    for paths in ((first, second), (second, first)):
        runs = lca.assess([str(p) for p in paths], now=NOW).intake.runs
        assert {r.id: r.duration.value for r in runs} == {"7": 1, "7#2": 3}


# ---- steps, energy, nodes -----------------------------------------------------------------------------------------------

ENERGY = "JobID|Cluster|State|Elapsed|NodeList|AllocTRES|ConsumedEnergy\n"


def found(path):
    return [f for f in formats.adapters()["sacct"].read(Log(str(path))) if isinstance(f, Found)]


def test_steps_whose_job_is_missing_are_told(tmp_path):
    path = log(tmp_path, job("2025-03-01T08:00:00", "2025-03-01T10:00:00", id="7.batch"), job("2025-03-01T08:00:00", "2025-03-01T10:00:00", id="8"), job("2025-03-01T08:00:00", "2025-03-01T10:00:00", id="8.0"))  # fmt: skip
    intake = take(path)
    assert [r.id for r in intake.runs] == ["8"]
    assert [str(f) for f in intake.faults] == [
        f"{path}: the job has no row of its own, and its steps do not give its hours (found 1 step from row 2). Export whole jobs with sacct -X -P."
    ]


def test_an_energy_of_steps_alone_is_told(tmp_path):
    path = log(
        tmp_path, f"7||COMPLETED|02:00:00|gpu07|{TRES}|", f"7.0||COMPLETED|02:00:00|gpu07|{TRES}|1.5M", head=ENERGY
    )
    assert messages(take(path), "no-energy") == [
        "only its steps state an energy; steps on one node measure the same node, so their energy was not used"
    ]


@pytest.mark.parametrize(
    ("text", "joules"),
    [("1234", 1234), ("1.5K", 1500), ("9.50M", 9.5e6), ("2G", 2e9), ("0", None), ("", None), ("18446744073709551614", None),
     ("4294967294", None), ("18.45E", None)],
)  # fmt: skip
def test_energies_with_a_suffix(text, joules):
    assert joules_of(text) == (None if joules is None else pytest.approx(joules))


@pytest.mark.parametrize(
    ("text", "why"),
    [("-5", "below 0"), ("7 kWh", "not a number"), ("NaN7", "not a number"), ("1e400", "not a finite number")],
)
def test_an_energy_that_is_none_leaves_the_hours_and_is_told(tmp_path, text, why):
    path = log(tmp_path, f"7||COMPLETED|02:00:00|gpu07|{TRES}|{text}", head=ENERGY)
    intake = take(path)
    assert [(r.duration.value, r.energy) for r in intake.runs] == [(2, [])]
    assert messages(intake, "cells-not-used") == [f"{path}: ConsumedEnergy of row 2 is not used: {why}"]


def test_nodes_are_named_where_their_energy_is_and_by_their_hash_alone(tmp_path):
    path = log(
        tmp_path, f"7|alpha|COMPLETED|02:00:00|gpu[01-02].hpc|{TRES}|1.5M", f"8|alpha|COMPLETED|02:00:00|gpu01|{TRES}|0",
        "9|alpha|COMPLETED|02:00:00|cpu7|cpu=24,node=1|2M", head=ENERGY,
    )  # fmt: skip
    runs = found(path)
    assert [f.hosts for f in runs] == [(pseudonym("gpu01"), pseudonym("gpu02")), (), (pseudonym("cpu7"),)]
    assert [f.weight for f in runs] == [8, 8, 24]
    assert [f.identity for f in runs] == ["slurm:alpha-7", "slurm:alpha-8", "slurm:alpha-9"]
    assert "gpu01" not in str(lca.assess(str(path), now=NOW).as_dict())


SHARED = "JobID|State|Start|End|Elapsed|NodeList|AllocTRES|ConsumedEnergyRaw\n"
NODE = {"id": "p", "assign": [{"energy_boundary": "node", "location": {"country": "DE"}}]}


@pytest.mark.parametrize("end", ["2025-03-01T10:00:00", "2025-03-01 10:00", ""], ids=["seconds", "minutes", "blank"])
def test_jobs_on_one_node_share_its_energy_by_gpus(tmp_path, end):
    start = "2025-03-01T08:00:00" if end.count(":") == 2 else "2025-03-01 08:00"
    rows = [
        f"{id}|COMPLETED|{start}|{end}|02:00:00|gpu07|cpu=24,gres/gpu:a100={n},gres/gpu={n},node=1|7200000"
        for id, n in ((7, 1), (8, 3))
    ]
    a = lca.assess(str(log(tmp_path, *rows, head=SHARED)), profile=NODE, now=NOW)
    assert a.total("it_energy")["value"] == pytest.approx(2)  # the node used 7.2 MJ = 2 kWh, whoever ran on it
    assert [r.energy[0].value.value for r in a.intake.runs] == [pytest.approx(0.5), pytest.approx(1.5)]
    assert a.total("device_hours")["value"] == pytest.approx(8)  # 2 h x (1 + 3) GPUs


@pytest.mark.parametrize("nodes", ["", "gpu0["])
def test_energies_of_nodes_that_are_not_named_may_count_several_times(tmp_path, nodes):
    rows = [f"{id}|COMPLETED|2025-03-01T08:00:00|2025-03-01T10:00:00|02:00:00|{nodes}|{TRES}|7200000" for id in (7, 8)]
    path = log(tmp_path, *rows, head=SHARED)
    assert messages(take(path), "overlap-same-host") == [
        f"{path}: 2 rows (2, 3) state the energy of nodes, but not which nodes or when; the energy of a node that jobs shared counts several times"
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [("gpu07", ["gpu07"]), ("a[1-2],b", ["a1", "a2", "b"]), ("n[08-10,12]", ["n08", "n09", "n10", "n12"]),
     ("r[0-1]n[1-2]", ["r0n1", "r0n2", "r1n1", "r1n2"]), ("n[1-2]-ib", ["n1-ib", "n2-ib"])],
)  # fmt: skip
def test_lists_of_nodes(text, names):
    assert nodes_of(text) == names


@pytest.mark.parametrize(
    "text", ["n[1-", "n1]", "n[3-1]", "n[x]", "n[1-999999]", "a[1-999]b[1-999]", "two words", "a,,b"]
)
def test_what_is_no_list_of_nodes(tmp_path, text):
    with pytest.raises(ValueError, match=r"not a list of nodes|more nodes than any cluster has"):
        nodes_of(text)
    path = log(tmp_path, f"7||COMPLETED|02:00:00|{text}|{TRES}|5M", head=ENERGY)
    assert messages(take(path), "cells-not-used")[0].startswith(f"{path}: NodeList of row 2 is not used: ")


def test_every_line_is_accounted_for(tmp_path):
    path = log(
        tmp_path, RUNNING, ENDED, "", job("None", "Unknown", "00:00:00", "8", "PENDING"), "torn", HEAD.strip(),
        job("2025-03-01T08:00:00", "2025-03-01T10:00:00", id="7.0"), job("2025-03-01T08:00:00", "2025-03-01T08:00:00", "00:00:00", "9", "FAILED"),
    )  # fmt: skip
    read = Log(str(path))
    faults = sum(f.count for f in formats.adapters()["sacct"].read(read) if isinstance(f, Fault))
    account = read.account
    assert (account.total, account.blank, account.used, account.header, faults) == (9, 1, 2, 2, 1)
    assert account.ignored == {"jobs that had not started": 1, "steps of jobs": 1, "jobs that ran for 0 seconds": 1}
    assert account.rest == faults


def test_an_energy_of_0_is_told_as_not_measured(tmp_path):
    path = tmp_path / "jobs.txt"
    path.write_text(
        "JobID|State|Start|End|Elapsed|AllocTRES|ConsumedEnergyRaw\n"
        "1|COMPLETED|2025-03-01T08:00:00|2025-03-01T18:00:00|10:00:00|gres/gpu:a100=8|0\n"
        "2|COMPLETED|2025-03-01T08:00:00|2025-03-01T18:00:00|10:00:00|gres/gpu:a100=8|\n"
    )
    intake = take(path)
    assert [run.energy for run in intake.runs] == [[], []]
    assert [note.message for _, note in intake.notes if note.code == "cells-not-used"] == [
        f"{path}: ConsumedEnergyRaw of row 2 is not used: it is 0, which says that SLURM measured no energy"
    ]
