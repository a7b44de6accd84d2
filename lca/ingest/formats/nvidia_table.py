"""The table that plain `nvidia-smi` prints, once or in a loop (`-l`, `watch`, a shell script with `date`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import Device, Times, kilowatts, percentage, runs, seconds_of, torn
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import plural

FORMAT = Format(
    "nvidia-table",
    "nvidia-smi, default table, once or repeated",
    "names and number of the GPUs; where it is repeated, power and utilisation of each over time, and the window",
    "energy where the table stands once; time zone, system, stage, place",
)
_TITLE = re.compile(r"\|\s*NVIDIA-SMI\s+\S+\s+Driver Version:")
_DATE = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \d{4}\Z")
#: `|   0  NVIDIA A100-SXM4-80GB          On  | 00000000:07:00.0 Off |                    0 |`
_GPU = re.compile(r"\|\s+(\d{1,3})\s+(\S.*?)\s+(?:On|Off|N/A|TCC|WDDM|MCDM|ERR!)\s*\|\s*([0-9A-Fa-f:.]{8,20})\s")
_READING = re.compile(
    r"\|.*?(\d+\s*W|N/A|ERR!|Unknown Error)\s*/\s*(?:\d+\s*W|N/A|ERR!)\s*\|[^|]*\|\s*(\d{1,3}%|N/A|ERR!|-)"
)


def claims(head: Head) -> bool:
    """The title of the table, with its rule below or above."""
    return "NVIDIA-SMI" in head.text and any(_TITLE.match(line) for line in head.lines[:40])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file. A table that stands once gives no energy."""
    tables = _Tables(log)
    for row, line in log.lines():
        text = line.strip().lstrip("\ufeff")
        if not text:
            tables.close()
        elif (fault := tables.add(row, text)) is not None:
            yield fault
    if not tables.devices:
        yield Fault(log.shown, "", "", "no GPU in the table", "Run nvidia-smi on a machine with a GPU.")
        return
    yield from runs(tables.devices.values(), "gpu", "nvidia-smi", Times())
    if tables.untimed:
        message = plural(
            tables.untimed,
            "one table has no time above it; it was left out",
            "{n} tables have no time above them; they were left out",
            n=tables.untimed,
        )
        yield Note("rows-left-out", message, "power")


class _Tables:
    """The tables of a file: a time, a title, then three lines of each GPU, and the processes."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.devices: dict[str, Device] = {}
        self.untimed = 0
        self._stamp: float | None = None  # of the table that follows
        self._at: float | None = None  # of the table that is being read
        self._expected = ""  # what the next line within the GPUs must be
        self._gpu = ""

    def close(self) -> None:
        """A blank line ends the GPUs of a table."""
        self._expected = ""

    def add(self, row: int, text: str) -> Fault | None:
        """One line."""
        account = self.log.account
        if _DATE.match(text):
            try:
                stamp = seconds_of(text, "%a %b %d %H:%M:%S %Y")
            except ValueError:
                return torn(self.log, row, "time", text, "not a time")
            self._stamp = stamp[0] if stamp else None
        elif _TITLE.match(text):
            self._at, self._stamp = self._stamp, None
            self.untimed += self._at is None
        elif (match := _GPU.match(text)) is not None:
            self._name(row, match)
            return None
        elif self._expected == "reading":
            return self._reading(row, text)
        elif text.startswith("|==="):
            self._expected = "gpu" if self._expected != "over" else ""
        elif "Processes:" in text or "MIG devices:" in text or "No running processes" in text:
            self._expected = "over"
        elif text.startswith("+"):
            self._expected = "gpu" if self._expected == "rest" else self._expected
        elif self._expected == "gpu":
            self._expected, self._gpu = "reading", ""
            return torn(self.log, row, "", text, "not the line of a GPU")
        elif not text.startswith("|"):
            account.ignore("text between the tables")
            return None
        account.head()
        return None

    def _name(self, row: int, match: re.Match[str]) -> None:
        if self._stamp is not None:  # of a table whose title is torn
            self._at, self._stamp = self._stamp, None
        self._expected = "reading"
        self._gpu = f"{match[1]} {match[3]}"  # the bus too: logs of several hosts may stand in one file
        if self._gpu not in self.devices:
            self.devices[self._gpu] = Device(row, match[2][:200], zone=self.log.zone)
        self.log.account.use()

    def _reading(self, row: int, text: str) -> Fault | None:
        self._expected = "rest"
        match = _READING.match(text)
        if match is None:
            return torn(self.log, row, "Pwr:Usage", text, "not the line of a power and a utilisation")
        kw = kilowatts(self.log, row, "Pwr:Usage", "" if match[1][0] in "EU" else match[1])
        if isinstance(kw, Fault):
            return kw
        if self._gpu:
            self.log.account.use()
        else:
            self.log.account.ignore("readings of a GPU whose first line is torn")
        if self._gpu and self._at is not None:
            self.devices[self._gpu].put(row, self._at, kw, percentage(match[2]))
        return None
