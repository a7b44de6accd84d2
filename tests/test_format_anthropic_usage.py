"""Usage of Anthropic: tokens of the cache are added to those of input, inference_geo, costs alone."""

from __future__ import annotations

import json

import pytest
from conftest import NOW
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import real, take

import lca

FIXTURE = (FIXTURES / "anthropic-usage" / "anthropic-usage.csv").read_bytes()


def of(intake):
    return [
        (r.system.name, r.start.day, r.work.tokens_in, r.work.tokens_cached, r.work.tokens_out) for r in intake.runs
    ]


def test_tokens_by_day_model_and_place(tmp_path):
    path = tmp_path / "usage.csv"
    path.write_bytes(FIXTURE)
    a = lca.assess(str(path), now=NOW)
    assert of(a.intake) == [
        ("claude-sonnet-4-20250514", 22, 471000, 300000, 7000),
        ("claude-opus-4-6", 22, 1000, None, 400),
        ("claude-opus-4-6", 22, 2000, None, 600),
        ("claude-sonnet-4-20250514", 23, 10000, 3000, 900),
    ]
    assert [r.location and r.location.country for r in a.intake.runs] == [None, "US", None, None]
    assert a.intake.runs[0].provenance.rows == [2, 3]
    assert (a.intake.runs[0].stage, a.intake.runs[0].work.requests) == ("inference", None)
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("ada-laptop", "Lovelace", "bob-key") if w in told]


def test_pages_of_the_usage_report(tmp_path):
    result = {"uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
              "cache_read_input_tokens": 200, "output_tokens": 500, "api_key_id": "apikey_ada", "model": "claude-opus-4-6"}  # fmt: skip
    page = {"data": [{"starting_at": "2026-03-22T00:00:00Z", "ending_at": "2026-03-23T00:00:00Z", "results": [result, result]}], "has_more": False}  # fmt: skip
    for name, text in (("a.json", json.dumps(page, indent=1)), ("b.json", json.dumps(page))):
        (tmp_path / name).write_text(text)
        assert of(take(tmp_path / name)) == [("claude-opus-4-6", 22, 6400, 400, 1000)]


def test_costs_alone_hold_no_tokens(tmp_path):
    path = tmp_path / "cost.csv"
    path.write_text("usage_date_utc,model,workspace,token_type,cost_usd\n2026-03-22,Claude,Default,input,3.5\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: an export of costs, which holds no tokens. Export usage instead of cost."
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("100000", "1e5x", "usage_input_tokens_no_cache: not a number of at least 0 (found 1e5x)."),
     ("2026-03-22", "0000-03-22", "usage_date_utc: not a time (found 0000-03-22)."),
     ("2026-03-22", "", "time: not a time.")],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, old, new, told):
    path = tmp_path / "usage.csv"
    path.write_text(FIXTURE.decode().replace(old, new, 1))
    assert [str(f) for f in take(path).faults] == [f"{path}: row 2: {told} Restore the row from its source."]


def test_many_rows_of_one_fault_are_told_once(tmp_path):
    path = tmp_path / "usage.csv"
    lines = FIXTURE.decode().splitlines()
    path.write_text("\n".join([*lines, *[lines[1].replace("100000", "x")] * 30]))
    told = [str(f) for f in take(path).faults]
    assert told == [
        f"{path}: rows 8, 9, 10 and 27 more: usage_input_tokens_no_cache: not a number of at least 0 (found x). Restore the row from its source."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.csv", FIXTURE, "anthropic-usage")


@real
def test_no_other_file_is_claimed():
    claimed_alone("anthropic-usage")
