"""What the columns of a table of SLURM are: by their names, cut off or whole, or by the content of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lca.ingest import cells as parser
from lca.ingest.slurm import job
from lca.ingest.slurm.times import Undated, stamp

#: columns that are used; an id by which a job is told from its steps stands first
USED = (
    "JobID", "State", "Start", "End", "Elapsed", "ElapsedRaw", "AllocTRES", "AllocGRES", "ReqTRES", "AllocCPUS", "NCPUS", "NNodes",
    "NodeList", "ConsumedEnergyRaw", "ConsumedEnergy", "JobName", "Partition", "Account", "QOS", "Cluster", "JobIDRaw",
)  # fmt: skip
#: one of them makes a table with ids of jobs one of SLURM
SIGNS = ("State", "Elapsed", "ElapsedRaw", "AllocTRES")
#: columns that rows without header must have at least
FEWEST = 4
#: share of the jobs that must agree before a column is taken for what it looks like
AGREE = 0.9
JOB = re.compile(r"\d+(?:_(?:\d+|\[[^\]\s]*\]))?(?:\+\d+)?\Z")
STEP = re.compile(r"\d+(?:_(?:\d+|\[[^\]\s]*\]))?(?:\+\d+)?\.[\w+.%-]+\Z")
_FIRST = re.compile(r'[\s"]*\d+(?:_(?:\d+|\[[^\]\s]*\]))?(?:\+\d+)?(?:\.\w+)?(?=\W|\Z)')
_TRES = re.compile(r"(?:billing|cpu|mem|node|energy|gres/\S+)=")


def places(names: Sequence[str], widths: Sequence[int] = ()) -> dict[str, int]:
    """Place of each column that is used; a name that was cut off is taken for the first that begins so."""
    out: dict[str, int] = {}
    for place, name in enumerate(names):
        if name not in USED and widths and len(name) == widths[place] and len(name) > 2:
            name = next((used for used in USED if used.startswith(name)), name)
        if name in USED:
            out.setdefault(name, place)
    if "JobID" not in out and "JobIDRaw" in out:
        out["JobID"] = out["JobIDRaw"]
    return out


def is_header(known: dict[str, int]) -> bool:
    """Whether these columns are those of jobs of SLURM."""
    return "JobID" in known and any(name in known for name in SIGNS)


def begins_with_job(line: str) -> bool:
    """Whether a line begins with the id of a job or step."""
    return _FIRST.match(line.lstrip("\ufeff")) is not None


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have."""
    return Counter(len(r) for r in rows).most_common(1)[0][0]


def of_content(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Place of each column in rows without header, None where they are no rows of sacct.

    Jobs that wait have empty cells, so that a column is told by its cells that hold something. Start and End are the
    two columns of times whose difference is the elapsed time; what does not follow is left out.
    """
    if not rows or len(rows[0]) < FEWEST:
        return None
    width = len(rows[0])
    jobs = [[c.strip() for c in r] for r in rows if "." not in r[0]]
    if not jobs or sum(bool(JOB.match(r[0])) for r in jobs) < AGREE * len(jobs):
        return None

    def is_column(place: int, fits: Callable[[str], object]) -> bool:
        filled = [c for r in jobs if (c := r[place]) not in ("", "Unknown", "None")]
        return bool(filled) and sum(bool(fits(c)) for c in filled) >= AGREE * len(filled)

    state = next((p for p in range(1, width) if is_column(p, _is_state)), None)
    if state is None:
        return None
    known = {"JobID": 0, "State": state}
    tres = next((p for p in range(1, width) if is_column(p, _TRES.match)), None)
    if tres is not None:
        known["AllocTRES"] = tres
    stamps = [p for p in range(1, width) if p != state and is_column(p, _is_time)]
    return known | _window(jobs, stamps, width)


def _window(jobs: Sequence[Sequence[str]], stamps: Sequence[int], width: int) -> dict[str, int]:
    """Start, End and the elapsed time, where they fit each other."""
    for start, end in _pairs(stamps):
        spans = [(r, span) for r in jobs if (span := _between(r[start], r[end])) is not None]
        if not spans or not any(span > 0 for _, span in spans):
            continue
        for place in range(1, width):
            agreeing = [s for r, s in spans if (elapsed := _elapsed(r[place])) is not None and _is_same(s, elapsed)]
            if place not in (start, end) and len(agreeing) >= AGREE * len(spans) and any(s > 0 for s in agreeing):
                is_raw = all(r[place].isdigit() for r, _ in spans)
                return {"Start": start, "End": end, "ElapsedRaw" if is_raw else "Elapsed": place}
    return {}


def _pairs(stamps: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from ((start, end) for start in stamps for end in stamps if start != end)


def _is_state(text: str) -> bool:
    try:
        return len(text) > 2 and bool(job.state_of(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return stamp(text) is not None
    except Undated:
        return ":" in text
    except ValueError:
        return False


def _between(start: str, end: str) -> float | None:
    try:
        first, last = stamp(start), stamp(end)
        return None if first is None or last is None else (last.at - first.at).total_seconds()
    except (ValueError, TypeError):
        return None


def _is_same(span: float, elapsed: float) -> bool:
    return abs(span - elapsed) <= 1 or parser.is_clock_change(elapsed - span) or parser.is_clock_change(span - elapsed)


def _elapsed(text: str) -> float | None:
    try:
        return parser.duration(text, two_parts="M:S")
    except ValueError:
        return None
