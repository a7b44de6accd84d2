"""Finds rules: every module below `lca/rules/`, and folders that a user names. Adding a rule is adding a file."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

from lca.engine.rule import REGISTRATION, Rule, check, check_examples
from lca.errors import RuleError


def _modules(folder: Path, package: str) -> Iterator[tuple[str, ModuleType]]:
    for info in pkgutil.walk_packages([str(folder)], prefix=package + "."):
        if not info.ispkg:
            yield info.name, importlib.import_module(info.name)


def _user_modules(folder: Path) -> Iterator[tuple[str, ModuleType]]:
    for path in sorted(folder.rglob("*.py")):
        name = f"lca_user_rules_{abs(hash(str(path.resolve())))}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:  # noqa: BLE001 - whatever a user's file raises is reported with its name
            raise RuleError(
                str(path), f"the file cannot be loaded: {error}", "Correct the file or leave it out."
            ) from None
        yield str(path), module


def _rules_of(module: ModuleType, where: str, theme: str) -> Iterator[Rule]:
    for value in list(vars(module).values()):
        made = getattr(value, REGISTRATION, None)
        if isinstance(made, Rule) and value.__module__ == module.__name__:
            check(made, where)
            yield replace(made, theme=theme)


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules of the package, in order of quantity, tier and rank."""
    import lca.rules

    folder = Path(next(iter(lca.rules.__path__)))
    found = [
        rule for name, module in _modules(folder, "lca.rules") for rule in _rules_of(module, name, name.split(".")[2])
    ]
    return tuple(sorted(found, key=order))


def order(rule: Rule) -> tuple[str, int, int, str]:
    """Sort key: of the rules for one quantity the lowest tier, then rank, then identifier comes first."""
    return rule.gives, rule.tier, rule.rank, rule.id


def load(folders: Iterable[str | Path] = ()) -> tuple[Rule, ...]:
    """The shipped rules and those of the folders given. Raises RuleError for two rules of one identifier."""
    rules = list(shipped())
    for folder in folders:
        path = Path(folder)
        if not path.is_dir():
            raise RuleError(str(path), "no folder of rules", "Give a folder that holds Python files with rules.")
        for where, module in _user_modules(path):
            for rule in _rules_of(module, where, "user"):
                check_examples(rule, where)
                assert rule.digest  # taken now: the user may edit the file later
                rules.append(rule)
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"rule {rule.id}", "two rules bear this identifier", "Rename one of them.")
        seen[rule.id] = rule
    return tuple(sorted(rules, key=order))
