"""Exports of one account that hold the same rows: each row counts once, in each format and in any order of files."""

from __future__ import annotations

import csv
import io
import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from conftest import NOW

import lca

DAY0 = datetime(2026, 3, 1, tzinfo=UTC)


def stamp(day, hour=0):
    return (DAY0 + timedelta(days=day - 1, hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def table(rows):
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def cur(days, item="a", names=None, kind="Usage"):
    """An hour of one p4d.24xlarge a day; ids of line items differ from report to report."""
    rows = [
        {"identity/LineItemId": f"{item}{day}", "lineItem/UsageAccountId": "1", "lineItem/LineItemType": kind, "lineItem/UsageStartDate": stamp(day),
         "lineItem/UsageEndDate": stamp(day, 1), "lineItem/ProductCode": "AmazonEC2", "lineItem/UsageType": "EU-BoxUsage:p4d.24xlarge",
         "lineItem/ResourceId": "i-0feedfacecafe0001", "lineItem/UsageAmount": "1", "lineItem/CurrencyCode": "USD", "lineItem/UnblendedCost": "32",
         "product/instanceType": "p4d.24xlarge", "product/regionCode": "eu-west-1", "pricing/unit": "Hrs"}
        for day in days
    ]  # fmt: skip
    return table([{(names or {}).get(k, k): v for k, v in row.items()} for row in rows])


#: names of columns of CUR 2.0
CUR2 = {
    "identity/LineItemId": "identity_line_item_id", "lineItem/UsageAccountId": "line_item_usage_account_id", "lineItem/LineItemType": "line_item_line_item_type",
    "lineItem/UsageStartDate": "line_item_usage_start_date", "lineItem/UsageEndDate": "line_item_usage_end_date", "lineItem/ProductCode": "line_item_product_code",
    "lineItem/UsageType": "line_item_usage_type", "lineItem/ResourceId": "line_item_resource_id", "lineItem/UsageAmount": "line_item_usage_amount",
    "lineItem/CurrencyCode": "line_item_currency_code", "lineItem/UnblendedCost": "line_item_unblended_cost", "product/instanceType": "product_instance_type",
    "product/regionCode": "product_region_code", "pricing/unit": "pricing_unit",
}  # fmt: skip


def focus(days, hours=1):
    return table([
        {"BilledCost": "32", "BillingAccountId": "1", "BillingCurrency": "USD", "ChargeCategory": "Usage", "ChargePeriodStart": stamp(day),
         "ChargePeriodEnd": stamp(day, 1), "ConsumedQuantity": str(hours), "ConsumedUnit": "Hours", "ProviderName": "AWS", "RegionId": "eu-west-1",
         "ResourceId": "NULL", "ServiceCategory": "Compute", "ServiceName": "EC2", "SkuId": "S1", "SkuMeter": "EU-BoxUsage:p4d.24xlarge"}
        for day in days
    ])  # fmt: skip


def azure(days):
    return table([
        {"SubscriptionId": "s", "Date": stamp(day)[:10], "MeterCategory": "Virtual Machines", "MeterName": "ND", "Quantity": "1", "UnitOfMeasure": "1 Hour",
         "CostInBillingCurrency": "25", "BillingCurrencyCode": "EUR", "ResourceLocation": "westeurope", "ConsumedService": "Microsoft.Compute",
         "ResourceId": "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/vm", "AdditionalInfo": '{"ServiceType": "Standard_ND96asr_v4"}', "ChargeType": "Usage"}
        for day in days
    ])  # fmt: skip


def gcp(days, exported="2026-03-08T00:00:00Z"):
    return "\n".join(
        json.dumps({
            "billing_account_id": "b", "service": {"description": "Compute Engine"}, "sku": {"id": "X", "description": "Nvidia Tesla A100 GPU running in Iowa"},
            "usage_start_time": stamp(day), "usage_end_time": stamp(day, 1), "project": {"id": "p"}, "location": {"region": "us-central1"},
            "system_labels": [{"key": "compute.googleapis.com/machine_spec", "value": "a2-highgpu-8g"}], "resource": {"name": "vm"},
            "cost": 30, "currency": "USD", "usage": {"amount": 28800, "unit": "seconds"}, "cost_type": "regular", "export_time": exported,
        })
        for day in days
    )  # fmt: skip


def opencost(days):
    sets = [
        {"c/n/training/trainer/main": {"name": "c/n/training/trainer/main", "properties": {"cluster": "c", "namespace": "training"}, "start": stamp(day),
         "end": stamp(day, 1), "minutes": 60, "cpuCoreHours": 4, "gpuHours": 8}}
        for day in days
    ]  # fmt: skip
    return json.dumps({"code": 200, "data": sets})


def openai(days, **more):
    buckets = [
        {"object": "bucket", "start_time": int((DAY0 + timedelta(days=d - 1)).timestamp()), "end_time": int((DAY0 + timedelta(days=d)).timestamp()),
         "results": [{"object": "organization.usage.completions.result", "input_tokens": 1000, "output_tokens": 100, "input_cached_tokens": 0,
                      "num_model_requests": 10, "model": "gpt-4o"} | more]}
        for d in days
    ]  # fmt: skip
    return json.dumps({"object": "page", "data": buckets})


def anthropic(days):
    return table([
        {"usage_date_utc": stamp(day)[:10], "model_version": "claude-x", "api_key": "k", "usage_input_tokens_no_cache": "1000",
         "usage_input_tokens_cache_write_5m": "0", "usage_input_tokens_cache_write_1h": "0", "usage_input_tokens_cache_read": "0", "usage_output_tokens": "100"}
        for day in days
    ])  # fmt: skip


#: two exports and what each day of them gives: 8 hours of accelerators of one machine, or 1,000 tokens
EXPORTS = {
    "cur, other line items": (cur([1, 2]), cur([1, 2, 3, 4], "b")),
    "cur, legacy and 2.0": (cur([1, 2]), cur([1, 2, 3, 4], names=CUR2)),
    "cur, windows that overlap": (cur([1, 2, 3]), cur([2, 3, 4], "b")),
    "cur, priced otherwise later": (cur([1, 2]), cur([1, 2, 3, 4], kind="SavingsPlanCoveredUsage")),
    "cur, halves of a month": (cur([1, 2]), cur([3, 4])),
    "focus": (focus([1, 2]), focus([1, 2, 3, 4])),
    "azure, month to date": (azure([1, 2]), azure([1, 2, 3, 4])),
    "azure, windows that overlap": (azure([1, 2, 3]), azure([2, 3, 4])),
    "gcp, exported again": (gcp([1, 2], "2026-03-03T00:00:00Z"), gcp([1, 2, 3, 4])),
    "opencost, windows that overlap": (opencost([1, 2, 3]), opencost([3, 4])),
    "openai, windows that overlap": (openai([1, 2, 3]), openai([2, 3, 4])),
    "anthropic, month to date": (anthropic([1, 2]), anthropic([1, 2, 3, 4])),
}


def write(folder, texts):
    paths = []
    for number, text in enumerate(texts):
        path = (
            folder
            / f"export-{number}{'.csv' if text[0] not in '{[' else '.json' if text.count(chr(10)) == 0 else '.jsonl'}"
        )
        path.write_text(text)
        paths.append(str(path))
    return paths


def amounts(a):
    hours = sum(d.device_hours.value * (8 if d.model else 1) for r in a.intake.runs for d in r.devices)
    return hours or sum(r.work.tokens_in for r in a.intake.runs) / 125


@pytest.mark.parametrize("name", EXPORTS)
def test_rows_that_stand_in_two_exports_count_once(tmp_path, name):
    """4 days x 1 h x 8 GPUs = 32 h; 4 days x 1,000 tokens / 125 = 32."""
    paths = write(tmp_path, EXPORTS[name])
    for order in itertools.permutations(paths):
        a = lca.assess(list(order), now=NOW)
        assert amounts(a) == pytest.approx(32)
        assert not a.intake.faults
        assert len({r.id for r in a.intake.runs}) == len(a.intake.runs)


def test_two_rows_of_one_export_that_are_alike_both_count(tmp_path):
    """Without an id of a resource, rows of one kind are of several machines: 2 + 1 h of 8 GPUs each."""
    paths = write(tmp_path, [focus([1, 1]) + focus([2]).partition("\n")[2]])
    assert amounts(lca.assess(paths, now=NOW)) == pytest.approx(24)


def test_exports_of_two_projects_are_no_copies(tmp_path):
    paths = write(tmp_path, [openai([1, 2], project_id="p1"), openai([1, 2], project_id="p2")])
    a = lca.assess(paths, now=NOW)
    assert sum(r.work.tokens_in for r in a.intake.runs) == 4000
    assert len({r.id for r in a.intake.runs}) == 4
    assert not a.intake.faults


def test_the_later_state_of_a_day_counts(tmp_path):
    """Usage of the last day was not whole in the first export: 1,000 tokens of day 1 and 2, not 400 of day 2."""
    early = openai([1, 2]).replace('"input_tokens": 1000', '"input_tokens": 400', 2)
    early = early.replace('"input_tokens": 400', '"input_tokens": 1000', 1)
    paths = write(tmp_path, [early, openai([1, 2])])
    a = lca.assess(paths, now=NOW)
    assert [r.work.tokens_in for r in a.intake.runs] == [1000, 1000]
    assert [(n.message, n.severity) for _, n in a.intake.notes if n.code == "repeated-export"] == [
        (f"2 rows of {paths[0]} are in another export too and were counted there", ""),
        (f"one row of {paths[0]} states another amount than the export that was counted", "warning"),
    ]


def test_a_machine_in_bills_of_two_formats_counts_once(tmp_path):
    """Ten hours of eight GPUs, on days 1 to 10, and the days 6 to 12 of the same machine in the other format: 12 days, 96 GPU-hours."""
    (tmp_path / "cur.csv").write_text(cur(range(1, 11)))
    (tmp_path / "focus.csv").write_text(
        focus(range(6, 13)).replace("NULL", "arn:aws:ec2:eu-west-1:1:instance/i-0feedfacecafe0001")
    )
    for names in (("cur.csv", "focus.csv"), ("focus.csv", "cur.csv")):
        a = lca.assess([str(tmp_path / n) for n in names], now=NOW)
        assert a.total("device_hours")["value"] == pytest.approx(12 * 8)
        [told] = [f for f in a.findings if f.code == "repeated-export"]
        assert told.message == f"5 rows of {tmp_path}/cur.csv are in another export too and were counted there"


def test_other_machines_in_bills_of_two_formats_all_count(tmp_path):
    (tmp_path / "cur.csv").write_text(cur(range(1, 11)))
    (tmp_path / "focus.csv").write_text(
        focus(range(6, 13)).replace("NULL", "arn:aws:ec2:eu-west-1:1:instance/i-0feedfacecafe0002")
    )
    a = lca.assess(str(tmp_path), now=NOW)
    assert a.total("device_hours")["value"] == pytest.approx(17 * 8)
    assert not [f for f in a.findings if f.code == "repeated-export"]
