"""Hugging Face Trainer: `trainer_state.json`, `all_results.json` and `train_results.json` of one folder are one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, elapsed, trainer_log
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.trainer_log import TrainerLog
from lca.language import said

FORMAT = Format(
    "hf-trainer",
    "Hugging Face Trainer: trainer_state.json, all_results.json, train_results.json",
    "duration of training and evaluation, floating point operations as the Trainer estimates them, tokens seen",
    "start, devices, place, energy, model",
)
#: results round the epoch to two digits
EPOCH = 0.0051


def claims(head: Head) -> bool:
    """The state of a trainer, or its results: a flat object with the time of training or evaluation and the rate of steps."""
    text = head.text.lstrip("\ufeff \r\n\t")
    if not text.startswith("{"):
        return False
    if '"log_history"' in text:
        return '"epoch"' in text and ('"global_step"' in text or '"max_steps"' in text or '"best_metric"' in text)
    is_flat = len(text) < 8000 and text.count("{") == 1
    return is_flat and any(f'"{x}_runtime"' in text and f'"{x}_steps_per_second"' in text for x in ("train", "eval"))


def _kind(document: Any) -> str:
    return "state" if isinstance(document, dict) and "log_history" in document else "results"


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run of training from the files of the folder that agree on epoch and time; each figure from the first that has it."""
    lead = log.json()
    log.account.expect(1)
    if not isinstance(lead, dict):
        yield Fault(log.shown, "", shorten(lead), "not an object", "Write the file again.")
        return
    documents, files = _agreeing(log, lead)
    logged = [b for b in log.beside(trainer_log.NAME) if trainer_log.is_trainer_log(b.head)]
    steps = trainer_log.read(logged[0]) if logged else None
    log.taken[:] = files
    if steps is not None and steps.steps and _is_of(documents, steps):
        log.taken.append(logged[0])
        yield from steps.faults
    else:
        steps = None
    found = _found([lead, *documents], log, steps)
    log.account.use(isinstance(found, Found))
    yield found


def beside(log: Log, steps: TrainerLog) -> tuple[Found | None, list[Log]]:
    """The run of the files that lie beside a log of steps, and these files; None where none is of the same training."""
    for lead_log in [b for b in log.beside("*.json") if claims(b.head)]:
        try:
            lead = lead_log.json()
        except InputError:
            continue  # it is read by itself, and tells what is wrong with it
        if isinstance(lead, dict) and _is_of([lead], steps):
            documents, files = _agreeing(log, lead)
            found = _found([lead, *documents], lead_log, steps)
            if isinstance(found, Found):
                return found, [lead_log, *[f for f in files if f.path != lead_log.path]]
    return None, []


def _agreeing(log: Log, lead: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Log]]:
    """What lies beside a file and is of the same training."""
    documents, files = [], []
    for other in [b for b in log.beside("*.json") if claims(b.head)]:
        try:
            document = other.json()
        except InputError:
            continue  # it is read by itself, and tells what is wrong with it
        if isinstance(document, dict) and _agree(lead, document):
            documents.append(document)
            files.append(other)
    return documents, files


def _is_of(documents: Sequence[dict[str, Any]], steps: TrainerLog) -> bool:
    """Whether the steps of a log are those of the training, by its first loss, or by its last epoch where it logs none."""
    own = trainer_log.identity({"step": s.point.step, "loss": s.loss} for s in steps.steps)
    for document in documents:
        identity = trainer_log.identity(_entries(document))
        if identity and own:
            return identity == own
    epochs = [e for d in documents if (e := _number(d.get("epoch"))) is not None]
    last = steps.last.epoch
    return last is not None and any(abs(e - last) <= EPOCH for e in epochs)


def _entries(state: dict[str, Any]) -> list[dict[str, Any]]:
    history = state.get("log_history")
    return [e for e in history if isinstance(e, dict)] if isinstance(history, list) else []


def _agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two files are of one training: the same epoch at the end, and the same time where both state it."""
    first, second = _number(one.get("epoch")), _number(other.get("epoch"))
    if first is None or second is None or abs(first - second) > EPOCH:
        return False
    times = [_number(d.get("train_runtime")) or next((_number(e["train_runtime"]) for e in reversed(_entries(d)) if "train_runtime" in e), None)
             for d in (one, other)]  # fmt: skip
    return None in times or times[0] == times[1]


def _found(documents: Sequence[dict[str, Any]], log: Log, steps: TrainerLog | None) -> Found | Fault:
    state: dict[str, Any] = next((d for d in documents if _kind(d) == "state"), {})
    results: dict[str, Any] = {}
    for document in documents:
        results = (document if _kind(document) == "results" else {}) | results
    entries = _entries(state)
    last: dict[str, Any] = next((e for e in reversed(entries) if "train_runtime" in e), {})
    notes: list[Note] = []
    record: dict[str, Any] = {}
    training = _number(results.get("train_runtime")) or _number(last.get("train_runtime"))
    evaluating = _number(results.get("eval_runtime"))
    if training is not None:
        record["stage"] = "training"
        record["duration"] = f"{training!r} s"
    elif steps is not None and steps.time.seconds > 0:
        record |= {"stage": "training", "duration": f"{steps.time.seconds!r} s"}
        notes += elapsed.notes(steps.time, len(steps.steps))
    elif evaluating is not None and not state:
        record |= {"stage": "evaluation", "duration": f"{evaluating!r} s"}
    elif state:
        record["stage"] = "training"
        notes.append(
            Note(
                "no-energy",
                said("the state holds no train_runtime: the training is not done, or was cut off"),
                "duration",
            )
        )
    else:
        return Fault(
            log.shown,
            "train_runtime",
            "",
            "neither a time of training nor one of evaluation",
            "Give trainer_state.json or all_results.json.",
        )
    work: dict[str, float] = {}
    flops = _number(state.get("total_flos")) or _number(results.get("total_flos")) or _number(last.get("total_flos"))
    if flops and record["stage"] == "training":
        work["flops"] = flops
        notes.append(
            Note(
                "flops-estimated",
                said("total_flos is an estimate of the Trainer, of all legs of a resumed run"),
                "work.flops",
            )
        )
        if _resumed(entries):
            notes.append(
                Note(
                    "duration-mismatch",
                    said("the run was resumed: train_runtime is that of its last leg alone"),
                    "duration",
                    "warning",
                )
            )
    tokens = _number(state.get("num_input_tokens_seen")) or _number(results.get("num_input_tokens_seen"))
    tokens = tokens or (steps.tokens if steps is not None else None)
    if tokens and record["stage"] == "training":
        work["tokens_trained"] = tokens
    if work:
        record["work"] = work
    # a checkpoint repeats the history so far: the state that is furthest on is the training, and before all the one that ended
    step = _number(state.get("global_step")) or 0.0
    return Found(
        record, 1, tuple(notes), "Hugging Face Trainer", identity=trainer_log.identity(entries),
        position=step + (0.5 if training is not None else 0.0),
    )  # fmt: skip


def _resumed(entries: list[dict[str, Any]]) -> bool:
    """Whether the history holds the end of more than one leg."""
    return sum("train_runtime" in e for e in entries) > 1


def _number(value: Any) -> float | None:
    """A number above 0, None for all else: the tool writes 0 where it did not count."""
    try:
        return (cells.number(value) or None) if not isinstance(value, str) else None
    except ValueError:
        return None
