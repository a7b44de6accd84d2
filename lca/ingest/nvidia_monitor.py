"""Tables in text as `nvidia-smi dmon` and `pmon` print them: a repeated header with `#`, and `-` for no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lca.errors import Fault
from lca.ingest.device_samples import Clock, Times, seconds_of, torn
from lca.ingest.log import Log
from lca.ingest.torn_rows import wrong_width
from lca.language import plural

#: s
DAY = 86400.0
ADVICE = "Log with nvidia-smi dmon -o DT, or nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 10."


def header_of(line: str, has: Sequence[str] = ("gpu",), lacks: str = "") -> list[str]:
    """The names of a header, none where the line is none with these names."""
    text = line.lstrip("\ufeff").strip()
    names = text.lstrip("# ").replace(",", " ").split()  # commas with --format csv
    return names if text.startswith("#") and all(n in names for n in has) and lacks not in names else []


class Stamps:
    """The times of rows: a date and a time (-o DT), a time (-o T), or none."""

    def __init__(self) -> None:
        self.times, self.untimed = Times(), 0
        self._clock = Clock()

    def seconds(self, log: Log, row: int, one: dict[str, str]) -> float | Fault | None:
        """The time of a row in seconds, None where it has none."""
        date, time = one.get("Date", ""), one.get("Time", "")
        try:
            stamp = seconds_of(f"{date or '20000101'} {time}", "%Y%m%d %H:%M:%S") if time else None
        except ValueError:
            return torn(log, row, "Time", f"{date} {time}", "not a time")
        if stamp is None:
            self.untimed += 1
            return None
        if not date:
            self.times = Times(has_date=False)
        return stamp[0] if date else self._clock.seconds(stamp[0] % DAY)


def rows(log: Log, has: Sequence[str], lacks: str = "") -> Iterator[tuple[int, dict[str, str]] | Fault]:
    """Rows by the names of the header before them."""
    header: list[str] = []
    for row, line in log.lines():
        cells = line.replace(",", " ").split()
        if not cells:
            if line.strip():
                log.account.ignore("rows without a cell")
            continue
        if cells[0].lstrip("\ufeff").startswith("#"):
            header = header_of(line, has, lacks) or header
            log.account.head()
        elif not header:
            log.account.ignore("text before the table")
        elif len(cells) < len(header) or (len(cells) > len(header) and header[-1] != "command"):
            yield wrong_width(f"{log.shown}: row {row}", len(cells), len(header))
        elif not (number := cells[header.index("gpu")]).isdecimal() or len(number) > 4:
            yield torn(log, row, "gpu", number, "not the number of a GPU")
        else:
            yield row, dict(zip(header, cells, strict=False))


def nothing_timed(log: Log, untimed: int, gpus: int) -> Fault:
    """Told where no two samples stand at different times."""
    if untimed:
        samples = plural(untimed, "{n} sample without a time", "{n} samples without a time", n=untimed)
    else:
        samples = plural(gpus, "{n} GPU at one time", "{n} GPUs at one time", n=gpus)
    return Fault(log.shown, "", samples, "no energy follows from it", ADVICE)
