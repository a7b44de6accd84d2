"""What a profile states: the questions of `lca init`, and what becomes of answers, null and claims."""

from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner
from conftest import assess, findings, run, write

from lca import questionnaire, statements
from lca.cli import cli
from lca.disclosure import catalogue
from lca.errors import ProfileError
from lca.profile import load

PANEL = {
    "kind": "critical-review", "by": "Panel of three", "standard": "ISO 14044:2006", "level": "panel", "scope": "the whole report", "date": "2026-03-01",
    "statement": "consistent with the standard",
}  # fmt: skip


def test_a_profile_written_by_init_is_valid_as_it_stands():
    made = load(yaml.safe_load(questionnaire.text("p.yaml", ["A", 'B: "x" #1'])))
    assert list(made.models) == ["A", 'B: "x" #1']
    assert {
        path for path in statements.known() if not path.startswith("models.") and made.stated(path) is not None
    } == set()
    assert (made.role, made.period, made.disclosures) == (None, None, [])


def test_every_question_is_asked_and_its_example_is_a_valid_answer():
    text = questionnaire.text("p.yaml")
    for q in statements.known().values():
        assert q.text in text
    data = {group: {} for group in (*statements.SINGLE, "models")}
    data["models"]["A"] = {}
    for group, (model, _) in statements.SINGLE.items():
        for q in statements.questions(group, model):
            if q.example is not None:
                data[group][q.path.partition(".")[2]] = q.example
    for q in statements.questions("models", statements.ModelCard):
        data["models"]["A"][q.path.partition(".")[2]] = q.example
    made = load(data | {"id": "p"})
    assert made.stated("study.comparative_assertion_public") is False
    assert made.stated("supplied.scope_1").value == 12_000
    assert made.stated("models.benchmark_flops", "A").value == 5.1e17
    assert made.quoted()["supplied"]["scope_1"] == "12 tCO2e"


def test_init_asks_what_disclosures_need_and_overwrites_nothing(tmp_path):
    path = tmp_path / "p.yaml"
    made = CliRunner().invoke(cli, ["init", "-o", str(path), "--disclosure", "sci-ai"], catch_exceptions=False)
    assert made.exit_code == 0
    text = path.read_text("utf-8")
    assert "functional_unit_basis:" in text
    assert "commissioner" not in text
    assert yaml.safe_load(text)["disclosures"] == ["sci-ai"]
    with pytest.raises(
        Exception, match=r"it is there already and stays as it is\. Choose another name with -o, or move it away\."
    ):
        CliRunner().invoke(cli, ["init", "-o", str(path)], catch_exceptions=False, standalone_mode=False)
    assert path.read_text("utf-8") == text


def test_init_asks_about_each_system_of_the_runs(tmp_path):
    runs = write(tmp_path / "runs.json", [run("a", system="First"), run("b", system="Second: two")])
    made = CliRunner().invoke(cli, ["init", str(runs), "-o", "-"], catch_exceptions=False)
    assert list(yaml.safe_load(made.output)["models"]) == ["First", "Second: two"]


def test_statements_change_no_figure():
    stated = {
        "id": "p",
        "study": {"boundary": "all", "assumptions": ["one"]},
        "supplied": {"scope_1": "12 t", "credits": "1 kt"},
        "exclusions": [{"item": "x", "reason": "y", "size": "50 %"}],
    }
    assert assess(run(), profile=stated).figure_list(()) == assess(run(), profile={"id": "p"}).figure_list(())


def test_a_public_comparison_needs_a_panel():
    asked = {"id": "p", "study": {"comparative_assertion_public": True}}
    with pytest.raises(ProfileError) as fault:
        load(asked)
    assert str(fault.value) == (
        "profile: study.comparative_assertion_public: a comparison of products that is told to the public needs a critical review by a panel "
        "(ISO 14044, 6.3) (found true). List that review under reviews, with kind critical-review and level panel, or state false."
    )
    assert load(asked | {"reviews": [PANEL]}).reviews[0].level == "panel"
    with pytest.raises(ProfileError):
        load(asked | {"reviews": [PANEL | {"level": "single reviewer"}]})


def test_words_that_claim_a_review_are_told_unless_there_is_one():
    stated = {
        "id": "p",
        "study": {"limitations": "none, as verified by our auditors"},
        "models": {"A": {"architecture": "carbon-neutral transformer"}},
    }
    told = findings(assess(run(), profile=stated), "claim-without-review")
    assert [(f.field, f.severity) for f in told] == [
        ("models.A.architecture", "warning"),
        ("study.limitations", "warning"),
    ]
    assert told[1].message == "“verified” in “none, as verified by our auditors”, and no review is listed"
    assert not findings(assess(run(), profile=stated | {"reviews": [PANEL]}), "claim-without-review")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            {"study": {"comissioner": "x"}},
            "profile: study.comissioner: unknown key (found comissioner). The nearest known key is commissioner.",
        ),
        (
            {"supplied": {"scope_1": 12}},
            "profile: supplied.scope_1: a bare number where a quantity with a unit belongs (found 12). Use gCO2e, kgCO2e or tCO2e.",
        ),
        ({"reviews": [{"kind": "audit"}]}, None),
        ({"report": {"colour": "red"}}, None),
    ],
)
def test_a_fault_in_a_statement_names_its_field(data, message):
    with pytest.raises(ProfileError) as fault:
        load(data | {"id": "p"})
    text = str(fault.value)
    assert text.startswith("profile: ")
    if message:
        assert text == message


def test_every_disclosure_asks_for_statements_that_exist():
    known = set(statements.known())
    for name in (*catalogue.shipped(), catalogue.CHECKLIST):
        assert set(catalogue.asked(catalogue.load(name))) <= known
