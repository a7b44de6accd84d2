"""Single fields that are missing or wrong, and what is told of each: the messages in full."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import NOW

from lca.ingest import gauge, reader
from lca.ingest.gauge import Gauge

FIXTURES = Path(__file__).parent / "fixtures"


def told(tmp_path: Path, fixture: str, file: str, old: str, new: str, code: str) -> list[str]:
    """Messages of one code from a fixture of which one text is replaced, paths shortened to names."""
    folder = tmp_path / fixture
    shutil.copytree(FIXTURES / fixture, folder)
    path = next(folder.rglob(file))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    notes = [note for _, note in reader.read([str(folder)], NOW).notes if note.code == code]
    return [note.message.replace(f"{path.parent}/", "") for note in notes]


CASES = [
    ("mlflow", "meta.yaml", "1740826800000", "-5", "clock-fault",
     "end_time of the run, -5, was not used: not a time in ms"),
    ("mlflow", "meta.yaml", "end_time: 1740826800000", "end_time: null", "clock-fault",
     "the run states no end_time: no duration follows from its times"),
    ("wandb", "wandb-events.jsonl", '"system.gpu.0.powerWatts"', '"system.gpu.0.temp"', "power-samples-empty",
     "one of 6 samples of the power of GPUs holds no value"),
    ("wandb-metadata", "wandb-metadata.json", '"gpu_count": 2', '"gpu_count": -5', "cells-not-used",
     "gpu_count of the metadata, -5, was not used: not a number of GPUs"),
    ("wandb-metadata", "wandb-metadata.json", '"gpu_count": 2', '"gpu_count": null', "gpus-not-stated",
     "the metadata does not state the number of GPUs"),
    ("wandb-metadata", "wandb-summary.json", '"_runtime"', '"runtime"', "clock-fault",
     "the summary states no _runtime; its _wandb.runtime was used as the duration"),
    ("sacct", "jobs.txt", "cpu=16,gres/gpu=1", "cpu=16,abc=1", "cells-not-used",
     "jobs.txt: abc in AllocTRES of row 5 is not used: SLURM has no such resource"),
    ("scontrol", "jobs.txt", "TresPerNode=gres:gpu:2", "TresPerTask=gres:gpu:2", "gpus-not-stated",
     "the GPUs of TresPerTask=gres:gpu:2 are not counted, since that does not say how many the job had"),
    ("squeue", "bars.txt", "NODES", "abc", "gpus-not-stated",
     "bars.txt has no column NODES: the resources of one node of each job were counted"),
    ("table", "jobs.csv", ";90;", ";;", "cells-not-used",
     "jobs.csv: 1 of 2 rows, row 2, is empty in the column minutes"),
    ("table", "meter-a.csv", "1740823230,1,", "1740823230,9,", "interval-assumed",
     "one device has a single line; 10 s were used as its interval, as between those of the others"),
    ("serving-benchmark", "bench.log", "Successful requests", "abc", "cells-not-used",
     "the result does not state its requests"),
    ("optimum-benchmark", "experiment_config.json", '"device": "cuda"', '"device": "abc"', "cells-not-used",
     "backend.device of the configuration, abc, was not used: no known device"),
    ("ultralytics", "args.yaml", "device: 0,1", "device: abc", "gpus-not-stated",
     "args.yaml does not say how many GPUs were used: its device is abc"),
    ("boamps", "chat.json", '"componentType": "gpu"', '"componentType": "abc"', "cells-not-used",
     "componentType abc of a component was not used: no known type"),
    ("aiperf-csv", "profile_export_aiperf.csv", "Request Count", "abc", "cells-not-used",
     "the summary does not state its requests, tokens_out"),
]  # fmt: skip


@pytest.mark.parametrize(("fixture", "file", "old", "new", "code", "message"), CASES)
def test_a_field_that_is_not_used_is_told(tmp_path, fixture, file, old, new, code, message):
    assert message in told(tmp_path, fixture, file, old, new, code)


def test_a_device_with_a_single_sample_is_told():
    whole, single = Gauge(), Gauge()
    for seconds in (0.0, 10.0, 20.0):
        whole.put(seconds, 0.3)
    single.put(10.0, 0.3)
    (note,) = gauge.notes([whole, single])
    assert (note.code, note.severity) == ("no-energy", "info")
    assert note.message == "one device has a single sample, which gives no energy; the sample was not used"
    assert not gauge.notes([whole])


@pytest.mark.parametrize("cell", ["env=prod;team=nlp", "5", '"nlp"', '{"env": '])
def test_tags_that_are_not_json_are_told(tmp_path, cell):
    header = "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ProviderName,x_InstanceType,ResourceId,Tags\n"
    row = (
        "1,USD,2025-03-01T00:00:00Z,2025-03-01T02:00:00Z,Usage,2,Hours,AWS,p4d.24xlarge,i-0123456789abcdef{n},{tags}\n"
    )
    quoted = '"' + cell.replace('"', '""') + '"'
    good = '"' + json.dumps({"team": "nlp"}).replace('"', '""') + '"'
    path = tmp_path / "focus.csv"
    path.write_text(header + row.format(n=0, tags=good) + row.format(n=1, tags=quoted))
    intake = reader.read([str(path)], NOW)
    messages = [note.message for _, note in intake.notes if note.code == "cells-not-used"]
    assert messages == [f"the tags of row 3 of {path} are not JSON; the row counts without tags"]
    assert sorted(str((run.ext or {}).get("tags")) for run in intake.runs) == ["None", "{'team': 'nlp'}"]
