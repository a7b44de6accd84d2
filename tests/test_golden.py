"""Figures and findings of the samples as they were when last looked at. `python tests/renew_golden.py` writes them again."""

from __future__ import annotations

import json
import math

import pytest
import renew_golden as golden


@pytest.mark.parametrize("path", golden.samples(), ids=lambda p: p.stem)
def test_a_sample_is_as_it_was(path):
    then = json.loads((golden.FOLDER / path.name).read_text("utf-8"))
    now = golden.figures(path)
    assert [(f["by"], f["quantity"]) for f in now] == [(f["by"], f["quantity"]) for f in then["figures"]]
    for f, g in zip(now, then["figures"], strict=True):
        for key in ("value", "low", "median", "high"):
            same = f[key] is g[key] or (
                None not in (f[key], g[key]) and math.isclose(f[key], g[key], rel_tol=1e-9, abs_tol=1e-15)
            )
            assert same, (f["by"], f["quantity"], key, f[key], g[key])
        for key in ("unit", "tier", "rows", "missing", "rules", "factors"):
            assert f[key] == g[key], (f["by"], f["quantity"], key)
    assert golden.codes(path) == then["findings"]


def test_every_golden_file_has_its_sample():
    assert {p.name for p in golden.FOLDER.glob("*.json")} == {p.name for p in golden.samples()}
    assert len(golden.samples()) >= 12
