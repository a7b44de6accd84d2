"""Files that were given and of which nothing counts: each with the reason."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Cell, Column, Row, Table
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: files that are named; more stand in assessment.json
SHOWN = 300
#: findings that say why a file as a whole is not used
_CODES = ("not-a-log", "identical-files", "empty-log")


def table(a: Assessment) -> list[Table]:
    """One row per file; no table where every file is used."""
    why = reasons(a)
    rows = [
        Row(cells=[Cell(text=clean(os.path.basename(path) or path, 60)), Cell(text=clean(reason, 240))])
        for path, reason in list(why.items())[:SHOWN]
    ]
    if not rows:
        return []
    notes = [say("{why} more in assessment.json.", why=n.count(len(why) - SHOWN))] if len(why) > SHOWN else []
    columns = [Column(label=say("File"), width=29), Column(gap=True, label=say("Why"), width=71)]
    return [Table(dense=True, title=said("Files of which nothing counts"), columns=columns, rows=rows, notes=notes)]


def reasons(a: Assessment) -> dict[str, str]:
    """Why each file is not used, by its path: in no known format, the bytes of another, empty, or every record set aside."""
    out: dict[str, str] = {}
    notes = [note.message for _, note in a.intake.notes if note.code in _CODES]
    used = {origin.path for origin in a.intake.origins}
    for made in a.intake.inputs:
        if made.path in used:
            continue
        message = next((m for m in notes if m.startswith((f"{made.path} ", f"{made.path}: "))), "")
        fault = next((f for f in a.intake.faults if f.where == made.path or f.where.startswith(f"{made.path}: ")), None)
        if message:
            out[made.path] = say(message).removeprefix(made.path).lstrip(": ")
        elif made.format == "none" and fault is None:
            out[made.path] = say("is in no known format and was not used")
        elif fault is not None:
            out[made.path] = say("every record is set aside: {problem}", problem=fault.problem)
    folders = sorted({os.path.dirname(i.path) + os.sep for i in a.intake.inputs} - {os.sep}, key=len, reverse=True)
    for path, reason in out.items():  # names of files are enough
        for folder in folders:
            reason = reason.replace(folder, "")
        out[path] = reason
    return out
