"""Usage of OpenAI: tokens by day and model, cached ones among those of input, old and new names, costs alone."""

from __future__ import annotations

import json

import pytest
from conftest import NOW
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import real, take

import lca

FIXTURE = (FIXTURES / "openai-usage" / "openai-usage.json").read_bytes()


def write(tmp_path, text, name="usage.json"):
    path = tmp_path / name
    path.write_text(text)
    return path


def of(intake):
    return [(r.system.name, r.start.day, r.work.requests, r.work.tokens_in, r.work.tokens_cached, r.work.tokens_out) for r in intake.runs]  # fmt: skip


def test_tokens_by_day_and_model(tmp_path):
    a = lca.assess(str(write(tmp_path, FIXTURE.decode())), now=NOW)
    assert of(a.intake) == [
        ("gpt-4o-2024-08-06", 4, 75, 121000, 80000, 30500),
        ("o3-mini-2025-01-31", 4, 2, 400, None, 100),
        ("gpt-4o-2024-08-06", 5, 9, 2000, 1024, 700),
    ]
    first = a.intake.runs[0]
    assert (first.stage, first.devices, first.energy, first.system.provider) == ("inference", [], [], "openai")
    assert (first.start.isoformat(), first.end.isoformat()) == ("2025-03-04T00:00:00+00:00", "2025-03-05T00:00:00+00:00")  # fmt: skip
    assert first.provenance.rows == [1, 2]
    assert [n.message.replace(str(tmp_path / "usage.json"), "FILE") for _, n in a.intake.notes] == [
        "one row of FILE holds neither tokens nor requests; it is left out",
        "100 tokens of input_audio_tokens, output_audio_tokens in FILE are left out: the export does not say whether they are among the others",
    ]
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("proj_", "user-ada", "key_ada") if w in told]


def test_json_lines_of_pages_and_of_rows(tmp_path):
    page = json.dumps(json.loads(FIXTURE))
    row = '{"n_context_tokens_total": 10, "n_generated_tokens_total": 4, "n_requests": 1, "snapshot_id": "gpt-4", "aggregation_timestamp": 1741046400}'
    intake = take(write(tmp_path, f"{page}\n{row}\n", "usage.jsonl"))
    assert of(intake)[0] == ("gpt-4o-2024-08-06", 4, 75, 121000, 80000, 30500)
    assert of(intake)[-1] == ("gpt-4", 4, 1, 10, None, 4)


def test_csv_with_old_and_new_names(tmp_path):
    old = "timestamp,api_key_name,email,model,num_requests,n_context_tokens_total,n_generated_tokens_total\n2024-05-01 10:00:00,k,ada@lovelace.example,gpt-4,3,100,50\n"
    new = "start_time,start_time_iso,model,num_model_requests,input_tokens,input_cached_tokens,output_tokens\n1714557600,2024-05-01T10:00:00Z,,3,100,60,50\n"
    assert of(take(write(tmp_path, old, "a.csv"))) == [("gpt-4", 1, 3, 100, None, 50)]
    intake = take(write(tmp_path, new, "b.csv"))
    assert of(intake) == [("b", 1, 3, 100, 60, 50)]
    assert [n.code for _, n in intake.notes] == ["system-assumed"]


def test_the_organisation_in_the_name_of_a_tuned_model_is_dropped(tmp_path):
    text = FIXTURE.decode().replace("o3-mini-2025-01-31", "ft:gpt-4o:lovelace::abc123")
    told = json.dumps(lca.assess(str(write(tmp_path, text)), now=NOW).as_dict())
    assert "ft:gpt-4o:" in told
    assert "lovelace" not in told


@pytest.mark.parametrize(
    "text",
    ["start_time,end_time,start_time_iso,amount_value,amount_currency,line_item\n1,2,2024-05-01,3.5,usd,gpt-4\n",
     '{"data": [{"start_time": 1741046400, "results": [{"object": "organization.costs.result", "amount": {"value": 1}}]}]}'],
)  # fmt: skip
def test_costs_alone_hold_no_tokens(tmp_path, text):
    path = write(tmp_path, text, "cost.csv")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: an export of costs, which holds no tokens. Export usage instead of cost."
    ]


FAULTS = {
    "tokens": ('"input_tokens": 120000', '"input_tokens": "many"', "input_tokens: not a number of at least 0 (found many)."),
    "negative": ('"output_tokens": 30000', '"output_tokens": -1', "output_tokens: not a number of at least 0 (found -1)."),
    "list": ('"output_tokens": 30000', '"output_tokens": [1]', "output_tokens: not a number of at least 0 (found [1])."),
    "cached": ("80000", "130000", "input_cached_tokens: more cached tokens than tokens of input, of which they are a part (found 130000)."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, told = FAULTS[name]
    path = write(tmp_path, FIXTURE.decode().replace(old, new, 1))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: row 1: {told} Restore the row from its source."]
    assert len(intake.runs) == 3


def test_a_time_in_milliseconds_is_not_guessed(tmp_path):
    path = write(tmp_path, FIXTURE.decode().replace('1741132800, "end', '1741132800000, "end'))
    assert [str(f) for f in take(path).faults] == [
        f"{path}: rows 4 and 5: start_time: not a time (found 1741132800000). Restore the row from its source."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.json", FIXTURE, "openai-usage")
    damaged(tmp_path / "log.jsonl", json.dumps(json.loads(FIXTURE)).encode(), "openai-usage")


@real
def test_no_other_file_is_claimed():
    claimed_alone("openai-usage")
