"""A record of a JSON document on which an adapter fails costs itself alone, whatever the format."""

from __future__ import annotations

import importlib
import json

import pytest
from conftest import ROOT, write
from test_formats import take

FIXTURES = ROOT / "tests" / "fixtures"


def documents(path):
    """The objects of a fixture, one a line, as one document."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


#: format: (fixture, module and function that fails at its first call, the record that is named)
FAILING = {
    "boamps": ("boamps/chat.json", "lca.ingest.formats.boamps", "_report", "row 1"),
    "codecarbon-json": ("codecarbon-json/emissions.jsonl", "lca.ingest.codecarbon_journal", "Journals.take", "row 1"),
    "ecologits": ("ecologits/impacts.jsonl", "lca.ingest.formats.ecologits", "_add", "row 1"),
    "openai-usage": ("openai-usage/openai-usage.json", "lca.ingest.usage", "_row", "row 1"),
    "opencost": ("opencost/opencost.json", "lca.ingest.formats.opencost", "_torn", "row 1"),
    "prometheus": ("prometheus/range.json", "lca.ingest.formats.prometheus", "_take", "series 1"),
    "redfish": ("redfish/power.jsonl", "lca.ingest.formats.redfish", "_readings", "row 1"),
    "sacct": ("sacct/jobs.json", "lca.ingest.slurm.jobs", "Jobs.take", "row 1"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_record_on_which_an_adapter_fails_costs_itself_alone(tmp_path, monkeypatch, name):
    fixture, module, function, place = FAILING[name]
    source = FIXTURES / fixture
    document = documents(source) if source.suffix == ".jsonl" else json.loads(source.read_text())
    if name == "boamps":
        document = [document, json.loads(json.dumps(document).replace("2025-", "2024-"))]
    path = write(tmp_path / "log.json", json.dumps(document, indent=1))
    before = take(path)
    owner, (kind, _, function) = importlib.import_module(module), function.rpartition(".")
    owner = getattr(owner, kind) if kind else owner
    held, calls = getattr(owner, function), []

    def fail_once(*args, **named):
        calls.append(1)
        return 1 / 0 if len(calls) == 1 else held(*args, **named)

    monkeypatch.setattr(owner, function, fail_once)
    intake = take(path)
    assert [str(f) for f in intake.faults if f.code == "adapter-failed"] == [
        f"{path}: {place}: the adapter {name} failed on it (ZeroDivisionError: division by zero). "
        "Correct it; report it with the file if it is right."
    ]
    assert len(calls) > 1  # the others were looked at
    assert 0 < len(intake.runs) <= len(before.runs)
    assert len(intake.faults) == len(before.faults) + 1
