"""Impact Framework: leaves and no aggregates, outputs before inputs, documents made to exhaust their reader."""

from __future__ import annotations

import json

import pytest
from conftest import NOW
from intake_messages import messages
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import REAL, real, take

import lca

PATH = FIXTURES / "impact-framework" / "manifest.yml"
FIXTURE = PATH.read_bytes()
TEXT = FIXTURE.decode()
HEAD = "name: x\ninitialize:\n  plugins: {}\ntree:\n"


def written(tmp_path, text):
    path = tmp_path / "manifest.yml"
    path.write_text(text)
    return path


def test_leaves_count_once():
    a = lca.assess(str(PATH), now=NOW)
    assert a.intake.faults == []
    one, two, laptop = a.intake.runs
    assert [r.energy[0].value.value for r in (one, two)] == pytest.approx([0.4, 0.5])
    assert (one.energy[0].boundary, one.energy[0].method) == ("component_sum", "modelled")
    assert laptop.energy == []
    assert [r.duration.value for r in (one, two, laptop)] == pytest.approx([1.5, 1, 1 / 60])
    # with its parts, carbon is their total; alone, it stands for what it is
    assert {k: v.value for k, v in one.declared.items()} == pytest.approx({"co2e": 0.16, "embodied_co2e": 0.045, "total_co2e": 0.205})  # fmt: skip
    assert {k: v.value for k, v in two.declared.items()} == pytest.approx({"co2e": 0.245})
    assert one.devices[0].kind == "cpu"
    assert getattr(one.devices[0].utilisation, "value", one.devices[0].utilisation) == pytest.approx(0.4)
    assert ((one.location.cloud, one.location.region), laptop.location) == (("aws", "eu-west-1"), None)
    assert (one.system.name, one.start.isoformat()) == ("nightly-training", "2025-03-04T10:00:00+00:00")
    assert messages(a.intake, "no-energy") == [
        "the observations hold no energy: the manifest was not computed, or names it otherwise"
    ]
    assert messages(a.intake, "location-missing") == [
        "cloud/region 'uk-west' is not used: the observations name no cloud/vendor"
    ]
    assert not [w for w in ("node-1", "laptop") if w in json.dumps(a.as_dict())]


def test_parts_are_added_up_where_no_energy_is_stated(tmp_path):
    intake = take(written(tmp_path, TEXT.replace(" energy: 0.3,", "").replace(" energy: 0.1,", "")))
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.4)
    assert messages(intake, "modelled-component") == ["no energy is stated: it is the sum of cpu, dram"]


def test_observations_that_overlap_are_told(tmp_path):
    intake = take(written(tmp_path, TEXT.replace("T11:00:00.000Z", "T10:30:00.000Z")))
    assert messages(intake, "clock-fault") == ["observations overlap: all of them count"]


def test_outputs_at_other_times_give_energy_and_no_window(tmp_path):
    spread = "".join(f'            - {{timestamp: "2025-03-04T1{n}:00:00.000Z", duration: 3600, cpu/utilization: {u}, energy: {e}}}\n' for n, u, e in ((0, 70, "2e-1"), (1, 9, "2.e-1"), (2, 0, 0)))  # fmt: skip
    begin, end = TEXT.index("            - {timestamp", TEXT.index("outputs:")), TEXT.index("          aggregated:")
    run = take(written(tmp_path, TEXT[:begin] + spread + TEXT[end:])).runs[0]
    assert (run.duration.value, run.energy[0].value.value) == (pytest.approx(1.5), pytest.approx(0.4))
    assert run.end.isoformat() == "2025-03-04T11:30:00+00:00"
    assert run.devices[0].utilisation.value == pytest.approx(0.4)


@pytest.mark.parametrize(("at", "pipeline"), [("node-2:", "{observe: [teads], compute: [x]}"), ("cluster:", "[teads]")])
def test_observations_that_are_made_up_are_set_aside(tmp_path, at, pipeline):
    indent = " " * (10 if at == "node-2:" else 6)
    text = TEXT.replace("TeadsCurve", "MockObservations").replace(at, f"{at}\n{indent}pipeline: {pipeline}")
    path = written(tmp_path, text)
    told = "its observations are made up by MockObservations (found teads). Give what was observed."
    leaves = [(2, "[1][2]")] if at == "node-2:" else [(1, "[1][1]"), (2, "[1][2]")]
    assert [str(f) for f in take(path).faults] == [f"{path}: leaf {n}: tree{at}.pipeline: {told}" for n, at in leaves]


FAULTS = {
    "outputs": ("- {timestamp: 2025-03-04T10:00:00Z, duration: 3600, energy: 0.5, carbon: 245}\n", "5\n          inputs: [{timestamp: 2025-03-04T10:00:00Z, duration: 1}]\n",
                ": leaf 2: tree[1][2].outputs: not a list of observations (found 5). Correct the manifest."),
    "time": ("2025-03-04T10:00:00Z", '"0000-03-04T10:00:00"', ": leaf 2: tree[1][2].outputs[0].timestamp: not a time (found 0000-03-04T10:00:00). Correct the manifest."),
    "duration": ("duration: 3600, energy", "duration: [], energy", ": leaf 2: tree[1][2].outputs[0].duration: not a number of seconds (found list). Correct the manifest."),
    "energy": ("energy: 0.5", "energy: -0.5", ": leaf 2: tree[1][2].outputs[0].energy: not a number of at least 0 (found -0.5). Correct the manifest."),
    "text": ("energy: 0.5", "energy: much", ": leaf 2: tree[1][2].outputs[0].energy: not a number of at least 0 (found much). Correct the manifest."),
    "digits": ("energy: 0.5", "energy: 0x" + "f" * 5000, ": leaf 2: tree[1][2].outputs[0].energy: not a number of at least 0 (found a number of many digits). Correct the manifest."),
    "rows": ("- {timestamp: 2025-03-04T10:00:00Z, duration: 3600, energy: 0.5, carbon: 245}", "5", ": leaf 2: tree[1][2].outputs: not a list of observations (found 5). Correct the manifest."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_leaf_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, problem = FAULTS[name]
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}{problem}"]
    assert len(intake.runs) == 2


BOMB = (
    HEAD
    + "  children: {}\n  inputs:\n    - &a0 {timestamp: 2025-03-04T10:00:00Z, duration: 1}\n"
    + "".join(f"x{n}: &a{n + 1} [" + ", ".join([f"*a{n}"] * 9) + "]\n" for n in range(12))
)
GROWING = HEAD + "  inputs: [1]\nb0: &b0 {children: {}}\n" + "".join(
    f"b{n + 1}: &b{n + 1} {{children: {{" + ", ".join(f"k{i}: *b{n}" for i in range(9)) + "}}\n" for n in range(9)
)  # fmt: skip
WHOLE = {
    "aliases": (HEAD + "  inputs: [1]\na: &a 1\nb: [" + ", ".join(["*a"] * 1001) + "]\n", ": more than 1000 aliases. Write the manifest without aliases, or flatter."),
    "levels": (HEAD + "  inputs: " + "[" * 100 + "]" * 100, ": more than 64 levels. Write the manifest without aliases, or flatter."),
    "merge": (HEAD + "  inputs: [1]\na: &a {b: 1}\nc: {<<: [*a, *a]}\n", ": merge keys (<<), which can grow without bound. Write the values out."),
    "large": (HEAD + "  inputs: [1]\n" + "# comment\n" * 900_000, ": a manifest of more than 8 MiB. Split the manifest."),
    "tree": ("initialize:\n  plugins: {}\ntree: 5\nx:\n  inputs: []\n", ": tree: not a manifest with a tree. Give a manifest of the Impact Framework."),
    "nodes": (GROWING.replace("tree:\n  inputs: [1]\n", "x:\n  inputs: [1]\n").replace("b9: &b9", "tree:"), ": more than 10000 nodes of the tree, with what aliases repeat. Split the manifest."),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_documents_that_are_refused(tmp_path, name):
    text, problem = WHOLE[name]
    path = written(tmp_path, text)
    intake = take(path)
    assert intake.runs == []
    assert str(intake.faults[-1]) == f"{path}{problem}"


def test_code_is_never_run(tmp_path):
    mark = tmp_path / "mark"
    path = written(
        tmp_path, TEXT.replace("name: nightly-training", f"name: !!python/object/apply:pathlib.Path.touch [{mark}]")
    )
    (fault,) = take(path).faults
    assert "not YAML: could not determine a constructor" in str(fault)
    assert not mark.exists()


def test_aliases_that_repeat_are_read_in_no_time(tmp_path):
    (run,) = take(written(tmp_path, BOMB)).runs
    assert run.duration.value == pytest.approx(1 / 3600)


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "manifest.yml", FIXTURE, "impact-framework")


@real
def test_real_files():
    intake = take(REAL / "impact-framework")
    (run,) = intake.runs
    assert (run.energy, run.duration.value * 3600) == ([], pytest.approx(1 + 5 + 7 + 30))
    load = run.devices[0].utilisation
    assert getattr(load, "value", load) == pytest.approx((50 * 1 + 20 * 5 + 15 * 7 + 15 * 30) / 43 / 100)
    claimed_alone("impact-framework", "impact-framework/pipeline-teads-sci_input.yml")
