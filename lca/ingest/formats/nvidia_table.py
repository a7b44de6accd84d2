"""The table that plain `nvidia-smi` prints, once or in a loop (`-l`, `watch`, a shell script with `date`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import Device, Times, kilowatts, percentage, runs, seconds_of, torn
from lca.ingest.formats import Format, Found
from lca.ingest.log import Head, Log

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
    return any(_TITLE.match(line) for line in head.lines[:40])


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the GPUs of the file. A table that stands once gives no energy."""
    devices: dict[str, Device] = {}
    at: float | None = None
    gpu = ""
    for row, line in log.lines():
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        if _DATE.match(text):
            gpu = ""
            try:
                stamp = seconds_of(text, "%a %b %d %H:%M:%S %Y")
                at = stamp[0] if stamp else None
                log.account.head()
            except ValueError:
                at = None
                yield torn(log, row, "time", text, "not a time")
        elif (match := _GPU.match(text)) is not None:
            gpu = f"{match[1]} {match[3]}"  # the bus too: logs of several hosts may stand in one file
            devices.setdefault(gpu, Device(row, match[2][:200], zone=log.zone))
            log.account.use()
        elif gpu and (match := _READING.match(text)) is not None:
            kw = kilowatts(log, row, "Pwr:Usage", "" if match[1][0] in "EU" else match[1])
            if isinstance(kw, Fault):
                yield kw
            else:
                log.account.use()
                if at is not None:
                    devices[gpu].put(row, at, kw, percentage(match[2]))
            gpu = ""
        elif text[0] in "|+":
            log.account.head()
        else:
            log.account.ignore("text between the tables")
    if devices:
        yield from runs(devices.values(), "gpu", "nvidia-smi", Times())
    else:
        yield Fault(log.shown, "", "", "no GPU in the table", "Run nvidia-smi on a machine with a GPU.")
