"""A rule: a small function whose metadata is literal data. Declaration, digest, and the checks made at load.

    @rule(id="...", tier=1, gives="it_energy", unit="kWh", needs={"metered_it": "kWh"}, references=[...], examples=[...])
    def it_energy_from_it_meter(metered_it):
        '''When it applies and what it leaves out.'''
        return metered_it

The same body runs on a scalar (explain), a column (kernel), a rows-by-draws matrix (uncertainty) and a pint quantity
(unit check); so it is straight-line arithmetic with operators and numpy functions, and holds no number but 0 and 1.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import linecache
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lca import units
from lca.errors import RuleError


@dataclass(frozen=True)
class Example:
    """A worked example: inputs and result in the units of the rule, and where it was published."""

    given: Mapping[str, float]
    result: float
    source: str
    rel: float = 1e-9


@dataclass(frozen=True)
class Rule:
    """One rule with its metadata. `tier`: 1 measured, 2 modelled from own data, 3 rated values, 4 proxies and defaults.

    Of several rules for one quantity, the lowest (tier, rank) that has all it needs wins, row by row. `partial` sums
    what is determined and counts what is not. `inside` names the quantity that already holds this one: the rule then
    gives 0 so that sums hold, and whoever shows it says "inside" and not 0. `choice` names an option of the profile
    under which alone it applies.
    """

    id: str
    version: int
    tier: int
    gives: str
    unit: str
    needs: Mapping[str, str]
    references: Sequence[str]
    examples: Sequence[Example]
    function: Callable[..., Any]
    rank: int = 0
    partial: bool = False
    choice: tuple[str, str] | None = None
    inside: str = ""
    note: str = ""
    theme: str = ""

    @property
    def cite(self) -> str:
        """What an auditor cites."""
        return f"{self.id}@{self.version}"

    @property
    def formula(self) -> str:
        """The body as written."""
        return formula(self.function)

    @property
    def description(self) -> str:
        """When the rule applies and what it leaves out."""
        return inspect.cleandoc(
            self.function.__doc__ or ast.get_docstring(_tree(self.function)) or ""
        )  # -OO takes it out

    @cached_property
    def digest(self) -> str:
        """sha256 over metadata and body."""
        return digest(self)


REGISTRATION = "__lca_rule__"


def rule(
    *,
    id: str,
    tier: int,
    gives: str,
    unit: str,
    needs: Mapping[str, str],
    references: Sequence[str],
    examples: Sequence[Example],
    version: int = 1,
    rank: int = 0,
    partial: bool = False,
    choice: tuple[str, str] | None = None,
    inside: str = "",
    note: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a rule. The function stays an ordinary function; the loader finds it by its mark."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        made = Rule(
            id=id, version=version, tier=tier, gives=gives, unit=unit, needs=dict(needs),
            references=tuple(references), examples=tuple(examples), function=function, rank=rank, partial=partial,
            choice=choice, inside=inside, note=note,
        )  # fmt: skip
        setattr(function, REGISTRATION, made)
        return function

    return mark


def _tree(function: Callable[..., Any]) -> ast.FunctionDef:
    code = function.__code__
    linecache.checkcache(code.co_filename)
    for node in ast.walk(ast.parse("".join(linecache.getlines(code.co_filename, function.__globals__)))):
        if not isinstance(node, ast.FunctionDef):
            continue
        if code.co_firstlineno == min([node.lineno, *(d.lineno for d in node.decorator_list)]):
            return node
    raise OSError(f"the source of {function.__name__} cannot be read")


def _statements(function: Callable[..., Any]) -> list[ast.stmt]:
    body = _tree(function).body
    first = body[0]
    is_doc = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if is_doc else body


def formula(function: Callable[..., Any]) -> str:
    """The returned expression, with the statements before it if there are any."""
    lines = [ast.unparse(s) for s in _statements(function)]
    lines[-1] = lines[-1].removeprefix("return ")
    return "; ".join(lines)


def digest(made: Rule) -> str:
    """sha256 over metadata and body: what was computed, whatever the formatting of the file."""
    data = {
        "id": made.id, "version": made.version, "tier": made.tier, "rank": made.rank, "gives": made.gives,
        "unit": made.unit, "needs": dict(made.needs), "partial": made.partial, "choice": made.choice,
        "references": list(made.references), "formula": formula(made.function),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def check(made: Rule, where: str) -> None:
    """Load-time checks that need no execution. Raises RuleError naming the rule and what is missing."""
    arguments = list(inspect.signature(made.function).parameters)

    def fail(problem: str, remedy: str, found: str = "") -> None:
        raise RuleError(f"{where}: rule {made.id}", problem, remedy, found)

    if arguments != list(made.needs):
        fail("argument names differ from `needs`", "Name the arguments like the inputs, in the same order.",
             f"{arguments} against {list(made.needs)}")  # fmt: skip
    if not made.description:
        fail("it has no docstring", "Say when the rule applies and what it leaves out.")
    if not made.references:
        fail("it has no reference", "Give at least one published source.")
    if not made.examples:
        fail("it has no worked example", "Give at least one example with inputs and result.")
    if made.tier not in (1, 2, 3, 4):
        fail("its tier is not 1, 2, 3 or 4", "Use 1 measured, 2 modelled, 3 rated, 4 proxy.", str(made.tier))
    for node in ast.walk(ast.Module(body=_statements(made.function), type_ignores=[])):
        if isinstance(node, ast.Constant) and node.value not in (0, 1):
            fail("its body holds a number other than 0 and 1", "Put the number into a factor set.", repr(node.value))
        if isinstance(node, (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.BoolOp)):
            fail("its body is not straight-line arithmetic", "Use operators and numpy functions such as numpy.where.")


def check_examples(made: Rule, where: str) -> None:
    """Run the worked examples on floats and on pint quantities: the results and the unit must be as declared."""
    reg = units.registry()
    for example in made.examples:
        if set(example.given) != set(made.needs):
            raise RuleError(f"{where}: rule {made.id}", "an example does not give exactly what the rule needs",
                            "Give every input of `needs`.", str(sorted(example.given)))  # fmt: skip
        got = float(made.function(**example.given))
        if not math.isclose(got, example.result, rel_tol=example.rel, abs_tol=1e-15):
            raise RuleError(f"{where}: rule {made.id}", f"the example gives {got!r}, not {example.result!r}",
                            "Correct the example or the body.")  # fmt: skip
        sized = {n: reg.Quantity(v, _pint_unit(made.needs[n])) for n, v in example.given.items()}
        try:
            out = reg.Quantity(made.function(**sized))
        except Exception as error:  # noqa: BLE001 - pint raises many types for units that do not fit
            raise RuleError(f"{where}: rule {made.id}", f"the body does not fit the units of `needs`: {error}",
                            "Correct the units or the body.") from None  # fmt: skip
        want = reg.Quantity(1.0, _pint_unit(made.unit))
        if out.dimensionality != want.dimensionality or not math.isclose(
            out.to(want.units).magnitude, got, rel_tol=1e-9, abs_tol=1e-15
        ):
            raise RuleError(f"{where}: rule {made.id}", f"the body gives {out.units}, not {made.unit}",
                            "Correct the units of `needs` or the body; conversions do not belong in a rule.")  # fmt: skip


def _pint_unit(unit: str) -> str:
    return "dimensionless" if unit == "1" else unit
