"""Google Cloud billing export: GPU seconds to hours of machines, as JSON Lines and as CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import NOW
from test_format_focus import FIXTURES, bill_notes, claimed_alone, damaged, of
from test_formats import real, take

import lca
from lca.ingest.formats import gcp_billing

FIXTURE = (FIXTURES / "gcp-billing" / "gcp-billing.jsonl").read_bytes()
RUNS = [("a2-highgpu-2g", 1.5, "gcp", "europe-west4"), ("Nvidia Tesla T4", 0.5, "gcp", "europe-west4")]


def changed(tmp_path, old, new):
    path = tmp_path / "export.jsonl"
    path.write_text(FIXTURE.decode().replace(old, new, 1))
    return path


def test_seconds_of_gpus_are_hours_of_machines(tmp_path):
    a = lca.assess(str(changed(tmp_path, "", "")), now=NOW)
    assert of(a.intake) == RUNS
    assert a.intake.runs[0].provenance.rows == [1, 4]
    assert a.total("device_hours")["value"] == pytest.approx(2 * 1.5 + 0.5)
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("ovelace", "ada-project", "trainer", "01AB") if w in told]


def test_the_bill_adds_up(tmp_path):
    told = bill_notes(changed(tmp_path, "", ""))
    assert told == [
        "rows in the bill BILL: 8 (Google Cloud 8), cost 15.2400 EUR; rows of machine hours among them: 3, 8.8400 EUR",
        "2 rows of BILL, 3.8000 EUR, are left out: hours that name no GPU, such as those of processors and memory",
        "one row of BILL, 0.7000 EUR, is left out: usage that is not in hours",
        "one row of BILL, 0.0000 EUR, is left out: 0 hours",
        "one row of BILL, 1.9000 EUR, is left out: charges that are no regular usage",
    ]


def test_the_same_as_csv(tmp_path):
    rows = [gcp_billing._flat(json.loads(line)) for line in FIXTURE.decode().splitlines()]
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "export.csv"
    path.write_text(made.getvalue())
    assert of(take(path)) == RUNS


FAULTS = {
    "amount": ('"amount": 7200.0', '"amount": "many"', "usage.amount: not a number (found many)."),
    "huge": ('"amount": 7200.0', '"amount": 1e999', "usage.amount: not a number (found inf)."),
    "cost": ('"cost": 5.86', '"cost": []', "cost: not an amount of money (found [])."),
    "time": ("2025-03-04T10:00:00Z", "9999-99-99", "usage_start_time: not a time (found 9999-99-99)."),
    "none": ('"usage_end_time": "2025-03-04T11:00:00Z"', '"x": 1', "usage_end_time: not a time."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, told = FAULTS[name]
    path = changed(tmp_path, old, new)
    assert [str(f) for f in take(path).faults] == [f"{path}: row 1: {told} Restore the row from its source."]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.jsonl", FIXTURE, "gcp-billing")


@real
def test_no_other_file_is_claimed():
    claimed_alone("gcp-billing")
