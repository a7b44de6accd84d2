"""Every rule: file, documentation, examples, one body for scalars, columns, matrices and dimensioned values, digest."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from lca import units
from lca.engine import kernel, loader
from lca.engine import plan as planning
from lca.engine.plan import Plan, Step
from lca.engine.rule import REGISTRATION, Example, Rule, check, check_examples, digest
from lca.errors import RuleError
from lca.quantities import BY_NAME

RULES = loader.shipped()
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)


def test_the_catalogue_is_whole():
    files = [p for p in (Path(loader.__file__).parent.parent / "rules").rglob("*.py") if p.name != "__init__.py"]
    assert len(RULES) == len(files) >= 60
    assert len({r.id for r in RULES}) == len({r.digest for r in RULES}) == len(RULES)


@each_rule
def test_file_documentation_references_and_examples(rule: Rule):
    module = importlib.import_module(rule.function.__module__)
    name = rule.id.replace("-", "_")
    assert Path(str(module.__file__)).stem == name == rule.function.__name__
    assert rule.theme == Path(str(module.__file__)).parent.name
    assert len(rule.description) > 20
    assert rule.description.endswith(".")
    assert all(len(reference) > 10 for reference in rule.references)
    assert all(len(example.source) > 5 for example in rule.examples)
    check(rule, rule.id)
    check_examples(rule, rule.id)


@each_rule
def test_rules_of_a_public_quantity_give_its_unit(rule: Rule):
    if rule.gives in BY_NAME:
        assert rule.unit == BY_NAME[rule.gives].unit
    for other in RULES:
        if other.gives == rule.gives:
            assert other.unit == rule.unit
        if rule.gives in other.needs:
            assert other.needs[rule.gives] == rule.unit, f"{other.id} reads {rule.gives} in another unit"


@each_rule
def test_scalar_column_matrix_and_pint_agree(rule: Rule):
    registry = units.registry()
    for example in rule.examples:
        names = list(rule.needs)
        scale = np.linspace(0.5, 2.0, 7)
        columns = {n: np.full(7, example.given[n]) for n in names}
        columns[names[0]] = columns[names[0]] * scale
        column = np.asarray(rule.function(**columns))
        assert column.shape == (7,)
        for i in range(7):
            scalar = rule.function(**{n: float(columns[n][i]) for n in names})
            assert math.isclose(float(scalar), column[i], rel_tol=1e-12, abs_tol=1e-300)
        matrix = np.asarray(rule.function(**{n: np.tile(c[:, None], (1, 3)) for n, c in columns.items()}))
        assert np.allclose(matrix, column[:, None], rtol=1e-12, atol=0)
        sized = {n: registry.Quantity(columns[n], "dimensionless" if u == "1" else u) for n, u in rule.needs.items()}
        with_units = registry.Quantity(rule.function(**sized)).to("dimensionless" if rule.unit == "1" else rule.unit)
        assert np.allclose(with_units.magnitude, column, rtol=1e-9, atol=0)


@each_rule
def test_the_kernel_gives_the_examples_for_columns_and_for_draws(rule: Rule):
    alone = Plan((Step(rule.gives, (rule,)),), tuple(rule.needs), (rule,), (rule.gives,))
    for example in rule.examples:
        for shape in ((5,), (5, 4)):
            made = kernel.run({n: np.full(shape, v) for n, v in example.given.items()}, alone)
            assert np.allclose(made[rule.gives], example.result, rtol=example.rel, atol=1e-15)
            assert made[rule.gives].shape == shape
            assert (made[f"{rule.gives}__rule"] == 0).all()
            assert (made[f"{rule.gives}__tier"] == rule.tier).all()


@each_rule
def test_a_missing_input_is_never_a_number(rule: Rule):
    alone = Plan((Step(rule.gives, (rule,)),), tuple(rule.needs), (rule,), (rule.gives,))
    given = rule.examples[0].given
    for absent in rule.needs:
        columns = {n: np.array([np.nan if n == absent else v, v]) for n, v in given.items()}
        made = kernel.run(columns, alone)
        if rule.partial:
            assert made[f"{rule.gives}__missing"].tolist() == [1, 0]
        else:
            assert np.isnan(made[rule.gives][0])
            assert made[f"{rule.gives}__rule"].tolist() == [-1, 0]


SOURCE = '''
from lca.engine.rule import Example, rule


@rule(id="twice-over", tier=2, gives="own_quantity", unit="kWh", needs={{"it_energy": "kWh", "pue": "1"}},
      references=["A reference of the tests"], examples=[Example({{"it_energy": 2.0, "pue": 1.5}}, {result}, "tests")])
def twice_over(it_energy, pue):
    """{doc}"""
    {body}
'''


def _load(folder: Path, body: str, doc: str = "Applies in tests.", result: float = 3.0) -> Rule:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "twice_over.py").write_text(SOURCE.format(body=body, doc=doc, result=result))
    return next(r for r in loader.load([folder]) if r.id == "twice-over")


def test_the_digest_is_that_of_metadata_and_body(tmp_path):
    first = _load(tmp_path / "a", "return it_energy * pue")
    again = _load(tmp_path / "b", "return (it_energy\n            *   pue)  # the same")
    other = _load(tmp_path / "c", "return pue * it_energy")
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert len(first.digest) == 64


def test_the_digest_does_not_hang_on_the_process():
    assert [digest(r) for r in RULES] == [r.digest for r in RULES]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return it_energy * pue * 2", "its body holds a number other than 0 and 1 (found 2). Put the number into a factor set."),
        ("return it_energy if pue > 1 else it_energy", "its body is not straight-line arithmetic. Use operators and numpy functions such as numpy.where."),
        ("return it_energy + pue", "the body"),
        ("return it_energy", "the example gives 2.0, not 3.0. Correct the example or the body."),
    ],
)  # fmt: skip
def test_what_a_rule_may_not_do(tmp_path, body, told):
    with pytest.raises(RuleError) as caught:
        _load(tmp_path / "bad", body, result=3.5 if "+" in body else 3.0)
    assert told in str(caught.value)
    assert "twice-over" in str(caught.value)


def test_a_rule_without_documentation_is_refused(tmp_path):
    with pytest.raises(RuleError, match="it has no docstring"):
        _load(tmp_path / "bad", "return it_energy * pue", doc="")


def _rule(id: str, gives: str, *needs: str) -> Rule:
    def function(**inputs: object) -> object:
        return inputs

    return Rule(id, 1, 1, gives, "1", dict.fromkeys(needs, "1"), ("r",), (Example({}, 1.0, "s"),), function)


def test_a_ring_is_refused_by_name():
    ring = (_rule("x", "a", "b"), _rule("y", "b", "c"), _rule("z", "c", "a"))
    with pytest.raises(RuleError, match="a ring: a -> b -> c -> a"):
        planning.make(["a"], ring, set())


def test_a_name_that_nothing_gives_is_refused_before_any_row_is_read():
    with pytest.raises(RuleError, match="rule x: it needs nowhere, which no rule, no factor set and no field"):
        planning.make(["a"], (_rule("x", "a", "nowhere"),), {"pue"})


def test_two_rules_of_one_name_are_refused(tmp_path):
    _load(tmp_path / "a", "return it_energy * pue")
    _load(tmp_path / "b", "return pue * it_energy")
    with pytest.raises(RuleError, match="rule twice-over: two rules bear this identifier"):
        loader.load([tmp_path / "a", tmp_path / "b"])


def test_the_mark_is_found_on_plain_functions():
    assert all(getattr(r.function, REGISTRATION).id == r.id for r in RULES)
    assert not any(name.startswith("lca_user_rules") for name in sys.modules)
