"""The wheel carries factors and templates: installed alone, in another folder, `lca assess` and `lca report` work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import EPOCH, ROOT

SAMPLE = ROOT / "samples" / "gpt-3.json"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the repository."""
    source = tmp_path_factory.mktemp("source")
    for name in ("lca", "factors", "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    done = subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(source / "dist"), str(source)],
                          capture_output=True, timeout=200, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    [made] = (source / "dist").glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `lca` of a fresh environment, which holds the wheel and sees the dependencies, not this checkout."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home, with_pip=True)
    done = subprocess.run([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
                          capture_output=True, timeout=200, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    # after the wheel's own folder, so that an lca installed there (in editable form) is not found first
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    (site / "dependencies.pth").write_text(f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n")
    command = home / "bin" / "lca"
    return command


def call(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "LCA_SHARED")}
    return subprocess.run([str(installed), *arguments], cwd=cwd, capture_output=True, timeout=200, check=False,
                          env={**environment, "SOURCE_DATE_EPOCH": EPOCH})  # fmt: skip


def test_the_wheel_carries_factors_templates_profiles_and_its_command(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        entry = next(n for n in names if n.endswith("entry_points.txt"))
        assert "lca = lca.cli:script" in packed.read(entry).decode()
    for name in ("lca/_data/factors/grid/ember-lifecycle/factors.csv", "lca/profiles/default.yaml"):
        assert name in names
    assert any(n.startswith("lca/_data/templates/") for n in names)
    assert any("licenses/LICENSE" in n for n in names)
    assert not any(n.startswith(("tests/", "samples/", "factors/")) or "__pycache__" in n for n in names)


def test_it_is_the_wheel_that_runs(installed, tmp_path):
    done = subprocess.run([str(installed.parent / "python"), "-c", "import lca, sys; print(lca.__file__)"], cwd=tmp_path,
                          capture_output=True, check=True, env={"PATH": os.environ["PATH"]})  # fmt: skip
    assert str(installed.parent.parent) in done.stdout.decode()


def test_assess_from_another_folder(installed, tmp_path):
    shutil.copy(SAMPLE, tmp_path / "run.json")
    done = call(installed, tmp_path, "assess", "run.json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "1,289,376" in done.stdout.decode()
    assert call(installed, tmp_path, "rules", "total-co2e").returncode == 0


def test_report_from_another_folder(installed, tmp_path):
    shutil.copy(SAMPLE, tmp_path / "run.json")
    done = call(installed, tmp_path, "report", "run.json", "-o", "out")
    assert done.returncode == 0, done.stderr.decode()
    written = {p.name: p for p in (tmp_path / "out").iterdir()}
    assert set(written) >= {"report.html", "report.pdf", "assessment.json", "results.csv"}
    assert written["report.pdf"].read_bytes().startswith(b"%PDF-")
    page = written["report.html"].read_text("utf-8")
    assert "GPT-3 175B" in page
    assert str(ROOT) not in page
