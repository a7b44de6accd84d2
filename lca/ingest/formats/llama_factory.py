"""LLaMA-Factory: `trainer_log.jsonl`, one line per logged step with the time since the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lca.errors import Fault
from lca.ingest import elapsed, trainer_log
from lca.ingest.formats import Format, Found, Note, hf_trainer
from lca.ingest.log import Head, Log

FORMAT = Format(
    "llama-factory",
    "LLaMA-Factory trainer_log.jsonl",
    "duration of the training, tokens where it counts them, status",
    "energy, start, devices, place, model",
    marks=(("current_steps", "total_steps", "elapsed_time", "remaining_time"),),
)


def claims(head: Head) -> bool:
    """The first line is an object with the keys that every line has."""
    return trainer_log.is_trainer_log(head)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One training, together with the state and results of its Trainer where they lie beside it."""
    steps = trainer_log.read(log)
    yield from steps.faults
    if not steps.time.seconds > 0:
        yield Fault(
            log.shown, "elapsed_time", "", "no step with a time above 0", "Give the log of a training that ran."
        )
        return
    trained, files = hf_trainer.beside(log, steps)
    if trained is not None:
        log.taken[:] = files
        yield replace(trained, source=files[0])
        return
    log.taken.clear()
    last = steps.last
    record: dict[str, Any] = {"stage": "training", "duration": f"{steps.time.seconds!r} s"}
    if last.point.step >= last.total > 0:
        record["status"] = "completed"
    if steps.tokens:
        record["work"] = {"tokens_trained": steps.tokens}
    rows = sorted(s.point.row for s in steps.steps)
    identity = trainer_log.identity({"step": s.point.step, "loss": s.loss} for s in steps.steps)
    yield Found(
        record, [rows[0], rows[-1]], elapsed.notes(steps.time, len(rows)), "LLaMA-Factory",
        identity=identity, position=last.point.step,
    )  # fmt: skip
