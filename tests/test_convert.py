"""Logs converted to lca-run/1: what is written says all that was read, so that the figures are the same."""

from __future__ import annotations

import pytest
from conftest import NOW, ROOT, write

import lca
from lca.ingest.assign import Local
from lca.ingest.convert import document
from lca.ingest.reader import read
from lca.profile import load

FIXTURES = ROOT / "tests" / "fixtures"


def figures(assessment):
    """Value and bounds of each quantity by run."""
    return {
        (f["by"].get("run"), f["quantity"], name): f[name]
        for f in assessment.figure_list(("run",))
        for name in ("value", "low", "high")
    }


@pytest.mark.parametrize("folder", sorted(p.name for p in FIXTURES.iterdir() if p.is_dir()))
def test_a_log_converted_gives_the_same_figures(tmp_path, folder):
    """Whatever the format: zones, shares of machines and scaled energies are in what is written."""
    intake = read([str(FIXTURES / folder)], NOW, local=Local.of(load("default")))
    if not intake.runs:
        return
    path = write(tmp_path / "runs.json", document(intake))
    before, after = lca.assess(str(FIXTURES / folder), now=NOW), lca.assess(str(path), now=NOW)
    expected, result = figures(before), figures(after)
    assert [key for key, value in result.items() if value is None] == [
        key for key, value in expected.items() if value is None
    ]
    assert {k: v for k, v in result.items() if v is not None} == pytest.approx({k: v for k, v in expected.items() if v is not None}, rel=1e-9)  # fmt: skip
