"""What a bill says of itself: groups by tag of resources, the share that was read, and the largest services that were not."""

from __future__ import annotations

import json

import pytest
from conftest import NOW
from test_format_focus import bill_notes, table
from test_repeated_exports import azure, cur, gcp

import lca
from lca import tags
from lca.errors import UnknownName


def write(tmp_path, text, name="bill.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def hours(a, key):
    """Device-hours by the value of a key."""
    found = [f for f in a.figure_list((key,)) if f["quantity"] == "device_hours" and f["by"]]
    return {f["by"][key]: f["value"] for f in found}


def with_column(text, name, *values):
    """A table with one more column."""
    header, *rows = text.splitlines()
    quoted = ['"' + v.replace('"', '""') + '"' for v in values]
    return "\n".join([f"{header},{name}", *(f"{row},{value}" for row, value in zip(rows, quoted, strict=True))])


def test_a_machine_month_is_split_by_its_tags(tmp_path):
    """p4d.24xlarge has 8 GPUs: 1 h of vision, 2 h of speech, 4 h without a tag."""
    changes = [
        {"ResourceId": "NULL", "ConsumedQuantity": "1", "Tags": '{"team": "vision", "aws:createdBy": "x"}'},
        {"ResourceId": "NULL", "ConsumedQuantity": "2", "Tags": '{"team": "speech"}'},
        {"ResourceId": "NULL", "ConsumedQuantity": "4", "Tags": "NULL"},
    ]
    a = lca.assess(str(write(tmp_path, table(*changes))), now=NOW)
    assert [(r.ext["billed_cost"], r.ext.get("tags")) for r in a.intake.runs] == [
        ("32.7726 USD", {"team": "vision"}),
        ("32.7726 USD", {"team": "speech"}),
        ("32.7726 USD", None),
    ]
    assert hours(a, "tag:team") == pytest.approx({"vision": 8, "speech": 16, "(none)": 32})
    assert hours(a, "tag:Team") == pytest.approx({"vision": 8, "speech": 16, "(none)": 32})
    assert len({r.id for r in a.intake.runs}) == 3


TAGGED = {
    "legacy CUR": with_column(cur([1, 2]), "resourceTags/user:team", "vision", "speech"),
    "CUR as a table": with_column(cur([1, 2]), "resource_tags_user_team", "vision", "speech"),
    "CUR 2.0": with_column(cur([1, 2]), "resource_tags", '{"user_team": "vision"}', '{"user_team": "speech", "aws_x": "y"}'),
    "Azure": with_column(azure([1, 2]), "Tags", '"team": "vision"', '{"team": "speech"}'),
    "Google": "\n".join(
        json.dumps(json.loads(line) | {"labels": [{"key": "team", "value": value}]})
        for line, value in zip(gcp([1, 2]).splitlines(), ("vision", "speech"), strict=True)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAGGED)
def test_each_bill_has_its_own_form_of_tags(tmp_path, name):
    """One hour of 8 GPUs each."""
    path = write(tmp_path, TAGGED[name], "bill.jsonl" if name == "Google" else "bill.csv")
    assert hours(lca.assess(str(path), now=NOW), "tag:team") == pytest.approx({"vision": 8, "speech": 8})


def test_values_that_name_persons_or_hosts_are_hashed():
    made = dict(tags.tags([
        ("owner", "Ada Lovelace"), ("team", "ada@lovelace.example"), ("Name", "trainer-1"), ("CreatedBy", "ada"), ("path", "/home/ada/x"),
        ("project", "apollo"), ("user:cost-center", "12"), ("aws:createdBy", "x"), ("empty", " "), ("list", ["x"]),
    ]))  # fmt: skip
    assert made["project"] == "apollo"
    assert made["cost-center"] == "12"
    assert set(made) == {"owner", "team", "Name", "CreatedBy", "path", "project", "cost-center"}
    for name in ("owner", "team", "Name", "CreatedBy", "path"):
        assert made[name].startswith("#")
        assert len(made[name]) == 13
    assert tags.of_run({"tags": {"team": "ada@lovelace.example"}}, "team").startswith("#")


def test_a_tag_that_no_run_has_is_an_error(tmp_path):
    a = lca.assess(str(write(tmp_path, table({"Tags": '{"team": "vision"}'}))), now=NOW)
    with pytest.raises(UnknownName) as told:
        a.figures(by=["tag:tean"])
    assert str(told.value) == "--by tag:tean: no run has this tag. The nearest is tag:team."
    with pytest.raises(UnknownName) as told:
        a.figures(by=["tag:x"])
    assert str(told.value) == "--by tag:x: no run has this tag. Their tags are team."


def test_tags_of_run_logs_group_too(cli, tmp_path):
    runs = [
        {"schema": "lca-run/1", "id": n, "system": "s", "stage": "training", "start": "2025-05-01T00:00:00Z", "devices": [{"model": "NVIDIA A100 SXM4 40GB", "device_hours": "2 h"}], "ext": e}
        for n, e in (("a", {"tags": {"team": "vision"}}), ("b", {}))
    ]  # fmt: skip
    path = write(tmp_path, json.dumps({"runs": runs}), "runs.json")
    document = json.loads(cli("assess", str(path), "--json", "--by", "tag:team").out)
    figures = {f["by"].get("tag:team"): f["value"] for f in document["figures"] if f["quantity"] == "device_hours"}
    assert figures == {"vision": 2.0, "(none)": 2.0, None: 4.0}


def test_a_bill_says_what_share_was_read_and_what_is_largest_of_the_rest(tmp_path):
    """Charges above 0: 30 of machines, 60 + 10 + 5 others: 28.6 %. Hours: 1 of 4."""
    usage = {"ConsumedQuantity": "100", "ConsumedUnit": "GB"}
    path = write(tmp_path, table(
        {"BilledCost": "30"}, usage | {"BilledCost": "60", "ServiceName": "Storage"}, usage | {"BilledCost": "10", "ServiceName": "Traffic"},
        {"BilledCost": "5", "ServiceName": "Gateway", "ChargeDescription": "gateway hour", "ConsumedQuantity": "3", "ResourceId": "n"},
        {"BilledCost": "-7", "ChargeCategory": "Credit"},
    ))  # fmt: skip
    assert bill_notes(path, "bill-coverage") == [
        "machines that were read make up 28.6 % of the positive charges in BILL, 30.0000 USD of 105.0000 USD",
        "25 % of the machine hours in BILL, 1 h of 4 h, were read; the others name no known machine type",
        "the largest services of BILL that were not read: Storage 60.0000 USD, Traffic 10.0000 USD, Gateway 5.0000 USD",
    ]


def test_machines_without_a_figure_are_told_with_their_hours_and_cost(tmp_path):
    path = write(
        tmp_path,
        table({"BilledCost": "30"}, {"BilledCost": "2", "ChargeDescription": "x m5.large y", "ResourceId": "m"}),
    )
    a = lca.assess(str(path), now=NOW)
    [found] = [f for f in a.findings if f.code == "bill-without-figure"]
    assert found.message == (
        "1 h of the 2 h of machines in bills (2.0000 of 32.0000 USD) have no figure for the electricity they used: m5.large"
    )


def test_rows_of_models_by_token_are_counted_apart(tmp_path):
    text = cur([1, 2]).splitlines()
    text[2] = (
        text[2]
        .replace("AmazonEC2", "AmazonBedrock")
        .replace("EU-BoxUsage:p4d.24xlarge", "EU-ModelX-input-tokens")
        .replace("Hrs", "1K tokens")
    )
    path = write(tmp_path, "\n".join(text))
    assert bill_notes(path)[1:] == [
        "one row of BILL, 32.0000 USD, is left out: tokens and other use of models of Amazon Bedrock, which name no device"
    ]


def test_an_unknown_type_of_charge_is_set_aside(tmp_path):
    path = write(tmp_path, cur([1, 2]).replace(",Usage,", ",Usagex,", 1))
    a = lca.assess(str(path), now=NOW)
    assert [str(f) for f in a.intake.faults] == [
        f"{path}: row 2: lineItem/LineItemType: no known type of line item (found Usagex). Restore the row from its source."
    ]
    assert a.total("device_hours")["value"] == pytest.approx(8)
