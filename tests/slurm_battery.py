"""Single corruptions of logs of SLURM: each changes nothing that is used, or is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from conftest import NOW

import lca
from lca.activity import duration_hours
from lca.ingest import reader

#: what a cell may hold in place of its own text: nothing, a wrong sign, type, unit or size, or half of it
CORRUPT = (
    lambda text: "",
    lambda text: f"-{text}",
    lambda text: f"{text}x",
    lambda text: "x",
    lambda text: "NaN",
    lambda text: "1e400",
    lambda text: f"{text} kWh",
    lambda text: text[: len(text) // 2],
)
#: what is told of every log, whatever its lines hold
USUAL = ("system-assumed", "stage-assumed", "boundary-not-stated")


def outcome(path: Path) -> tuple[list[object], list[str]]:
    """(what each run has, what is told) of one file."""
    intake = reader.read([str(path)], NOW)
    runs = [
        (r.id, r.status, r.start, r.end, round(duration_hours(r) or 0, 6), [(d.model, d.count) for d in r.devices],
         [e.value.value for e in r.energy], sorted((r.ext or {}).items()))
        for r in intake.runs
    ]  # fmt: skip
    told = [str(f) for f in intake.faults] + [n.message for _, n in intake.notes if n.code not in USUAL]
    energies = [n.message for _, n in intake.notes if n.code == "boundary-not-stated"]
    return [*runs, energies], told


def silent(path: Path, clean: str, changes: Iterable[tuple[str, str]]) -> list[str]:
    """Changes that lead to other runs, of which nothing is told."""
    path.write_text(clean)
    runs, told = outcome(path)
    out = []
    for what, text in changes:
        path.write_text(text)
        others, now = outcome(path)
        if others != runs and not set(now) - set(told):
            codes = {f.code for f in lca.assess(str(path), now=NOW).findings}
            if "duration-mismatch" not in codes:
                out.append(f"{what}: {[x for x in others if x not in runs]}")
    return out


def changed_cells(lines: list[str], delimiter: str, first: int) -> Iterator[tuple[str, str]]:
    """(what was changed, text) for each cell below the header and each corruption of it."""
    for row, line in enumerate(lines[first:], start=first):
        cells = line.split(delimiter)
        for place, cell in enumerate(cells):
            for number, corrupt in enumerate(CORRUPT):
                if corrupt(cell) != cell:
                    new = delimiter.join([*cells[:place], corrupt(cell), *cells[place + 1 :]])
                    yield (
                        f"row {row + 1}, cell {place + 1}, corruption {number}",
                        "\n".join([*lines[:row], new, *lines[row + 1 :]]) + "\n",
                    )


def cut_lines(lines: list[str], first: int) -> Iterator[tuple[str, str]]:
    """(what was changed, text) for each line cut in half, or left out."""
    for row in range(first, len(lines)):
        for new in ([lines[row][: len(lines[row]) // 2]], [lines[row][: len(lines[row]) - 1]]):
            yield f"row {row + 1} cut", "\n".join([*lines[:row], *new, *lines[row + 1 :]]) + "\n"
