"""Files of known tools from which nothing can be counted: what each is, what it lacks, and what to give in its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lca.ingest.log import Head
from lca.language import said


class Unreadable(NamedTuple):
    """A kind of file: how it is recognised, what is told where it was named, and where it lies in a folder (by its name)."""

    matches: Callable[[Head], bool]
    problem: str
    remedy: str
    note: Callable[[str], str]


#: a line of the Trainer: a dict as Python prints it, with the loss or the time of a training or evaluation, and the epoch
_PRINTED = re.compile(r"\{(?=.*'(?:loss|eval_loss|train_loss|train_runtime|eval_runtime)': )(?=.*'epoch': ).*\}\s*\Z")
_TITLE = re.compile(r"\s*\*{5} (?:train|eval) metrics \*{5}|.*\*{5} Running training \*{5}")
#: lines among which one must be, and characters of one
_FIRST, _LONGEST = 2000, 4000


def _is_console(head: Head) -> bool:
    lines = [line.rpartition("\r")[2] for line in head.text.split("\n", _FIRST)[:_FIRST]]
    return any(len(line) < _LONGEST and (_PRINTED.search(line) or _TITLE.match(line)) for line in lines)


def _console_note(file: str) -> str:
    return said(
        "{file} is the console log of the Hugging Face Trainer, which states no start, no devices, no power and no energy; "
        "it was not used",
        file=file,
    )


KINDS = (
    Unreadable(
        _is_console,
        "the console log of the Hugging Face Trainer, which states no start, no devices, no power and no energy",
        "Give trainer_state.json or all_results.json of its output folder, and the log of a tracker or meter beside it.",
        _console_note,
    ),
)


def kind_of(head: Head) -> Unreadable | None:
    """What a file is that cannot be used; None for all else."""
    return next((kind for kind in KINDS if kind.matches(head)), None)
