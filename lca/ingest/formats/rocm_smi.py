"""rocm-smi, CSV or JSON: power, counters of energy and use of AMD GPUs, with the times of a wrapper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import Device, Sample, gathered, kilowatts, percentage, torn
from lca.ingest.device_tables import Clocks, Layout, header_of, name_of, normal, runs_of_table, samples
from lca.ingest.formats import Format, Found, Note
from lca.ingest.json_documents import documents
from lca.ingest.log import Head, Log

FORMAT = Format(
    "rocm-smi",
    "rocm-smi --showpower and others, CSV or JSON, repeated by a script that writes the times",
    "energy of each GPU by its counter or its power over time, its use where power is missing, names, window",
    "the times, unless a script writes one before each output; system, stage, place",
)
_LAYOUT = Layout(
    device=("device", "card", "gpu"),
    power=("current socket graphics package power", "average graphics package power", "current graphics package power"),
    energy=("accumulated energy",),
    energy_unit="uJ",
    load=("gpu use",),
    name=("card series", "card model", "device name"),
    uuid=("unique id",),
    time=("timestamp", "time", "date"),
)
_NAMES = (
    "Average Graphics Package Power",
    "Current Socket Graphics Package Power",
    "Current Graphics Package Power",
    "GPU use (%)",
)
_TIMES = ("timestamp", "time", "Timestamp", "Time")
_ADVICE = "Write a time before each output, such as with `date -Is; rocm-smi --showpower --csv`."


def claims(head: Head) -> bool:
    """A header of cards with a property as rocm-smi names it, or JSON of cards with these."""
    if not any(name in head.text for name in _NAMES):
        return False
    return '"card' in head.text if _is_json(head) else any(_header(line) for line in head.lines[:10])


def _is_json(head: Head) -> bool:
    return any(line.lstrip("\ufeff ").startswith(("{", "[")) for line in head.lines[:5])


def _header(line: str) -> list[str]:
    return header_of(line, _LAYOUT) if any(name in line for name in _NAMES) else []


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file."""
    devices: dict[str, Device] = {}
    clocks = Clocks()
    rows = _documents(log, clocks) if _is_json(log.head) else samples(log, _LAYOUT, clocks)
    yield from gathered(rows, devices, log.zone)
    yield from runs_of_table(log, list(devices.values()), clocks, "gpu", "rocm-smi", _ADVICE)


def _documents(log: Log, clocks: Clocks) -> Iterator[Sample | Fault]:
    """Cards of JSON, one document after the other; the time stands in it."""
    number = 0
    for document in documents(log):
        for one in document if isinstance(document, list) else [document]:
            if not isinstance(one, dict):
                continue
            stamp = next((str(one[n]) for n in _TIMES if isinstance(one.get(n), (str, int, float))), "")
            cards = {k: v for k, v in one.items() if str(k).startswith("card") and isinstance(v, dict)}
            for card, values in cards.items():
                number += 1
                log.account.expect(number)
                yield from _card(log, number, str(card), values, stamp, clocks)


def _card(
    log: Log, number: int, card: str, values: dict[str, Any], stamp: str, clocks: Clocks
) -> Iterator[Sample | Fault]:
    by_name = {normal(str(k)): str(v) for k, v in values.items() if isinstance(v, (str, int, float))}
    text = next((by_name[n] for n in _LAYOUT.power if n in by_name), "")
    kw = kilowatts(log, number, "power", text)
    if isinstance(kw, Fault):
        yield kw
        return
    energy = by_name.get("accumulated energy", "")
    try:
        kwh = cells.quantity(energy, "uJ", "energy")
    except ValueError:
        yield torn(log, number, "Accumulated Energy", energy, "not an energy")
        return
    try:
        seconds = clocks.seconds(stamp)
    except ValueError:
        yield torn(log, number, "timestamp", stamp, "not a time")
        return
    log.account.use()
    if seconds is None:
        clocks.untimed += 1
        return
    name = next((name_of(by_name[n]) for n in _LAYOUT.name if n in by_name), "")
    uuid = by_name.get("unique id", "")
    uuid = "" if cells.is_blank(uuid) else uuid
    yield Sample(number, uuid or card[:80], seconds, kw, percentage(by_name.get("gpu use", "")), name, uuid, kwh)
