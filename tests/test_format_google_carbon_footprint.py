"""Google Cloud Carbon Footprint: what the provider states is declared by region and month, and never counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import take

import lca

FOLDER = Path(__file__).parent / "fixtures" / "google-carbon-footprint"
CSV = (FOLDER / "footprint.csv").read_text()
LINES = (FOLDER / "footprint-2025-04.jsonl").read_text()


def written(tmp_path, text, name="footprint.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def declared(path):
    return {
        (r.location.region if r.location else "", f"{r.start:%Y-%m}"): (r.declared["total_co2e"].value, r.declared["total_co2e_market"].value)
        for r in take(path).runs
    }  # fmt: skip


def test_sums_by_region_and_month(tmp_path):
    path = written(tmp_path, CSV)
    # 165.5 + 7.25; 75.5 + 4.25
    assert declared(path) == {
        ("europe-west4", "2025-03"): (172.75, 79.75),
        ("europe-west4", "2025-12"): (140.5, 60.5),
        ("us-central1", "2025-03"): (76.0, 36.0),
    }
    a = lca.assess(str(path), now=NOW)
    assert a.intake.runs[1].end.isoformat() == "2026-01-01T00:00:00+00:00"
    assert a.intake.runs[0].ext["supplier_scope_2_market"] == "31.0 kgCO2e"
    assert a.total("total_co2e")["value"] is None
    assert findings(a, "no-energy")[0].message == (
        "the provider states 172.75 kgCO2e, location-based, for its customer (scope 3, category 1); it is a line beside the "
        "totals of the GHG Protocol view, and in no other figure"
    )
    # 172.75 + 140.5 + 76.0; 79.75 + 60.5 + 36.0
    lines = {x["id"]: x for x in a.view_data["lines"] if x["id"].startswith("memo-supplier")}
    assert {id: (x["category"], x["value"], x["rows"]) for id, x in lines.items()} == {
        "memo-supplier-location": ("scope 3, category 1", pytest.approx(389.25), 3),
        "memo-supplier-market": ("scope 3, category 1", pytest.approx(176.25), 3),
    }
    [total] = [x for x in a.view_data["lines"] if x["id"] == "total-location"]
    assert total["value"] is None
    assert not findings(a, "lines-not-used")
    assert not [w for w in ("JDOE", "jdoe") if w in json.dumps(a.as_dict())]


def test_lines_of_json(tmp_path):
    assert declared(written(tmp_path, LINES, "f.jsonl")) == {
        ("europe-west4", "2025-04"): (151.5, 66.5),
        ("", "2025-04"): (2.5, 1.5),
    }


def test_columns_named_with_points(tmp_path):
    header, _, rows = CSV.partition("\n")
    for old, new in (
        ("kgCO2e_scope2_", "kgCO2e.scope2."),
        ("kgCO2e_", "kgCO2e."),
        ("project_", "project."),
        ("location_region", "location.region"),
    ):
        header = header.replace(old, new)
    assert declared(written(tmp_path, header + "\n" + rows)) == declared(written(tmp_path, CSV, "other.csv"))


BAD = {
    "sign": ("165.5,75.5", "-165.5,75.5", "@: row 2: total_location: below 0 (found -165.5)."),
    "type": ("165.5,75.5", "much,75.5", "@: row 2: total_location: not a number (found much)."),
    "missing": ("165.5,75.5", ",75.5", "@: row 2: carbon_footprint_total_kgCO2e.location_based: no value."),
    "month": ("2025-03-01,01AB-JDOE,1,jdoe-lab,6F81", "March,01AB-JDOE,1,jdoe-lab,6F81", "@: row 2: usage_month: not a time (found March)."),
    "version": ("europe-west4,13,0.5", "europe-west4,new,0.5", "@: row 2: carbon_model_version: not a number (found new)."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_one_bad_row_is_set_aside(tmp_path, name):
    old, new, message = BAD[name]
    path = written(tmp_path, CSV.replace(old, new))
    intake = take(path)
    assert [str(f).replace(str(path), "@") for f in intake.faults] == [f"{message} Restore the row from its source."]
    assert declared(path)[("europe-west4", "2025-03")] == (7.25, 4.25)
    assert not [n for _, n in intake.notes if n.code == "lines-not-used"]


def test_an_export_of_the_first_versions_says_what_is_missing(tmp_path):
    path = written(tmp_path, "usage_month,billing_account_id,carbon_footprint_kgCO2e\n2021-10-01,01AB,5\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: an export without totals by location and market, as the first versions were. "
        "Export the current carbon model."
    ]


def test_a_line_that_is_cut_off(tmp_path):
    path = written(tmp_path, LINES[:-40], "f.jsonl")
    assert [f.where.rpartition(": ")[2] for f in take(path).faults] == ["row 2"]
    assert len(take(path).runs) == 1
