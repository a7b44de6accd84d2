"""Commands: what they print, the assessment document of the contract, files by ending, same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import re

import pandas as pd
import pytest
from conftest import ROOT, assess, factor_set, process, run, write

import lca
from lca.catalogue.factor_set import INDICATORS
from lca.ingest import lca_run
from lca.quantities import ALWAYS, BY_NAME

SAMPLES = str(ROOT / "samples" / "*.json")


@pytest.fixture
def path(tmp_path):
    return write(
        tmp_path / "runs.json", [run("a"), run("b", system="Model B", stage="inference", work={"requests": 10})]
    )


def test_the_assessment_document(cli, path):
    done = cli("assess", path, "--json")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out, parse_constant=lambda name: pytest.fail(name))
    assert list(document) == [
        "schema",
        "tool",
        "profile",
        "figures",
        "uncertainty",
        "data_quality",
        "completeness",
        "views",
        "findings",
        "inputs",
        "factor_sets",
    ]
    assert document["schema"] == "lca-assessment/1"
    assert document["tool"] == {"name": "lca", "version": lca.__version__}
    assert document["profile"]["id"] == "default"
    assert set(document["inputs"][0]) >= {"path", "sha256", "format", "records", "quarantined"}
    for part in (document["profile"], *document["inputs"], *document["factor_sets"]):
        assert re.fullmatch("[0-9a-f]{64}", part["sha256"])
    groups = [{"system": "Model A", "stage": "training"}, {"system": "Model B", "stage": "inference"}, {}]
    for by in groups:
        mine = {f["quantity"]: f for f in document["figures"] if f["by"] == by}
        assert set(ALWAYS) <= set(mine)
        for name, f in mine.items():
            assert set(f) >= {
                "by",
                "quantity",
                "unit",
                "value",
                "low",
                "high",
                "rules",
                "factors",
                "tier",
                "rows",
                "missing",
            }
            assert f["unit"] == BY_NAME[name.partition("_per_")[0]].unit
            if f["value"] is None:
                assert len(f["reason"]) > 10
                assert (f["rules"], f["factors"], f["tier"]) == ([], [], None)
            else:
                assert f["rules"]
                assert f["tier"] in (1, 2, 3, 4)
    assert {json.dumps(f["by"]) for f in document["figures"]} == {json.dumps(by) for by in groups}
    for f in document["findings"]:
        assert set(f) >= {"code", "severity", "run", "field", "message"}
        assert f["severity"] in ("info", "warning", "error")


def test_by_chooses_the_groups(cli, path):
    for options, keys in ((("--by", "run"), {"run"}), (("--by", "run,stage"), {"run", "stage"}),
                          (("--by", "country", "--by", "device"), {"country", "device"})):  # fmt: skip
        document = json.loads(cli("assess", path, "--json", *options).out)
        assert {frozenset(f["by"]) for f in document["figures"]} == {frozenset(keys), frozenset()}
    assert cli("assess", path, "--by", "planet") == (
        2, "", "lca: --by planet: nothing can be grouped by it. Use one of run, system, stage, status, country, subdivision, "
        "grid_zone, cloud, region, site, device, kind, provider, year, month, tag:NAME.\n")  # fmt: skip


def test_figures_per_unit_are_ratios_of_sums():
    a = assess(run("a", work={"requests": 10}), run("b", work={"requests": 30}), run("c"))
    f = {f["quantity"]: f for f in a.figure_list(())}
    assert f["it_energy_per_request"]["value"] == pytest.approx(80 / 40)
    assert f["it_energy_per_request"]["rows"] == 2
    zero = {f["quantity"]: f for f in assess(run("a", work={"requests": 0})).figure_list(())}["it_energy_per_request"]
    assert zero["value"] is None
    assert "0" in zero["reason"]


def test_files_by_their_ending(cli, path, tmp_path):
    frame = lca.assess(str(path)).figures(["system", "stage"])
    for ending in ("json", "csv", "parquet"):
        out = tmp_path / f"figures.{ending}"
        done = cli("assess", path, "-o", out)
        assert (done.code, done.out, done.err) == (0, "", f"wrote {out}\n")
    assert (tmp_path / "figures.json").read_text("utf-8") == cli("assess", path, "--json").out
    for got in (pd.read_csv(tmp_path / "figures.csv"), pd.read_parquet(tmp_path / "figures.parquet")):
        assert len(got) == len(frame)
        assert list(got["quantity"]) == list(frame["quantity"])
        assert got["value"].astype(float).sum() == pytest.approx(frame["value"].astype(float).sum())
        assert got["value"].isna().sum() == frame["value"].isna().sum()
    assert cli("assess", path, "-o", tmp_path / "f.csv", "-q").err == ""


def test_results_hold_quantities_and_trace(path):
    frame = lca.assess(str(path)).results
    assert list(frame["run"]) == ["a", "b"]
    for column in ("it_energy", "it_energy_rule", "it_energy_tier", "grid_lifecycle", "grid_lifecycle_factor",
                   "grid_lifecycle_level", "grid_lifecycle_period", "total_co2e", "country", "device"):  # fmt: skip
        assert column in frame.columns


def test_the_same_bytes_in_two_processes():
    first, second = (
        process("assess", SAMPLES, "--json", "--by", "run", env={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    )
    assert first.code == second.code
    assert first.out == second.out
    assert first.err == second.err


def test_a_table_for_people_and_pipes(cli, path):
    rows = list(csv.reader(io.StringIO(cli("assess", path).out), delimiter="\t"))
    assert rows[0] == ["system, stage", "quantity", "value", "95 % interval", "unit", "not determined"]
    assert all(len(row) == 6 for row in rows)
    assert any(
        row[:3] == ["Model A, training", "it_energy", "40"] and re.fullmatch(r"[\d.]+ to [\d.]+", row[3])
        for row in rows
    )
    assert any(row[0] == "total" for row in rows)


def test_check_prints_every_finding(cli, path):
    done = cli("check", path)
    a = lca.assess(str(path))
    assert len(done.out.splitlines()) == 1 + len(a.findings)
    assert done.err.startswith("2 runs: 0 errors, ")
    quiet = cli("check", path, "-q")
    assert (quiet.out.splitlines()[1:], quiet.err) == ([], "")


def test_convert_gives_the_same_assessment(cli, tmp_path):
    """Every sample, converted, assesses to the same figures and findings, and converts to itself."""
    before = lca.assess(SAMPLES)
    once, again = tmp_path / "one" / "runs.json", tmp_path / "two" / "runs.json"
    for folder in (once.parent, again.parent):
        folder.mkdir()
    assert cli("convert", SAMPLES, "-o", once).code == 0
    assert cli("convert", once, "-o", again).code == 0
    after = lca.assess(str(once))
    assert [r.id for r in after.activities.runs] == [r.id for r in before.activities.runs]
    assert after.figure_list(("run",)) == before.figure_list(("run",))
    assert _without_paths(after.findings) == _without_paths(f for f in before.findings if f.run)
    declared = [[f.message for f in a.findings if f.code == "declared-mismatch"] for a in (before, after)]
    assert declared[0] == declared[1]  # those of several runs together are kept
    assert json.loads(again.read_text()) == json.loads(once.read_text())


def _without_paths(found) -> list[tuple[str, str | None, str]]:
    return [(f.code, f.run, f.message) for f in found if f.run]


def test_convert_keeps_the_power_series_and_counts_it_once(cli, tmp_path):
    record = run("p", duration="2 h", power={"samples": [[0, 1000], [7200, 1000]], "boundary": "node"})
    path, out = write(tmp_path / "in.json", record), tmp_path / "out.json"
    assert cli("convert", path, "-o", out).code == 0
    before, after = lca.assess(str(path)), lca.assess(str(out))
    assert after.figure_list() == before.figure_list()
    assert len(after.activities.runs[0].energy) == len(before.activities.runs[0].energy)
    assert _without_paths(after.findings) == _without_paths(before.findings)


def test_convert_of_bad_runs(cli, tmp_path):
    path = write(tmp_path / "in.json", [run("a"), run("b", facility={"pue": 0.5})])
    done = cli("convert", path, "-o", tmp_path / "out.json")
    assert done.code == 1
    assert [r["id"] for r in json.loads((tmp_path / "out.json").read_text())["runs"]] == ["a"]
    assert cli("convert", tmp_path / "nowhere.json", "-o", tmp_path / "x.json").code == 2
    assert not (tmp_path / "x.json").exists()


def test_convert_of_nothing_usable_writes_nothing(cli, tmp_path):
    done = cli("convert", write(tmp_path / "in.json", "{"), "-o", tmp_path / "out.json")
    assert done.code == 2
    assert not (tmp_path / "out.json").exists()


def test_the_catalogues(cli):
    rules = cli("rules").out.splitlines()
    assert rules[0] == "gives\ttier\trule\tformula"
    assert len(rules) > 60
    shown = cli("rules", "water-onsite-from-wue@1").out
    for text in (
        "water_onsite = it_energy * wue   [L]",
        "References",
        "Worked example",
        "Digest sha256:",
        "-> 707850 L",
    ):
        assert text in shown
    sets = list(csv.reader(io.StringIO(cli("factors").out), delimiter="\t"))
    assert sets[0] == ["set", "version", "rows", "licence", "title"]
    for row in sets[1:]:
        licences = row[3].split(", ")
        assert len(licences) == len(set(licences)), f"{row[0]} names a licence twice"
    shown = cli("factors", "owid-ember-FR-2023").out
    for text in ("grid_lifecycle = 53.26 gCO2e/kWh", "geography FR", "CC BY 4.0", "https://ourworldindata.org/"):
        assert text in shown
    assert "owid-ember-FR-2023" in cli("factors", "FR").out
    assert "owid-ember-FR-2023" in cli("factors", "grid_lifecycle").out
    assert "NVIDIA H100 SXM5 80GB" in cli("devices").out
    shown = cli("devices", "NVIDIA H100 80GB HBM3").out
    assert "h100-sxm5-80" in shown
    assert "rated_power" in shown
    assert "lca-run" in cli("formats").out
    assert "declared-mismatch" in cli("checks").out
    assert "What to do: " in cli("checks", "declared-mismatch").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rules", "water-onsite-from-wu"), "rule water-onsite-from-wu: no such rule. The nearest is water-onsite-from-wue."),
        (("factors", "owid-ember-FR-2033"), "factor owid-ember-FR-2033: no such factor, set, quantity or place. The nearest is owid-ember-FR-2023."),
        (("checks", "torn-rows"), "check torn-rows: no such code. The nearest is torn-row."),
    ],
)  # fmt: skip
def test_unknown_names_are_told_with_the_nearest(cli, arguments, told):
    assert cli(*arguments) == (2, "", f"lca: {told}\n")


def test_the_schema_accepts_what_the_engine_accepts(cli):
    schema = json.loads(cli("schema").out)
    assert schema["$id"] == "lca-run/1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["required"]) == {"schema", "id", "system", "stage"}
    assert schema["additionalProperties"] is False
    fields = {"schema", "id", "system", "stage", "status", "start", "end", "duration", "location", "facility", "devices", "host",
              "energy", "power", "electricity", "work", "declared", "claim", "provenance", "ext"}  # fmt: skip
    assert set(schema["properties"]) == fields
    assert lca_run.NAME == "lca-run"


def test_usage_and_version(cli):
    assert cli("--version").out == f"lca, version {lca.__version__}\n"
    assert cli("--help").code == 0
    for arguments in (("assess",), ("nonsense",), ("assess", "x.json", "--nonsense")):
        done = cli(*arguments)
        assert done.code == 2
        assert done.out == ""
        assert "Error: " in done.err


def test_json_on_standard_output_is_alone_there(tmp_path):
    path = write(tmp_path / "runs.json", [run("a"), run("b", facility={"pue": 0.2})])
    done = process("assess", str(path), "--json")
    assert done.code == 1
    assert json.loads(done.out)["figures"]
    assert done.err == f"lca: {path}: run 2: facility.pue: must be at least 1 (found 0.2). Correct the value.\n"


def test_a_set_and_a_factor_say_how_wide_they_are(cli):
    told = cli("factors", "grid/ember-lifecycle").out.split("\n\n")[1].splitlines()
    assert told[0].split("\t") == ["quantity", "when", "distribution", "basic", *INDICATORS, "why"]
    assert told[1].split("\t")[:9] == ["grid_lifecycle", "", "lognormal", "", *"11111"]
    one = cli("factors", "owid-ember-FR-2023").out
    assert (
        "lognormal, 95 % from 0.04228 to 0.06709 kg/kWh; factors of the kind modelled-life-cycle; scores 1 1 1 1 1"
        in one
    )
    assert "no such" not in one


def test_a_factor_of_a_set_that_documents_no_width_says_so(cli, tmp_path):
    made = factor_set(
        tmp_path, [{"id": "own-fr", "quantity": "grid_lifecycle", "geography": "FR", "value": 50, "unit": "gCO2e/kWh"}]
    )
    assert (
        "Width        not documented by its set: the factor counts without an interval"
        in cli("factors", "own-fr", "--factors", str(made)).out
    )
