"""`trainer_log.jsonl` of LLaMA-Factory: its steps, with the time since the start, and what they come to.

Read by the format `llama-factory`, and by `hf-trainer` where the log lies beside the files of the Trainer that wrote it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json

from lca.errors import Fault
from lca.ingest import cells, elapsed
from lca.ingest.elapsed import Elapsed, Point
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row

NAME = "trainer_log.jsonl"
_NEEDED = ('"current_steps"', '"total_steps"', '"elapsed_time"')


class Step(NamedTuple):
    """One line: where it stands in the training, and what it tells."""

    point: Point
    total: float
    epoch: float | None
    tokens: float | None
    loss: Any


class TrainerLog(NamedTuple):
    """What the lines come to; `faults` are those that cannot be used."""

    time: Elapsed
    steps: list[Step]
    faults: list[Fault]

    @property
    def last(self) -> Step:
        """The step that is furthest on."""
        return max(self.steps, key=lambda s: s.point.step)

    @property
    def tokens(self) -> float | None:
        """Tokens that were trained on, None where the log does not count them."""
        return max((s.tokens for s in self.steps if s.tokens), default=None)


def is_trainer_log(head: Head) -> bool:
    """Whether the first line is an object with the keys that every line has."""
    lines = head.lines
    first = lines[0].lstrip("\ufeff ") if lines else ""
    return first.startswith("{") and all(name in first for name in _NEEDED)


def read(log: Log) -> TrainerLog:
    """All steps."""
    steps: list[Step] = []
    faults: list[Fault] = []
    for row, line in log.lines():
        if line.strip():
            step = _step(f"{log.shown}: row {row}", row, line)
            (faults if isinstance(step, Fault) else steps).append(step)  # type: ignore[arg-type]
    time = elapsed.elapsed([s.point for s in steps])
    outliers = set(time.outliers)
    steps = [s for s in steps if s.point not in outliers]
    log.account.use(len(steps))
    return TrainerLog(time, steps, faults + elapsed.faults(log.shown, "elapsed_time", time.outliers))


def _step(where: str, row: int, line: str) -> Step | Fault:
    try:
        raw = from_json(line.lstrip("\ufeff"))
    except ValueError:
        raw = None
    if not isinstance(raw, dict):
        return torn_row(where, "", line.strip(), "not a step of a training")
    numbers: list[float] = []
    for name in ("current_steps", "total_steps", "elapsed_time"):
        value = raw.get(name)
        try:
            number = cells.duration(value) if name == "elapsed_time" else cells.number(value)
        except ValueError as error:
            return torn_row(where, name, value, str(error))
        if number is None:
            return torn_row(where, name, "" if value is None else value, "no value")
        numbers.append(number)
    for name in ("epoch", "total_tokens"):
        try:
            cells.number(raw.get(name))
        except ValueError as error:
            return torn_row(where, name, raw[name], str(error))
    step, total, seconds = numbers
    return Step(Point(row, step, seconds), total, cells.number(raw.get("epoch")), cells.number(raw.get("total_tokens")), raw.get("loss"))  # fmt: skip


def identity(entries: Iterable[Mapping[str, Any]]) -> str:
    """What tells one training from another: its first logged step and loss, which each of its checkpoints repeats."""
    for entry in entries:
        step, loss = entry.get("step"), entry.get("loss")
        if isinstance(step, (int, float)) and isinstance(loss, (int, float)):
            told = f"{float(step)!r}/{float(loss)!r}" if max(abs(step), abs(loss)) < 1e300 else ""
            return "training-" + hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return ""
