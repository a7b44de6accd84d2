"""Helpers shared by the tests: a small valid run, an assessment at a fixed time, the command line in this process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import lca
from lca.assessment import Assessment
from lca.quantities import BY_NAME

ROOT = Path(__file__).resolve().parent.parent
#: the time of all assessments in tests; dates after it lie in the future
NOW = datetime(2026, 6, 1, tzinfo=UTC)
EPOCH = str(int(NOW.timestamp()))


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def run(id: str = "r", /, **fields: Any) -> dict[str, Any]:
    """A valid run of 8 H100 for 10 hours in France, 2023; `fields` replace its own, None takes one out."""
    made: dict[str, Any] = {
        "schema": "lca-run/1", "id": id, "system": "Model A", "stage": "training",
        "start": "2023-05-01T00:00:00Z", "duration": "10 h", "location": {"country": "FR"},
        "facility": {"pue": 1.2, "wue": "0.5 L/kWh"},
        "devices": [{"model": "NVIDIA H100 80GB HBM3", "count": 8, "power": "500 W", "power_boundary": "node"}],
    }  # fmt: skip
    made |= fields
    return {k: v for k, v in made.items() if v is not None}


def assess(*runs: Any, **options: Any) -> Assessment:
    """The assessment of runs given as dicts, at the fixed time."""
    return lca.assess(list(runs), now=NOW, **options)


def figure(a: Assessment, quantity: str, **by: str) -> dict[str, Any]:
    """The figure of a group, or of the whole."""
    found = [f for f in a.figure_list(tuple(by)) if f["quantity"] == quantity and f["by"] == by]
    assert len(found) == 1, (quantity, by, len(found))
    return found[0]


def value(a: Assessment, quantity: str, **by: str) -> float | None:
    """The value of a figure; None too where there is none of an optional quantity."""
    if quantity in BY_NAME and quantity not in a.summary.names:
        return None
    return figure(a, quantity, **by)["value"]


#: share of the electricity fed in that is lost, CIA World Factbook (EIA data of 2023)
LOST = {"DE": 0.04725, "FR": 0.07826, "GB": 0.09948, "NL": 0.04365, "TD": 0.27877}


def delivered(generated: float, country: str = "FR") -> float:
    """What is generated for a kWh consumed, with what the grid of a country loses of it."""
    return generated / (1 - LOST[country])


def findings(a: Assessment, code: str) -> list[lca.Finding]:
    """Findings of one code."""
    return [f for f in a.findings if f.code == code]


def write(path: Path, data: Any) -> Path:
    """Write text, bytes or data (as JSON) to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def factor_set(folder: Path, rows: list[dict[str, Any]], name: str = "own/test", **package: Any) -> Path:
    """A factor set in a folder of its own; each row needs id, quantity, value and unit."""
    columns = ("id", "quantity", "geography", "provider", "region", "device", "class", "stage", "technology", "name",
               "valid_from", "valid_to", "value", "low", "high", "unit", "scope", "source", "evidence", "notes",
               "replaces")  # fmt: skip
    usual = {"scope": "lifecycle", "source": "own", "evidence": "A"}
    lines = [",".join(columns)]
    lines += [",".join(str((usual | row).get(column, "")) for column in columns) for row in rows]
    write(folder / "datapackage.json", {
        "name": name, "version": "1", "title": "Own factors", "licenses": [{"name": "CC0-1.0"}],
        "sources": [{"key": "own", "title": "Own measurement", "publisher": "Tests", "year": 2024}],
    } | package)  # fmt: skip
    write(folder / "factors.csv", "\n".join(lines) + "\n")
    return folder


def process(
    *arguments: str, cwd: Path | None = None, stdin: bytes | None = None, env: dict[str, str] | None = None
) -> Outcome:
    """Run `lca` in a process of its own, as a user does."""
    code = "from lca.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], input=stdin, capture_output=True, cwd=cwd, timeout=120,
        env=environment() | (env or {}), check=False,
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def environment() -> dict[str, str]:
    """The environment of a process that finds this copy of lca."""
    home = str(Path(lca.__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": home, "SOURCE_DATE_EPOCH": EPOCH, "COLUMNS": "120", "PYTHONUTF8": "1"}


@pytest.fixture(autouse=True)
def _fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Call `lca` in this process. An exception that would print a traceback fails the test."""
    from lca.cli import main

    def call(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["lca", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: Any = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Outcome(code, out, err)

    return call


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever would open a file or an address through urllib fails the test."""
    import urllib.request

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("opened")

    for handler in ("FileHandler", "HTTPHandler", "FTPHandler"):
        for method in ("file_open", "http_open", "ftp_open"):
            if hasattr(getattr(urllib.request, handler), method):
                monkeypatch.setattr(getattr(urllib.request, handler), method, refuse)
