"""Writes the golden files again: ``python tests/renew_golden.py`` from the root of the repository.

Read the difference before you commit it: each changed number needs a reason (a rule, a factor, a sample).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lca

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).resolve().parent / "golden"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
BY = ("system", "stage")


def samples() -> list[Path]:
    """The sample run logs."""
    return sorted((ROOT / "samples").glob("*.json"))


def figures(path: Path) -> list[dict[str, Any]]:
    """Figures of one sample, without rules, factors and reasons; and its findings by code."""
    made = lca.assess(str(path), now=NOW)
    keys = ("by", "quantity", "unit", "value", "low", "median", "high", "tier", "rows", "missing", "rules", "factors")
    return [{key: f[key] for key in keys} for f in made.figure_list(BY)]


def codes(path: Path) -> list[list[Any]]:
    """Code, severity, run and field of each finding."""
    return sorted([f.code, f.severity, f.run or "", f.field] for f in lca.assess(str(path), now=NOW).findings)


def text(path: Path) -> str:
    """The golden file of a sample: one figure a line."""
    lines = ",\n".join("  " + json.dumps(f, ensure_ascii=False) for f in figures(path))
    found = ",\n".join("  " + json.dumps(f, ensure_ascii=False) for f in codes(path))
    return f'{{"figures": [\n{lines}\n], "findings": [\n{found}\n]}}\n'


def main() -> None:
    """Write one file per sample, and remove those without one."""
    FOLDER.mkdir(exist_ok=True)
    names = {path.name for path in samples()}
    for old in FOLDER.glob("*.json"):
        if old.name not in names:
            old.unlink()
    for path in samples():
        (FOLDER / path.name).write_text(text(path), encoding="utf-8")


if __name__ == "__main__":
    main()
