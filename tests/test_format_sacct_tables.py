"""Tables of sacct in every layout: any delimiter, columns of fixed width, with and without header; what was cut off is told."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from intake_messages import messages
from slurm_battery import changed_cells, cut_lines, silent
from test_formats import take

import lca

HEAD = "JobID|JobName|Partition|State|Start|End|Elapsed|NodeList|AllocTRES"
ROWS = (
    "7|fit|gpu|COMPLETED|2025-03-01T08:00:00|2025-03-01T10:00:00|02:00:00|gpu[01-02,07]|billing=8,cpu=8,gres/gpu:a100=6,gres/gpu=6,node=3",
    "7.batch|batch||COMPLETED|2025-03-01T08:00:00|2025-03-01T10:00:00|02:00:00|gpu01|cpu=8,gres/gpu:a100=6,gres/gpu=6,node=1",
    "8_2|prep|cpu|CANCELLED by 1203|2025-03-02T08:00:00|2025-03-02T08:30:00|00:30:00|cpu3|billing=4,cpu=4,mem=8G,node=1",
    "9_[1-4%2]|later|gpu|PENDING|Unknown|Unknown|00:00:00|None assigned|",
)
#: 6 GPUs for 2 h; a job without GPUs for half an hour
RUNS = [("7", "completed", 2.0, [("a100", 6)]), ("8_2", "cancelled", 0.5, [])]
WIDTHS = (12, 10, 10, 16, 19, 19, 10, 15, 60)


def log(tmp_path, text, name="jobs.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def runs_of(intake):
    return [(r.id, r.status, r.duration.value, [(d.model, d.count) for d in r.devices]) for r in intake.runs]


def fixed(rows, widths=WIDTHS, dashes=True):
    """The table that sacct prints by default: what is too long for its column ends with `+`."""
    lines = [row.split("|") for row in rows]
    if dashes:
        lines.insert(1, ["-" * width for width in widths])
    out = []
    for cells in lines:
        cut = [c if len(c) <= w else f"{c[: w - 1]}+" for c, w in zip(cells, widths, strict=True)]
        out.append(" ".join([cut[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(cut[1:], widths[1:], strict=True))]))
    return "".join(line + " \n" for line in out)


@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t", "^", "~", " | ", "::"])
def test_any_delimiter_gives_the_same_jobs(tmp_path, delimiter):
    text = "".join(row.replace("|", delimiter) + "\n" for row in (HEAD, *ROWS))
    intake = take(log(tmp_path, text))
    assert runs_of(intake) == RUNS
    assert not intake.faults
    assert not messages(intake, "lines-not-used")


def test_cells_in_quotes_and_a_delimiter_behind_the_last(tmp_path):
    quoted = "".join(",".join(f'"{cell}"' for cell in row.split("|")) + "\n" for row in (HEAD, *ROWS))
    assert runs_of(take(log(tmp_path, quoted))) == RUNS
    assert runs_of(take(log(tmp_path, "".join(f"{row}|\n" for row in (HEAD, *ROWS))))) == RUNS


def test_comments_and_a_column_of_row_numbers(tmp_path):
    text = (
        "# sacct -a -P\n,"
        + "".join(f"{n},{row.replace('|', ',')}\n" for n, row in enumerate((HEAD, *ROWS), start=-1))[3:]
    )
    assert text.startswith("# sacct -a -P\n,JobID,")
    intake = take(log(tmp_path, text, "jobs.csv"))
    assert runs_of(intake) == RUNS
    assert not messages(intake, "lines-not-used")


def test_two_lists_of_resources_side_by_side_between_commas(tmp_path):
    head = "JobID,State,Elapsed,ReqTRES,AllocTRES\n"
    row = "7,COMPLETED,02:00:00,billing=8,cpu=8,node=1,billing=8,cpu=8,gres/gpu=2,node=1\n"
    assert runs_of(take(log(tmp_path, head + row))) == [("7", "completed", 2.0, [(None, 2)])]


def without_header(rows, delimiter="|"):
    """As sonar and others export it: Elapsed in seconds, no header."""
    return "".join(
        row.replace("|02:00:00|", "|7200|").replace("|00:30:00|", "|1800|").replace("|00:00:00|", "|0|").replace("|", delimiter) + "\n"
        for row in rows
    )  # fmt: skip


@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t", "^", "~"])
@pytest.mark.parametrize(
    "rows", [ROWS, ROWS[::-1], (ROWS[3], ROWS[3], ROWS[0], ROWS[2])], ids=["last", "first", "most"]
)
def test_without_header_jobs_that_wait_do_not_spoil_the_columns(tmp_path, delimiter, rows):
    path = log(tmp_path, without_header(rows, delimiter))
    intake = take(path)
    assert sorted(runs_of(intake)) == RUNS
    assert messages(intake, "columns-inferred") == [
        f"{path} has no header: what its columns are follows from their content "
        "(1 JobID, 4 State, 5 Start, 6 End, 7 ElapsedRaw, 9 AllocTRES); the others are not used"
    ]


def test_a_file_of_jobs_that_wait_alone(tmp_path):
    path = log(tmp_path, without_header(ROWS[3:]))
    intake = take(path)
    assert (intake.runs, intake.faults) == ([], [])
    assert messages(intake, "rows-left-out") == [f"one job in {path} had not started, so it used nothing"]


TABLES = {
    "as printed": fixed((HEAD, *ROWS)),
    "below a prompt": "$ sacct --format=...\n" + fixed((HEAD, *ROWS)),
    "without dashes": fixed((HEAD, *ROWS), dashes=False),
    "without header": fixed(ROWS, dashes=False),
    "written twice": fixed((HEAD, *ROWS[:2])) + fixed((HEAD, *ROWS[2:])),
    "a name of signs with two bytes": fixed((HEAD, *ROWS)).replace("   fit", " f\u00fctt"),
    "a name with blanks": fixed((HEAD, *ROWS)).replace("      later", "  fit later"),
    "the ends of lines cut": "".join(line.rstrip() + "\n" for line in fixed((HEAD, *ROWS)).splitlines()),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_columns_of_fixed_width(tmp_path, name):
    intake = take(log(tmp_path, TABLES[name]))
    assert runs_of(intake) == RUNS
    assert not intake.faults
    assert not messages(intake, "gpus-not-stated")
    assert not messages(intake, "lines-not-used")


def test_resources_that_were_cut_off_never_lose_gpus_without_a_word(tmp_path):
    wide = (*WIDTHS[:-1], 33)  # billing=8,cpu=8,gres/gpu:a100=6,+
    narrow = (*WIDTHS[:-1], 10)
    path = log(tmp_path, fixed((HEAD, *ROWS), wide))
    intake = take(path)
    assert runs_of(intake) == RUNS
    assert messages(intake, "gpus-not-stated") == [
        f"{path}: the resources of row 3 are cut off by the column width; GPUs after the cut are not counted"
    ]
    path = log(tmp_path, fixed((HEAD, *ROWS), narrow))
    intake = take(path)
    assert [devices for _, _, _, devices in runs_of(intake)] == [[], []]
    assert messages(intake, "gpus-not-stated") == [
        f"{path}: the resources of 2 rows (3, 5) are cut off by the column width; GPUs after the cut are not counted"
    ]
    assert [r.ext["gpus"] for r in intake.runs] == ["not stated", "not stated"]


def test_a_whole_number_of_gpus_before_the_cut_is_all_of_them(tmp_path):
    head, row = "JobID|State|Elapsed|AllocTRES", "7|COMPLETED|02:00:00|billing=8,cpu=8,gres/gpu=6,mem=512G,node=3"
    intake = take(log(tmp_path, fixed((head, row), (12, 10, 10, 32))))
    assert runs_of(intake) == [("7", "completed", 2.0, [(None, 6)])]
    assert not messages(intake, "gpus-not-stated")


def test_other_cells_that_were_cut_off(tmp_path):
    widths = (12, 10, 10, 10, 19, 12, 8, 15, 60)  # CANCELLED+, 2025-03-01T0+, 02:00:00
    path = log(tmp_path, fixed((HEAD, *ROWS), widths))
    intake = take(path)
    assert runs_of(intake) == RUNS
    assert messages(intake, "cells-not-used") == [
        f"{path}: End of 2 rows (3, 5) is not used: it is cut off by the column width"
    ]
    long = ROWS[0].replace("|02:00:00|", "|12-02:00:00|")
    path = log(tmp_path, fixed((HEAD, long), (12, 10, 10, 16, 19, 19, 10, 15, 60)))
    assert messages(take(path), "cells-not-used") == [
        f"{path}: Elapsed of row 3 is not used: it is cut off by the column width"
    ]


def test_an_id_that_was_cut_off_may_be_that_of_a_step(tmp_path):
    rows = (ROWS[0], ROWS[0].replace("7|", "12345678_1234|", 1), ROWS[0].replace("7|", "12345678_1234.batch|", 1))
    path = log(tmp_path, fixed((HEAD, *rows)))
    intake = take(path)
    assert runs_of(intake) == RUNS[:1]
    assert [str(f) for f in intake.faults] == [
        f"{path}: rows 4 and 5: JobID: not the id of a job or of a step (found 12345678_12+). Restore the row from its source."
    ]


def test_names_of_columns_that_were_cut_off(tmp_path):
    head = "JobID|State|Elaps|Alloc"
    text = fixed((head, "7|COMPLETED|02:00:00|cpu=8,gres/gpu=6,node=3"), (12, 10, 5, 5))
    path = log(tmp_path, text)
    intake = take(path)
    assert not intake.runs
    assert str(intake.faults[0]).startswith(
        f"{path}: neither Elapsed nor Start and End is stated, so the hours are unknown"
    )


def test_a_row_that_does_not_stand_below_the_header(tmp_path):
    path = log(tmp_path, fixed((HEAD, *ROWS)) + "slurmdbd: lost\n")
    intake = take(path)
    assert runs_of(intake) == RUNS
    assert [str(f) for f in intake.faults] == [
        f"{path}: row 7: its cells do not stand below the header (found slurmdbd: lost). Restore the row from its source."
    ]


GPUS = {
    "JobID|State|Elapsed\n7|COMPLETED|02:00:00\n": "@ does not state the resources of its job; GPUs, if it had any, are not counted",
    "JobID|State|Elapsed|AllocTRES\n7|COMPLETED|02:00:00|\n": "@: row 2 states no resources; GPUs of its job are not counted",
    "JobID|State|Elapsed|AllocTRES\n7|COMPLETED|02:00:00|cpu=2,gres/shard=4,node=1\n":
        "@: row 2 states a part of a GPU (shard or mps) of unknown size; it is not counted",
    "JobID|State|Elapsed|ReqTRES\n7|COMPLETED|02:00:00|cpu=2,gres/gpu=4,node=1\n":
        "@: row 2 states requested, not allocated resources; the requested ones are counted",
    "JobID|State|Elapsed|AllocTRES\n7|COMPLETED|02:00:00|billing=2,cpu=2\n":
        "@: the resources of row 2 end without a number of nodes; GPUs that were cut off are not counted",
}  # fmt: skip


@pytest.mark.parametrize("text", GPUS)
def test_gpus_that_the_file_does_not_state_are_told(tmp_path, text):
    path = log(tmp_path, text)
    intake = take(path)
    assert [(r.id, r.duration.value) for r in intake.runs] == [("7", 2.0)]
    assert [m.replace(str(path), "@") for m in messages(intake, "gpus-not-stated")] == [GPUS[text]]


def test_gpus_of_older_columns(tmp_path):
    text = "JobID|State|Elapsed|AllocTRES|AllocGRES\n7|COMPLETED|02:00:00|cpu=2,node=1|gpu:v100:4(IDX:0-3)\n"
    assert runs_of(take(log(tmp_path, text))) == [("7", "completed", 2.0, [("v100", 4)])]


def test_a_rule_states_the_gpus_that_the_file_does_not(tmp_path):
    text = "JobID|State|Elapsed|AllocCPUS\n7|COMPLETED|02:00:00|32\n"
    rules = [{"gpu": "A100-SXM4-80GB", "count": 4, "location": {"country": "FR"}}]
    a = lca.assess(str(log(tmp_path, text)), profile={"id": "p", "assign": rules}, now=NOW)
    assert a.total("device_hours")["value"] == pytest.approx(8)
    rules = [{"cpu": "Xeon Gold 6226R", "cpu_cores": 32, "location": {"country": "FR"}}]
    a = lca.assess(str(log(tmp_path, text)), profile={"id": "p", "assign": rules}, now=NOW)
    [device] = a.intake.runs[0].devices
    assert (device.kind, device.model, device.count) == ("cpu", "Xeon Gold 6226R", 1)
    assert findings(a, "gpus-not-stated")


def without_labels(changes):
    """Changes of other columns than the first two and the last but one: any text is a name, and any number below may be an id or an energy."""
    return [
        c for c in changes if ", cell 2," not in c[0] and ", cell 3," not in c[0] and "cell 1, corruption 7" not in c[0]
    ]


@pytest.mark.parametrize(
    ("delimiter", "has_header"),
    [("|", True), (",", True), ("\t", False), ("|", False)],
    ids=["bars", "commas", "tabs", "bare"],
)
def test_no_corruption_of_a_cell_goes_without_a_word(tmp_path, delimiter, has_header):
    text = (
        without_header(ROWS, delimiter)
        if not has_header
        else "".join(r.replace("|", delimiter) + "\n" for r in (HEAD, *ROWS))
    )
    lines = text.splitlines()
    changes = without_labels([*changed_cells(lines, delimiter, int(has_header)), *cut_lines(lines, int(has_header))])
    assert len(changes) > 200
    assert silent(tmp_path / "jobs.txt", text, changes) == []


def test_no_corruption_of_a_table_of_fixed_width_goes_without_a_word(tmp_path):
    text = fixed((HEAD, *ROWS))
    lines = text.splitlines()
    changes = [c for c in [*changed_cells(lines, " ", 2), *cut_lines(lines, 2)] if "cell 1, corruption 7" not in c[0]]
    assert silent(tmp_path / "jobs.txt", text, changes) == []
