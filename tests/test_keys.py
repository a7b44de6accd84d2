"""What counts once over all inputs: copies, growing logs, states of one run, repeated exports; in any order of files."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from itertools import permutations
from pathlib import Path

import pytest
from conftest import NOW, assess, findings, run, value, write

import lca
from lca.ingest import reader

FIXTURES = Path(__file__).resolve().parent / "fixtures"
SMI = "timestamp, index, name, power.draw [W]\n"


def smi(folder, name, minutes, begin=0):
    rows = (
        f"2024/03/01 {10 + m // 60:02}:{m % 60:02}:00.000, 0, NVIDIA A100-SXM4-40GB, 300.00 W\n"
        for m in range(begin, minutes)
    )
    (folder / name).write_text(SMI + "".join(rows))
    return str(folder / name)


def totals(a, *quantities):
    return [a.total(q)["value"] for q in quantities]


# files


def test_a_copy_of_a_log_that_went_on_growing_is_not_counted_beside_it(tmp_path):
    early, late = smi(tmp_path, "copy.csv", 61), smi(tmp_path, "whole.csv", 121)
    for paths in ([early, late], [late, early]):
        a = lca.assess(paths, now=NOW)
        assert totals(a, "device_hours") == pytest.approx([2.0])
        assert [f.message for f in findings(a, "identical-files")] == [
            f"{early} is the beginning of {late}, which holds all of it; it was not used"
        ]


def test_three_copies_of_one_log_count_once(tmp_path):
    paths = [smi(tmp_path, f"{n}.csv", n) for n in (31, 61, 91)]
    for order in permutations(paths):
        a = lca.assess(order, now=NOW)
        assert totals(a, "device_hours") == pytest.approx([1.5])
        assert len(findings(a, "identical-files")) == 2


def test_a_compressed_copy_is_compared_by_what_it_holds(tmp_path):
    paths = [smi(tmp_path, f"{n}.csv", n) for n in (31, 61, 121)]
    packed = tmp_path / "61.csv.gz"
    packed.write_bytes(gzip.compress(Path(paths[1]).read_bytes()))
    for order in permutations([paths[0], str(packed), paths[2]]):
        assert totals(lca.assess(order, now=NOW), "device_hours") == pytest.approx([2.0])  # minutes 0 to 120
    a = lca.assess([str(packed), paths[1]], now=NOW)
    assert totals(a, "device_hours") == pytest.approx([1.0])
    assert [f.message for f in findings(a, "identical-files")] == [
        f"{packed} holds the same bytes as {paths[1]}: it counts once"
    ]


def test_a_log_that_begins_alike_and_goes_on_otherwise_counts(tmp_path):
    one, other = smi(tmp_path, "a.csv", 61), tmp_path / "b.csv"
    other.write_text(
        Path(one)
        .read_text()
        .replace("10:59:00.000, 0, NVIDIA A100-SXM4-40GB, 300", "10:59:00.000, 0, NVIDIA A100-SXM4-40GB, 301")
    )
    assert totals(lca.assess([one, str(other)], now=NOW), "device_hours") == pytest.approx([2.0])


def test_a_header_alone_is_the_begin_of_no_other_file(tmp_path):
    (tmp_path / "void.csv").write_text(SMI)
    smi(tmp_path, "whole.csv", 61)
    a = lca.assess(str(tmp_path), now=NOW)
    assert not findings(a, "identical-files")
    assert [f.message for f in findings(a, "empty-log")] == [f"{tmp_path}/void.csv holds no record"]


# states of one run

JOBS = "JobID|Cluster|State|Start|End|Elapsed|AllocTRES\n"
RUNNING = "7|alpha|RUNNING|2024-03-01T10:00:00|Unknown|01:00:00|gres/gpu:a100=4\n"
COMPLETED = "7|alpha|COMPLETED|2024-03-01T10:00:00|2024-03-01T13:00:00|03:00:00|gres/gpu:a100=4\n"
OTHER = "8|alpha|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu:a100=1\n"


@pytest.mark.parametrize("names", [("feb.txt", "mar.txt"), ("mar.txt", "feb.txt")])
def test_a_job_seen_running_and_completed_counts_as_completed(tmp_path, names):
    (tmp_path / names[0]).write_text(JOBS + RUNNING + OTHER)
    (tmp_path / names[1]).write_text(JOBS + COMPLETED + OTHER)
    for order in (names, names[::-1]):
        a = lca.assess([str(tmp_path / n) for n in order], now=NOW)
        assert totals(a, "device_hours") == pytest.approx([3 * 4 + 1])
        assert not [f for f in a.findings if f.severity == "error"]
        [told] = findings(a, "cumulative-rows")
        assert (told.run, told.message) == (
            "alpha-7", f"one earlier record of this run, at {tmp_path}/{names[0]}: row 2, is superseded by this one and was not used",
        )  # fmt: skip
        first, second = sorted(names)
        assert [(f.run, f.message) for f in findings(a, "duplicate-run")] == [
            (
                "alpha-8",
                f"the same run is at {tmp_path}/{first}: row 3 and at {tmp_path}/{second}: row 3; it counts once",
            )
        ]


def test_a_job_that_was_started_again_counts_for_each_start_whatever_file_holds_it(tmp_path):
    again = "7|alpha|COMPLETED|2024-03-02T10:00:00|2024-03-02T12:00:00|02:00:00|gres/gpu:a100=4\n"
    (tmp_path / "a.txt").write_text(JOBS + again)
    (tmp_path / "b.txt").write_text(JOBS + COMPLETED + again)
    a = lca.assess(str(tmp_path), now=NOW)
    assert totals(a, "device_hours") == pytest.approx([4 * (3 + 2)])
    assert sorted((r.id, r.start.day) for r in a.intake.runs) == [("alpha-7", 1), ("alpha-7#2", 2)]


def test_a_later_state_of_a_run_of_ours_supersedes_the_one_that_was_running(tmp_path):
    early, late = run("r", status="running", duration="2 h"), run("r", status="completed")
    for order in ([early, late], [late, early]):
        a = assess(*order)
        assert value(a, "device_hours") == pytest.approx(80)
        assert [f.code for f in a.findings if f.severity == "error"] == []
        assert len(findings(a, "cumulative-rows")) == 1


@pytest.mark.parametrize(
    "other",
    [
        run("r", duration="11 h"),  # nothing says that the first was still running
        run("r", status="running", start="2023-05-02T00:00:00Z", duration="1 h"),
        run("r", status="running", system="Model B", duration="1 h"),
        run("r", status="running", duration="1 h", energy=[{"value": "5 kWh", "boundary": "node"}]),
    ],
)
def test_two_different_runs_with_one_id_are_an_error(other):
    a = assess(run("r"), other)
    assert [(f.severity, f.message) for f in findings(a, "invalid-run")] == [
        ("error", "argument: row 2 (run r): id: a different run at argument: row 1 has this id; this one is not used (found r). "
         "Give each run its own id.")
    ]  # fmt: skip


# machines

NODES = "JobID|State|Start|End|Elapsed|AllocTRES|NodeList|ConsumedEnergyRaw\n"
NODE_PROFILE = {"id": "p", "assign": [{"energy_boundary": "node", "gpu": "NVIDIA A100-SXM4-40GB"}]}


def test_jobs_that_share_a_node_share_its_energy_by_their_devices(tmp_path):
    rows = ("1|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu=2|n1|3600000\n"
            "2|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu=6|n1|3600000\n"
            "3|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu=8|n2|3600000\n")  # fmt: skip
    (tmp_path / "jobs.txt").write_text(NODES + rows)
    a = lca.assess(str(tmp_path), profile=NODE_PROFILE, now=NOW)
    assert {r.id: r.energy[0].value.value for r in a.intake.runs} == pytest.approx({"1": 0.25, "2": 0.75, "3": 1.0})
    assert totals(a, "device_hours") == pytest.approx([16])
    assert [(f.run, f.message) for f in findings(a, "overlap-same-host")] == [
        (id, f"its energy, 3600000 J, is that of whole nodes, which {other} used at the same time: the energy of that time counts once "
         f"and is shared by allocated devices or cores, {share} of this value to this run")
        for id, other, share in (("1", "2", "0.25"), ("2", "1", "0.75"))
    ]  # fmt: skip


def test_a_job_on_two_nodes_shares_the_one_that_it_had_with_another(tmp_path):
    rows = ("1|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu=8|n[1-2]|7200000\n"
            "2|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu=8|n2|3600000\n")  # fmt: skip
    (tmp_path / "jobs.txt").write_text(NODES + rows)
    a = lca.assess(str(tmp_path), profile=NODE_PROFILE, now=NOW)
    assert {r.id: r.energy[0].value.value for r in a.intake.runs} == pytest.approx({"1": 1.5, "2": 0.5})


def test_a_job_without_gpus_shares_a_node_by_cores(tmp_path):
    rows = ("1|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|cpu=16,gres/gpu=8|n1|3600000\n"
            "2|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|cpu=48|n1|3600000\n")  # fmt: skip
    (tmp_path / "jobs.txt").write_text(NODES + rows)
    a = lca.assess(str(tmp_path), profile=NODE_PROFILE, now=NOW)
    assert {r.id: r.energy[0].value.value for r in a.intake.runs} == pytest.approx({"1": 0.25, "2": 0.75})


def test_two_logs_of_one_gpu_share_the_time_that_both_cover(tmp_path):
    header = "timestamp, uuid, name, power.draw [W]\n"
    for name, begin, end in (("a.csv", 0, 91), ("b.csv", 60, 121)):
        rows = (
            f"2024/03/01 {10 + m // 60:02}:{m % 60:02}:00.000, GPU-1111, NVIDIA A100-SXM4-40GB, 300.00 W\n"
            for m in range(begin, end)
        )
        (tmp_path / name).write_text(header + "".join(rows))
    a = lca.assess(str(tmp_path), now=NOW)
    assert sum(r.energy[0].value.value for r in a.intake.runs) == pytest.approx(0.6)
    assert totals(a, "device_hours") == pytest.approx([2.0])
    assert len(findings(a, "overlap-same-host")) == 2


# exports of one account


def lines(name, head=1):
    """Two exports of which the second goes further than the first, from a fixture of rows."""
    path = next((FIXTURES / name).iterdir())
    rows = path.read_text().splitlines(keepends=True)
    return path.suffix, rows[:head], rows[head:]


def export(folder, suffix, name, rows):
    (folder / f"{name}{suffix}").write_text("".join(rows))
    return str(folder / f"{name}{suffix}")


EXPORTS = [("aws-cur", 1), ("focus", 1), ("azure-usage", 1), ("gcp-billing", 0), ("anthropic-usage", 1)]
AMOUNTS = ("device_hours", "it_energy")


def counted(a):
    """Hours and work of all records: what an export adds up to."""
    hours = sum(d.device_hours.value for r in a.intake.runs for d in r.devices if d.device_hours)
    work = [
        sum(getattr(r.work, n) or 0 for r in a.intake.runs if r.work) for n in ("requests", "tokens_in", "tokens_out")
    ]
    return [hours, *work]


@pytest.mark.parametrize(("name", "head"), EXPORTS)
def test_an_export_of_a_month_to_date_and_the_whole_month_count_as_the_whole(tmp_path, name, head):
    suffix, header, rows = lines(name, head)
    whole = counted(lca.assess(export(tmp_path, suffix, "whole", [*header, *rows]), now=NOW))
    assert any(whole)
    # not a prefix of the other file: exports are sorted anew each time
    early = export(tmp_path, suffix, "early", [*header, *reversed(rows[: len(rows) // 2])])
    late = export(tmp_path, suffix, "late", [*header, *rows])
    for order in ([early, late], [late, early]):
        assert counted(lca.assess(order, now=NOW)) == pytest.approx(whole)


@pytest.mark.parametrize(("name", "head"), EXPORTS)
def test_exports_of_windows_that_overlap_count_each_row_once(tmp_path, name, head):
    suffix, header, rows = lines(name, head)
    whole = counted(lca.assess(export(tmp_path, suffix, "whole", [*header, *rows]), now=NOW))
    third = len(rows) // 3
    one = export(tmp_path, suffix, "one", [*header, *rows[: 2 * third]])
    other = export(tmp_path, suffix, "other", [*header, *rows[third:]])
    for order in ([one, other], [other, one]):
        assert counted(lca.assess(order, now=NOW)) == pytest.approx(whole)


def test_buckets_of_usage_that_stand_in_two_exports_count_once(tmp_path):
    def page(days):
        data = [
            {"object": "bucket", "start_time": 1741046400 + d * 86400, "end_time": 1741132800 + d * 86400, "results": [
                {"object": "organization.usage.completions.result", "input_tokens": 1000 + d, "output_tokens": 10, "num_model_requests": 1,
                 "model": "gpt-4o-2024-08-06", "project_id": "p"}]}
            for d in days
        ]  # fmt: skip
        return json.dumps({"object": "page", "data": data, "has_more": False})

    (tmp_path / "a.json").write_text(page(range(4)))
    (tmp_path / "b.json").write_text(page(range(2, 6)))
    a = lca.assess(str(tmp_path), now=NOW)
    assert counted(a) == [0, 6, sum(1000 + d for d in range(6)), 60]
    [told] = findings(a, "repeated-export")
    assert (told.severity, told.message) == (
        "info",
        f"2 rows of {tmp_path}/a.json are in another export too and were counted there",
    )


def usage(groups, day=0):
    """A bucket of a day: (project or None, requests, tokens in) of each group."""
    results = [
        {"object": "organization.usage.completions.result", "input_tokens": tokens, "output_tokens": 10 * requests,
         "num_model_requests": requests, "model": "gpt-4o-2024-08-06", "project_id": project}
        for project, requests, tokens in groups
    ]  # fmt: skip
    begin = 1741046400 + day * 86400
    bucket = {"object": "bucket", "start_time": begin, "end_time": begin + 86400, "results": results}
    return json.dumps({"object": "page", "data": [bucket], "has_more": False})


def test_usage_grouped_by_project_and_not_at_all_counts_once(tmp_path):
    (tmp_path / "all.json").write_text(usage([(None, 5, 900)]))
    (tmp_path / "projects.json").write_text(usage([("a", 2, 400), ("b", 3, 500)]))
    a = lca.assess(str(tmp_path), now=NOW)
    assert counted(a) == [0, 5, 900, 50]
    assert [f.message for f in findings(a, "repeated-export")] == [
        f"usage of gpt-4o-2024-08-06 in {tmp_path}/all.json is in {tmp_path}/projects.json too, grouped more finely; it was counted there"
    ]


def test_usage_grouped_differently_with_other_sums_counts_twice_and_is_told(tmp_path):
    (tmp_path / "all.json").write_text(usage([(None, 5, 950)]))
    (tmp_path / "projects.json").write_text(usage([("a", 2, 400), ("b", 3, 500)]))
    a = lca.assess(str(tmp_path), now=NOW)
    assert counted(a) == [0, 10, 1850, 100]
    assert [(f.severity, f.message) for f in findings(a, "possible-double-count")] == [
        (
            "warning",
            f"{tmp_path}/projects.json holds usage of the same model and day, grouped differently and with other sums; both were counted",
        )
    ]


# order


def test_the_order_of_files_changes_nothing(tmp_path):
    for folder in FIXTURES.iterdir():
        shutil.copytree(folder, tmp_path / folder.name)
    (tmp_path / "own.json").write_text(json.dumps([run("a"), run("b", status="running", duration="1 h")]))
    write(tmp_path / "later.json", [run("b"), run("a")])
    paths = [str(p) for p in sorted(tmp_path.iterdir())]
    right = reader.read(paths, NOW)
    for seed in range(3):
        random.Random(seed).shuffle(paths)
        other = reader.read(paths, NOW)
        assert [r.id for r in other.runs] == [r.id for r in right.runs]
        assert [repr(r) for r in other.runs] == [repr(r) for r in right.runs]
        assert [(i, n) for i, n in other.notes] == [(i, n) for i, n in right.notes]
        assert [str(f) for f in other.faults] == [str(f) for f in right.faults]


def test_files_of_two_formats_of_one_job_count_once(tmp_path):
    (tmp_path / "jobs.txt").write_text(JOBS.replace("Cluster|", "") + COMPLETED.replace("alpha|", ""))
    (tmp_path / "a_seff.txt").write_text(
        "Job ID: 7\nCluster: \nUser/Group: u/g\nState: COMPLETED (exit code 0)\nNodes: 1\nCores per node: 8\nCPU Utilized: 01:00:00\n"
        "CPU Efficiency: 4.17% of 1-00:00:00 core-walltime\nJob Wall-clock time: 03:00:00\nMemory Utilized: 1.00 GB\n"
        "Memory Efficiency: 1.56% of 64.00 GB\n"
    )
    a = lca.assess(str(tmp_path), now=NOW)
    assert totals(a, "device_hours") == pytest.approx([12])
    assert not [f for f in a.findings if f.severity == "error"]
