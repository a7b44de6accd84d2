"""EcoLogits: intervals, parts that are not added twice, tokens beside the impacts."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, findings
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import real, take

import lca

PATH = FIXTURES / "ecologits" / "impacts.jsonl"
FIXTURE = PATH.read_bytes()
LINES = [json.loads(line) for line in FIXTURE.splitlines()]
BARE = {"energy": 0.002, "gwp": {"min": 0.001, "max": 0.002}, "adpe": 1e-9, "pe": 0.02}


def written(tmp_path, made, name="impacts.json"):
    path = tmp_path / name
    path.write_text(made if isinstance(made, str) else json.dumps(made, indent=1))
    return path


def ends(quantity):
    return pytest.approx((quantity.low, quantity.value, quantity.high))


def test_requests_of_a_model_are_one_run():
    a = lca.assess(str(PATH), now=NOW)
    assert a.intake.faults == []
    run, other = a.intake.runs
    energy = run.energy[0]
    assert ends(energy.value) == (0.0003, 0.0006, 0.0009)
    assert (energy.boundary, energy.method, energy.includes_pue) == ("facility", "modelled", True)
    assert ends(run.declared["co2e"]) == (0.00015, 0.0003, 0.00045)  # of use
    assert run.declared["embodied_co2e"].value == pytest.approx(0.00003)
    assert ends(run.declared["total_co2e"]) == (0.00018, 0.00033, 0.00048)
    assert ends(run.declared["primary_energy"]) == (0.003, 0.006, 0.009)
    assert ends(run.declared["water"]) == (0.0006, 0.0012, 0.0018)
    assert ends(run.declared["adpe"]) == (3e-10, 6e-10, 9e-10)
    assert (run.work.requests, run.work.tokens_in, run.work.tokens_out) == (2, 50, 600)
    assert (run.system.name, run.stage, run.provenance.rows) == ("gpt-4o-mini", "inference", [1, 2])
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-04T10:00:00+00:00", "2025-03-04T11:00:00+00:00")
    assert (other.energy[0].value.value, other.declared["co2e"].value, other.start) == (0.00005, 0.00003, None)
    assert [f.message for f in findings(a, "modelled-component") if "interval" in f.message] == [
        "the energy is the middle of the interval that EcoLogits modelled: it states no other value"
    ]
    assert "ada@example.org" not in json.dumps(a.as_dict())


def test_pue_is_not_applied_again():
    a = lca.assess(str(PATH), now=NOW)
    figures = {f["quantity"]: f["value"] for f in a.as_dict()["figures"] if not f["by"]}
    assert figures["facility_energy"] == pytest.approx(0.00065)


@pytest.mark.parametrize(
    "made", [BARE, [BARE], {"impacts": BARE}, json.dumps(BARE)], ids=["object", "list", "beside", "line"]
)
def test_bare_impacts(tmp_path, made):
    (run,) = take(written(tmp_path, made)).runs
    assert run.energy[0].value.value == 0.002
    assert ends(run.declared["co2e"]) == (0.001, 0.0015, 0.002)
    assert "total_co2e" not in run.declared
    assert (run.work.requests, run.work.tokens_out, run.start) == (1, None, None)


def test_what_not_every_request_states_is_left_out(tmp_path):
    short = json.loads(json.dumps(LINES[1]))
    del short["impacts"]["wcf"], short["usage"]
    intake = take(written(tmp_path, [LINES[0], short]))
    (run,) = intake.runs
    assert "water" not in run.declared
    assert run.work.tokens_out is None
    assert [n.message for _, n in intake.notes if n.code == "identity-mismatch"] == [
        "not every request states it: water 1 of 2, tokens_in 1 of 2, tokens_out 1 of 2; left out"
    ]


FIX = "Write the impacts again with EcoLogits."
FAULTS = {
    "order": ({"energy": {"min": 3, "max": 1}}, f'energy: not a number of at least 0, or min and max in their order (found {{"min": 3, "max": 1}}). {FIX}'),
    "text": ({"energy": "much"}, f"energy: not a number of at least 0, or min and max in their order (found much). {FIX}"),
    "list": ({"gwp": [1]}, f"gwp: not a number of at least 0, or min and max in their order (found [1]). {FIX}"),
    "unit": ({"gwp": {"value": 1, "unit": "gCO2eq"}}, f"gwp.unit: not kgCO2eq (found gCO2eq). {FIX}"),
    "none": ({"energy": None}, f"energy: no energy. {FIX}"),
    "error": ({"energy": None, "errors": [{"code": "model-not-registered"}]}, f"energy: no energy: EcoLogits could not model the request (found model-not-registered). {FIX}"),
    "zero": ({"energy": 0}, f"energy: 0 kWh is no energy of a request (found 0 kWh). {FIX}"),
}  # fmt: skip


def test_numbers_of_many_digits(tmp_path):
    intake = take(
        written(tmp_path, json.dumps([BARE, BARE | {"energy": 7}], indent=1).replace(": 7,", f": {'7' * 5000},"))
    )
    assert len(intake.faults) == 1


@pytest.mark.parametrize("name", FAULTS)
def test_a_request_that_cannot_be_used_is_set_aside(tmp_path, name):
    change, told = FAULTS[name]
    path = written(tmp_path, [BARE, BARE | change])
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: row 2: {told}"]
    assert [r.work.requests for r in intake.runs] == [1]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "impacts.jsonl", FIXTURE, "ecologits")
    damaged(tmp_path / "impacts.json", json.dumps(LINES, indent=1).encode(), "ecologits")


@real
def test_no_real_file_is_claimed():
    claimed_alone("ecologits")


def test_of_a_streamed_answer_the_last_chunk_counts(tmp_path):
    def chunk(id, n):
        impacts = {k: v * n for k, v in {"energy": 1e-5, "gwp": 1e-5, "adpe": 1e-9, "pe": 1e-4}.items()}
        return {"id": id, "object": "chat.completion.chunk", "model": "gpt-4o-mini", "impacts": impacts}

    last = {"id": "b", "object": "chat.completion.chunk", "model": "gpt-4o-mini", "impacts": None}
    made = [chunk("a", 1), chunk("b", 1), chunk("a", 2), chunk("b", 2), chunk("a", 3), last, chunk("a", 3) | {"object": "chat.completion"}]  # fmt: skip
    path = written(tmp_path, "".join(json.dumps(each) + "\n" for each in made), "chunks.jsonl")
    a = lca.assess(str(path), now=NOW)
    [run] = a.intake.runs
    assert (run.work.requests, run.energy[0].value.value) == (3, pytest.approx(8e-5))
    assert run.provenance.rows == [7, 5, 4]
    assert [f.message for f in findings(a, "cumulative-rows")] == [
        "4 chunks of streamed answers were left out, since the last one of each answer counts"
    ]
