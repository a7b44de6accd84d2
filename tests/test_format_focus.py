"""FOCUS: hours of instances by resource and month, a bill that adds up, hours that count once, and the official sample."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

FIXTURES = Path(__file__).parent / "fixtures"
FIXTURE = (FIXTURES / "focus" / "focus.csv").read_bytes()
PERSONAL = ("Ada", "lovelace", "001122334455", "i-0123456789abcdef0", "5f1c0000", "trainer")


def damaged(path, data, name, times=200):
    """Change bytes at random: nothing ends in a traceback."""
    made = random.Random(7)
    for _ in range(times):
        changed = bytearray(data)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(changed)) if changed else 0
            what = made.random()
            if what < 0.5 and changed:
                changed[at] = made.randrange(256)
            elif what < 0.7:
                del changed[at : at + made.randint(1, 40)]
            elif what < 0.9:
                changed[at:at] = bytes(made.choice(b',"\n\r\0-9eE.\xff[]{}') for _ in range(4))
            else:
                del changed[at + 1 :]
        path.write_bytes(changed)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", name]))
        assert intake.runs or intake.faults or intake.inputs
        assert [str(f) for f in intake.faults if f.code == "adapter-failed"] == []


def claimed_alone(name, *own):
    """No file of another format among the real ones is claimed."""
    adapter = formats.adapters()[name]
    taken = set()
    for path in sorted(REAL.rglob("*")):
        if path.is_file():
            try:
                log = Log(str(path))
            except lca.errors.InputError:
                continue
            if adapter.claims(log.head):
                taken.add(str(path.relative_to(REAL)))
    assert taken == set(own)


def table(*changes, drop=""):
    """The header and first row of the fixture, once for each set of changes."""
    header, first = list(csv.reader(FIXTURE.decode().splitlines()))[:2]
    rows = [dict(zip(header, first, strict=True)) | change for change in changes]
    keep = [h for h in header if h != drop]
    return "\n".join(",".join('"' + r[h].replace('"', '""') + '"' for h in keep) for r in [dict(zip(header, header, strict=True)), *rows]) + "\n"  # fmt: skip


def of(intake):
    return [(r.devices[0].model, round(r.devices[0].device_hours.value, 9), r.location.cloud, r.location.region) for r in intake.runs]  # fmt: skip


def bill_notes(path, code="bill-rows-left-out"):
    """What is told of a bill, its path as BILL."""
    return [n.message.replace(str(path), "BILL") for _, n in take(path).notes if n.code == code]


def rows_of(message):
    """The number of rows that a message tells of."""
    first = message.split()[0]
    return 1 if first == "one" else int(first)


def test_hours_add_up_by_resource_and_month(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_bytes(FIXTURE)
    a = lca.assess(str(path), now=NOW)
    assert of(a.intake) == [
        ("p4d.24xlarge", 1.75, "aws", "us-east-1"),
        ("p4d.24xlarge", 1.0, "aws", "us-east-1"),
        ("Standard_NC24ads_A100_v4", 24.0, "azure", "westeurope"),
    ]
    first = a.intake.runs[0]
    assert (first.start.isoformat(), first.end.isoformat()) == ("2025-03-04T10:00:00+00:00", "2025-03-04T12:00:00+00:00")  # fmt: skip
    assert first.provenance.rows == [2, 3, 4]
    assert (first.energy, first.ext) == ([], {"billed_cost": "49.1589 USD", "tags": {"owner": "#1d182f6a3cb6"}})
    assert a.total("device_hours")["value"] == pytest.approx(8 * 2.75 + 24)
    assert next(f.message for f in findings(a, "instance-expanded")) == "p4d.24xlarge counts as 8 x NVIDIA A100 SXM4 40GB"  # fmt: skip
    assert not findings(a, "location-missing")
    told = json.dumps(a.as_dict())
    assert not [word for word in PERSONAL if word in told.replace(str(tmp_path), "")]


def test_the_bill_adds_up(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_bytes(FIXTURE)
    assert bill_notes(path) == [
        "rows in the bill BILL: 14 (AWS 13, Microsoft 1), BilledCost 153.4469 USD; rows of machine hours among them: 5, 170.2515 USD",
        "one row of BILL, 0.0230 USD, is left out: hours of services other than compute",
        "one row of BILL, 0.0450 USD, is left out: hours that name no instance type",
        "one row of BILL, 0.9000 USD, is left out: usage that is not in hours",
        "one row of BILL, 19.0000 USD, is left out: charges of the category tax",
        "one row of BILL, -5.0000 USD, is left out: charges of the category credit",
        "one row of BILL, 1.0000 USD, is left out: commitments that were not used",
        "one row of BILL, -32.7726 USD, is left out: corrections of an earlier bill",
        "one row of BILL, 0.0000 USD, is left out: 0 hours",
        "one row of BILL, 0.0000 USD, is left out: hours of a machine that another row already counts",
        "1 h of BILL are left out: more hours of one machine than its period has",
    ]


def test_machines_without_an_id_of_their_own_may_run_side_by_side(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_text(table({"ResourceId": "NULL", "ConsumedQuantity": "3"}, {"ResourceId": "NULL"}))
    assert of(take(path)) == [("p4d.24xlarge", 4.0, "aws", "us-east-1")]


@pytest.mark.parametrize(
    ("provider", "text", "model"),
    [
        ("AWS", "USE1-BoxUsage:p5.48xlarge", "p5.48xlarge"), ("AWS", "ml.g5.2xlarge for Training", "g5.2xlarge"),
        ("AWS", "m5.metal.", "m5.metal"), ("AWS", "cache.t3.micro", ""), ("AWS", "m5.large or m5.xlarge", ""),
        ("Microsoft", "Standard_ND96isr_H100_v5", "Standard_ND96isr_H100_v5"), ("Microsoft", "D11 v2/DS11 v2", ""),
        ("Google Cloud", "a2-highgpu-1g", "a2-highgpu-1g"), ("Google", "n1-standard-4", "n1-standard-4"), ("Oracle", "BM.GPU4.8", "BM.GPU4.8"),
        ("Oracle", "VM.GPU.A10.2 per GPU hour", "VM.GPU.A10.2"), ("CoreWeave", "gd-8xh100ib-i128", "gd-8xh100ib-i128"),
        ("Google", "ct5lp-hightpu-4t", "ct5lp-hightpu-4t"), ("Microsoft", "Standard_NC128ds_xl_RTXPRO6000BSE_v6", "Standard_NC128ds_xl_RTXPRO6000BSE_v6"),
        ("Alibaba Cloud", "ecs.gn7i-c8g1.2xlarge", ""),
    ],
)  # fmt: skip
def test_only_an_exact_instance_type_counts(tmp_path, provider, text, model):
    path = tmp_path / "bill.csv"
    path.write_text(table({"ProviderName": provider, "ChargeDescription": text}))
    intake = take(path)
    assert [r.devices[0].model for r in intake.runs] == ([model] if model else [])
    if not model:
        assert [str(f).replace(str(path), "BILL") for f in intake.faults] == [
            f"BILL: no row holds hours of a machine: rows in the bill BILL: 1 ({provider} 1), BilledCost 32.7726 USD; rows of machine hours among them: 0, 0; "
            "one row of BILL, 32.7726 USD, is left out: hours that name no instance type. Give a bill with usage of machines."
        ]


FAULTS = {
    "hours": ({"ConsumedQuantity": "1O"}, "ConsumedQuantity: not a number (found 1O)."),
    "infinite": ({"ConsumedQuantity": "inf"}, "ConsumedQuantity: not a number (found inf)."),
    "cost": ({"BilledCost": "x"}, "BilledCost: not a number (found x)."),
    "currency": ({"BillingCurrency": "1.5"}, "BillingCurrency: not a currency (found 1.5)."),
    "begin": ({"ChargePeriodStart": "0000-01-01"}, "ChargePeriodStart: not a time (found 0000-01-01)."),
    "end": ({"ChargePeriodEnd": "later"}, "ChargePeriodEnd: not a time (found later)."),
    "order": ({"ChargePeriodEnd": "2025-03-04T10:00:00Z"}, "ChargePeriodEnd: not after ChargePeriodStart (found 2025-03-04T10:00:00Z)."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    change, told = FAULTS[name]
    path = tmp_path / "bill.csv"
    path.write_text(table({}, change))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: row 3: {told} Restore the row from its source."]
    assert len(intake.runs) == 1


def test_many_rows_of_one_fault_are_told_once(tmp_path):
    path = tmp_path / "bill.csv"
    path.write_text(table({}, *[{"ConsumedQuantity": "x"}] * 30))
    told = [str(f) for f in take(path).faults]
    assert told == [
        f"{path}: rows 3, 4, 5 and 27 more: ConsumedQuantity: not a number (found x). Restore the row from its source."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.csv", FIXTURE, "focus")


@real
def test_real_sample():
    path = REAL / "focus" / "focus_1.0_sample.csv"
    intake = take(path)
    assert not intake.faults
    types = Counter(r.devices[0].model for r in intake.runs)
    assert types["g5.4xlarge"] == 8
    with path.open(newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if "Instance Hour" in r["ChargeDescription"]]
    assert sum(r.devices[0].device_hours.value for r in intake.runs) == pytest.approx(
        sum(float(r["ConsumedQuantity"]) for r in rows)
    )
    notes = bill_notes(path)
    assert notes[0] == (
        "rows in the bill BILL: 1000 (AWS 942, Microsoft 51, Oracle 7), BilledCost 20.5202 USD; rows of machine hours among them: 26, 17.1576 USD"
    )
    assert sum(rows_of(n) for n in notes[1:]) == 1000 - 26
    assert sum(float(n.split(", ")[1].split()[0]) for n in notes[1:]) + 17.1576 == pytest.approx(20.5202, abs=2e-4)


@real
def test_no_other_file_is_claimed():
    claimed_alone("focus", "focus/focus_1.0_sample.csv")
