"""Which fields of a run the columns of a table hold, where each of its rows is a run: for a draft of a mapping."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lca.ingest.guess_columns import (
    WITHIN,
    Column,
    alternatives,
    boundary,
    clock_of,
    holds,
    is_energy,
    is_power,
    is_sum,
    part_of,
)
from lca.run import STAGES

#: field -> what its column is called, its words joined by `_` (English and German); the first that fits is taken
NAMES: tuple[tuple[str, str], ...] = (
    ("id", r"(run|job|experiment|task|trial|session)?_?(id|uid|uuid)(_raw)?|(run|job|experiment|task|trial)(_?name)?|name"),
    ("system", r"system|project(_?name)?|(ai_|llm_)?model(_?(name|id))?|llm"),
    ("stage", r"stage|phase"),
    ("status", r"(job_?)?(status|state)"),
    ("start", r"(start|begin|beginn|started|submitted_and_started)(_.*)?|start_?time|date|datum"),
    ("end", r"(end|ende|ended|finish|finished|stop|stopped)(_.*)?|end_?time"),
    ("country", r"country(_(iso_)?code)?|land"),
    ("region", r"(cloud_)?region"),
    ("count", r"(num|n|number|nr|alloc|total|used)?_?(of_)?(gpus?|devices|accelerators|ngpus|numgpus)(_(count|num|number|used))?"),
    ("pue", r"pue"),
    ("device", r"(gpu|gpus|device|accelerator|hardware)(_?(name|model|type))?"),
    ("nodes", r"(num|n|number|nr|alloc)?_?(of_)?(nodes?|hosts?|servers|machines|nnodes|numnodes)(_(count|num|number))?"),
    ("tokens_in", r"(total_|num_)?(input|prompt|context)_?tokens(_.*)?"),
    ("tokens_out", r"(total_|num_)?(output|completion|generated)_?tokens(_.*)?"),
    ("tokens_trained", r"(tokens_trained|train(ed|ing)?_tokens)"),
    ("requests", r"(num_|n_|total_)?(requests|queries)"),
    ("images", r"(num_|n_|total_)?images"),
)  # fmt: skip
#: fields whose unit must be known -> their dimension
DIMENSIONS = {
    "duration": "time",
    "device_hours": "time",
    "energy": "energy",
    "power": "power",
    "co2e": "co2e",
    "water": "volume",
}
#: fields that by themselves say that resources were used
USES = {
    "energy",
    "power",
    "duration",
    "device_hours",
    "tokens_in",
    "tokens_out",
    "tokens_trained",
    "requests",
    "images",
}
_DURATION = {
    "duration": 0, "elapsed": 0, "runtime": 0, "walltime": 0, "wall": 0, "laufzeit": 0, "dauer": 0, "wallclock": 0,
    "total": 1, "time": 2, "seconds": 3, "minutes": 3, "hours": 3, "training": 3,
}  # fmt: skip
_NO_DURATION = (
    "latency", "step", "epoch", "queue", "wait", "waiting", "limit", "timelimit", "pending", "cpu", "token",
    "tokens", "batch", "iteration", "eta", "remaining", "first", "ttft", "tpot", "avg", "mean", "average", "median",
    "max", "min", "reserved", "planned", "requested", "submit", "lifetime",
)  # fmt: skip
_WHOLE = ("total", "sum", "all", "overall", "consumed", "gesamt", "facility")
_STAGES = {
    "train": "training", "pretraining": "training", "pre-training": "training", "finetune": "finetuning",
    "fine-tuning": "finetuning", "fine-tune": "finetuning", "eval": "evaluation", "test": "evaluation",
    "validation": "evaluation", "infer": "inference", "serving": "inference", "preprocessing": "data",
    "experiment": "experimentation", "tuning": "experimentation",
}  # fmt: skip
_STATUS = {
    "complete": "completed", "success": "completed", "succeeded": "completed", "done": "completed",
    "finished": "completed", "ok": "completed", "error": "failed", "timeout": "failed", "out_of_memory": "failed",
    "node_fail": "failed", "crashed": "failed", "canceled": "cancelled", "killed": "cancelled",
}  # fmt: skip


def fields(table: Sequence[Column]) -> dict[str, Column]:
    """Field of a run -> the column that holds it, in the order of `lca-map/1`'s fields that matter to a reader."""
    out: dict[str, Column] = {}
    for field, pattern in NAMES:
        for column in table:
            if (
                column.values
                and column not in out.values()
                and re.fullmatch(pattern, column.header.joined)
                and _suits(field, column)
            ):
                out[field] = column
                break
    rest = [column for column in table if column.values and column not in out.values() and not column.header.is_ratio]
    hours = [
        c for c in rest if c.dimension == "time" and c.numbers and c.header.has("gpu", "gpus", "device", "accelerator")
    ]
    if hours:
        out["device_hours"] = hours[0]
    clocks = [clock_of(date, table) for date in table]
    lengths = sorted(
        (c for c in rest if _length(c) is not None and c not in hours and c not in clocks),
        key=lambda c: _length(c) or 0,
    )
    if lengths:
        out["duration"] = lengths[0]
    energy = whole_of(table).columns
    if energy:
        out["energy"] = energy[0]
    elif (
        not whole_of(table).rivals
        and ("duration" in out or {"start", "end"} <= out.keys())
        and (power := whole_of(table, is_power).columns)
    ):
        out["power"] = power[0]
    for field, words, units in (
        ("co2e", ("co2", "emission", "carbon", "ghg"), ("", "co2e")),
        ("water", ("water", "wasser"), ("", "volume")),
    ):
        amounts = [
            c
            for c in rest
            if c.numbers
            and c.dimension in units
            and holds(c, *words)
            and not c.header.has("intensity", "rate", "embodied", "factor")
        ]
        if amounts:
            out[field] = amounts[0]
    return out


def _suits(field: str, column: Column) -> bool:
    """Whether the cells are such as a field takes."""
    if field == "id":
        return len(set(column.values)) == len(column.raw)
    if field in ("stage", "status"):
        return words_for(field, column) is not None
    if field in ("start", "end"):
        return column.moment is not None
    if field == "country":
        return all(re.fullmatch(r"[A-Z]{2,3}", value) for value in column.values)
    if field in ("system", "region", "device"):
        return column.numbers is None and not column.clock and column.moment is None
    return column.numbers is not None and not column.dimension and all(n >= 0 for n in column.numbers if n == n)


def _length(column: Column) -> int | None:
    """How surely a column is the duration of a row, the least first; None where it is none."""
    ranks = [_DURATION[word] for word in column.header.words if word in _DURATION]
    if not ranks or column.header.has(*_NO_DURATION) or column.moment is not None:
        return None
    if column.clock or (column.numbers is not None and column.dimension == "time"):
        return min(ranks)
    return min(ranks) + 10 if column.numbers is not None and not column.dimension and min(ranks) < 2 else None


class Amount(NamedTuple):
    """Columns of the energy or mean power of a row: one, or several that add up; what they are of, where the table says so."""

    columns: list[Column]
    boundary: str = ""
    rivals: Sequence[Column] = ()  # columns among which none is known to be the whole


def whole_of(table: Sequence[Column], is_amount: Callable[[Column], bool] = is_energy) -> Amount:
    """The column that is the energy (or the power) of a row: the one that there is, that is the sum of the others or says that it is the whole.

    Several add up where they are parts of one machine, or its devices side by side.
    """
    candidates = alternatives([column for column in table if is_amount(column)])[0]
    candidates = [column for column in candidates if column.unit] or candidates
    if len(candidates) < 2:
        return Amount(candidates, boundary(candidates))
    sums = [column for column in candidates if is_sum(column, [c for c in candidates if c is not column])]
    whole = [
        column for column in candidates if column.header.has(*_WHOLE) or column.header.joined in ("energy", "energie")
    ]
    chosen = sums or whole
    parts = [column for column in candidates if column not in chosen]
    if len(chosen) == 1:
        stated = boundary(chosen) or (boundary(parts) if sums and boundary(parts) in WITHIN else "")
        return Amount(chosen, stated)
    names = {re.sub(r"\d+", "", column.header.joined) for column in candidates}
    kinds = [part_of(column) for column in candidates]
    if not chosen and boundary(candidates) in WITHIN and (len(names) == 1 or len(set(kinds)) == len(kinds)):
        return Amount(candidates, boundary(candidates))
    return Amount([], rivals=candidates)


def words_for(field: str, column: Column) -> dict[str, str] | None:
    """What the words of a column stand for where they are not those of a run log; None where one is not known."""
    known = set(STAGES) if field == "stage" else {"completed", "failed", "cancelled", "running"}
    others = _STAGES if field == "stage" else _STATUS
    words: dict[str, str] = {}
    for value in dict.fromkeys(column.values):
        plain = value.lower().partition(" ")[0] if field == "status" else value.lower()
        meaning = plain if plain in known else others.get(plain)
        if meaning is None:
            return None
        words[value] = meaning
    return {} if all(k == v for k, v in words.items()) else words
