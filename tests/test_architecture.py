"""The shape of the house: imports go one way, files stay small, everything is documented, light commands stay light."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, environment

import lca

PACKAGE = Path(lca.__file__).resolve().parent
FILES = sorted(p for p in PACKAGE.rglob("*.py"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
#: what belongs to the user, not to the package
HEAVY = ("pandas", "pyarrow", "weasyprint", "altair", "vl_convert", "pint", "pydantic", "duckdb", "rich.progress")

#: a part may import those of its own line and of the lines above it, at the top of a file
ORDER = (
    (
        "version",
        "errors",
        "clock",
        "delimiters",
        "distribution",
        "collector",
        "language",
        "limits",
        "marks",
        "samples",
        "local_time",
        "messages",
        "numerals",
        "wording",
        "units",
        "quantities",
        "resources",
        "territories",
        "unique_keys",
    ),
    ("fields", "declared", "market_names", "reading", "serials", "instrument", "run", "tags"),
    ("activity", "expand", "checked_fields", "time_parts", "power_unit", "power_samples", "power_series"),
    (
        "catalogue.dimensions",
        "catalogue.series",
        "catalogue.factor_set",
        "catalogue.names",
        "catalogue.hosts",
        "catalogue.devices",
        "catalogue.places",
        "catalogue.grid_zones",
        "catalogue.store",
    ),
    ("catalogue",),
    ("site", "statements", "fuels", "purchase"),
    ("disclosure", "questionnaire"),
    ("profile",),
    ("engine.rule", "engine.plan", "engine.loader", "engine.kernel"),
    ("engine",),
    ("rules",),
    ("shortfalls",),
    ("checks",),
    ("ingest", "declared_totals"),
    ("assessment",),
    ("claims", "completeness"),
    ("export",),
    ("report",),
    ("cli",),
)


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(p for p in parts if p != "__init__")


def imports_of(path: Path) -> set[str]:
    """Modules of lca that a file imports when it is loaded: not those inside functions or for type checkers."""
    found: set[str] = set()

    def visit(statements: list[ast.stmt]) -> None:
        for node in statements:
            if isinstance(node, ast.Import):
                found.update(a.name for a in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{a.name}" for a in node.names)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
                visit([*node.body, *node.orelse])
            elif isinstance(node, (ast.Try, ast.With)):
                visit(node.body)

    visit(ast.parse(path.read_text("utf-8")).body)
    modules = {module_of(p) for p in FILES}
    return {n.removeprefix("lca.") for n in found if n.startswith("lca.")} & modules


def rank(module: str) -> int:
    best = max(
        ((len(name), line) for line, names in enumerate(ORDER) for name in names
         if module == name or module.startswith(name + ".")),
        default=None,
    )  # fmt: skip
    assert best is not None, f"{module} has no place in the order of imports"
    return best[1]


@each_file
def test_imports_go_one_way(path):
    module = module_of(path)
    if not module:
        assert not imports_of(path) - {"version"}
        return
    upwards = {name for name in imports_of(path) if rank(name) > rank(module)}
    assert not upwards, f"{module} imports {sorted(upwards)}, which come after it"


def test_no_ring_among_modules():
    graph = {module_of(p): imports_of(p) - {module_of(p)} for p in FILES if module_of(p)}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"a ring: {' -> '.join([*path[path.index(module) :], module])}"
        if module not in done:
            for name in sorted(graph.get(module, ())):
                # a package does not depend on those of its parts that import it for its names
                if not (name.startswith(module + ".") or module.startswith(name + ".")):
                    visit(name, (*path, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@each_file
def test_files_are_small_and_documented(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 400
    if text.strip() and path.parent.parent.name != "rules":  # a rule is documented by its function
        assert ast.get_docstring(ast.parse(text)), "the file does not say what it is for"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").glob("*.py")), ids=lambda p: p.name)
def test_tests_are_small_and_documented(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 400
    assert ast.get_docstring(ast.parse(text))


@each_file
def test_nothing_prints_and_pint_is_known_in_one_place(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        assert not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "eval", "exec")
        )
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(n.split(".")[0] == "pint" for n in names):
            assert module_of(path) == "units"
        assert not any(n.split(".")[0] in ("requests", "urllib", "httpx", "socket", "codecarbon") for n in names)


@each_file
def test_public_functions_are_documented(path):
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} does not say what it is for"


def loaded(code: str) -> list[str]:
    """Heavy modules that are loaded after `code` ran in a fresh process."""
    script = f"import sys, json\n{code}\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment(), check=True, timeout=60
    )
    modules = json.loads(done.stderr.decode().splitlines()[-1])
    return [name for name in HEAVY if name in modules]


def test_import_and_help_are_light():
    assert loaded("import lca") == []
    call = "from lca.cli import main\nsys.argv = ['lca', {!r}]\ntry:\n    main()\nexcept SystemExit:\n    pass"
    assert loaded(call.format("--help")) == []
    assert loaded(call.format("--version")) == []


def test_assessing_dicts_needs_neither_frames_nor_charts():
    heavy = loaded(
        "import lca\nlca.assess([{'schema': 'lca-run/1', 'id': 'a', 'system': 'A', 'stage': 'idle', 'duration': '1 h'}]).as_dict()"
    )
    assert not {"pandas", "pyarrow", "weasyprint", "altair", "vl_convert"} & set(heavy)


def test_the_readme_names_every_command():
    from lca.cli import COMMANDS

    text = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name in COMMANDS if f"lca {name}" not in text]
    assert not missing


def test_every_command_has_a_file_and_a_help_text(cli):
    from lca.cli import COMMANDS

    for name in COMMANDS:
        assert (PACKAGE / "cli" / f"{name}.py").is_file()
        done = cli(name, "--help")
        assert done.code == 0
        assert done.out.startswith("Usage: ")
        assert len(done.out.splitlines()) > 4


def test_the_public_api_is_that_of_the_contract():
    assert set(lca.__all__) == {"Assessment", "Finding", "LcaError", "Profile", "Run", "__version__", "assess"}
    for name in lca.__all__:
        assert getattr(lca, name) is not None
    with pytest.raises(AttributeError, match="module 'lca' has no attribute 'nothing'"):
        _ = lca.nothing


def test_the_version_is_that_of_the_package():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in text, "one place holds the version: lca/version.py"
    try:
        installed = importlib.metadata.version("lca")
    except importlib.metadata.PackageNotFoundError:
        return
    assert installed == lca.__version__
