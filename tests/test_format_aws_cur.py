"""AWS CUR: hours of instances whatever pays for them, surcharges and fees left out, old and new names of columns."""

from __future__ import annotations

import json
import re

import pytest
from conftest import NOW
from test_format_focus import FIXTURES, bill_notes, claimed_alone, damaged, of
from test_formats import REAL, real, take

import lca

FIXTURE = (FIXTURES / "aws-cur" / "aws-cur.csv").read_bytes()


def changed(tmp_path, old, new):
    path = tmp_path / "cur.csv"
    path.write_text(FIXTURE.decode().replace(old, new))
    return path


def test_hours_of_instances_count_whatever_pays_for_them(tmp_path):
    path = changed(tmp_path, "", "")
    a = lca.assess(str(path), now=NOW)
    assert of(a.intake) == [
        ("p5.48xlarge", 1.75, "aws", "eu-west-1"),
        ("g5.xlarge", 1.0, "aws", "eu-west-1"),
        ("g4dn.xlarge", 0.75, "aws", "eu-west-1"),
    ]
    assert a.intake.runs[0].provenance.rows == [2, 3, 5]
    assert a.total("device_hours")["value"] == pytest.approx(8 * 1.75 + 1.75)
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("lovelace", "001122334455", "i-0feed", "training-job") if w in told]


def test_the_bill_adds_up(tmp_path):
    told = bill_notes(changed(tmp_path, "", ""))
    assert told[0] == "rows in the bill BILL: 11 (AWS 11), UnblendedCost 329.2100 USD; rows of machine hours among them: 5, 158.0800 USD"  # fmt: skip
    assert told[1:4] == [
        "one row of BILL, -49.1600 USD, is left out: line items of the type SavingsPlanNegation",
        "one row of BILL, 200.0000 USD, is left out: line items of the type RIFee",
        "one row of BILL, 0.0200 USD, is left out: usage other than of instances",
    ]
    assert sum(float(n.split(", ")[1].split()[0]) for n in told[1:]) + 158.08 == pytest.approx(329.21)


def test_names_of_columns_of_cur_2(tmp_path):
    header, rest = FIXTURE.decode().split("\n", 1)
    header = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", header).replace("/", "_").lower()
    path = tmp_path / "cur.csv"
    path.write_text(f"{header}\n{rest}")
    assert len(take(path).runs) == 3


FAULTS = {
    "hours": ('"1.0","USD"', '"x","USD"', "lineItem/UsageAmount: not a number (found x)."),
    "cost": ("98.32", "1,e", "lineItem/UnblendedCost: not an amount of money (found 1,e)."),
    "begin": ("2025-03-04T10:00:00.000Z", "early", "lineItem/UsageStartDate: not a time (found early)."),
    "order": ("2025-03-04T11:00:00.000Z", "2025-03-04T09:00:00Z", "lineItem/UsageEndDate: not after UsageStartDate (found 2025-03-04T09:00:00Z)."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, told = FAULTS[name]
    lines = FIXTURE.decode().splitlines()
    lines[1] = ",".join(f'"{c}"' for c in lines[1].split(",")).replace(old, new, 1)
    path = tmp_path / "cur.csv"
    path.write_text("\n".join(lines))
    assert [str(f) for f in take(path).faults] == [f"{path}: row 2: {told} Restore the row from its source."]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.csv", FIXTURE, "aws-cur")


@real
def test_real_report_without_instances():
    intake = take(REAL / "cloud-billing" / "aws_cur_anonymous.csv")
    assert (len(intake.runs), len(intake.faults)) == (0, 1)
    assert "1281 (AWS 1281), UnblendedCost 1.6823 USD" in str(intake.faults[0])


@real
def test_no_other_file_is_claimed():
    claimed_alone("aws-cur", "cloud-billing/aws_cur_anonymous.csv")


@pytest.mark.parametrize(
    ("kind", "gpus"),
    [
        ("p5en.48xlarge", 8),
        ("g6e.xlarge", 1),
        ("p6-b200.48xlarge", 8),
        ("g7e.24xlarge", 4),
        ("g6f.2xlarge", 0.25),
        ("trn2.48xlarge", 16),
    ],
)
def test_the_accelerators_of_newer_instances_are_counted(tmp_path, kind, gpus):
    """1.75 h of the instance, beside 1.75 h of one GPU each in two others."""
    a = lca.assess(str(changed(tmp_path, "p5.48xlarge", kind)), now=NOW)
    assert a.total("device_hours")["value"] == pytest.approx(gpus * 1.75 + 1.75)
    assert "unknown-device" not in {f.code for f in a.findings}
