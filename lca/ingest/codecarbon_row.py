"""One row of CodeCarbon's `emissions.csv`: what must hold of it, and the run that it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.ingest import cells, plausible
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.torn_rows import torn_row
from lca.language import said

#: s; longer, the powers of a row do not explain an energy for which its duration is too short
LONGEST_TASKS = 7 * 86400.0
#: share by which the parts of an energy may differ from it
ROUNDING = 0.01
TOTALS = ("duration", "energy_consumed")
_POWERS = ("cpu_power", "gpu_power", "ram_power")
_PARTS = {"gpu_energy": "accelerator", "cpu_energy": "cpu", "ram_energy": "dram"}
#: what tells machines apart, the log having no name of the host: their hardware and place, and what users add
_MACHINE = ("os", "cpu_model", "gpu_model", "country_iso_code", "hostname", "host", "node", "rank")
#: numbers among it, and the digits to which two versions of the tool print the same
_NUMBERS = {"cpu_count": ".4g", "gpu_count": ".4g", "ram_total_size": ".4g", "longitude": ".1f", "latitude": ".1f"}


class Row(NamedTuple):
    """A row that can be used: its line, end, seconds, kWh and cells.

    `is_short` says that its duration is that of a part, `excess` what is wrong where no machine draws its energy in that time.
    """

    row: int
    end: datetime
    seconds: float
    energy: float
    cells: Mapping[str, str]
    is_short: bool = False
    excess: Fault | None = None

    @property
    def start(self) -> datetime:
        """When the run began."""
        return self.end - timedelta(seconds=self.seconds)

    @property
    def resolution(self) -> float:
        """Seconds to which its time is cut."""
        return 0.0 if self.end.microsecond else 1.0


def is_too_much(energy: Any, seconds: Any) -> Any:
    """Whether an energy (kWh) needs more power than a machine draws; of columns element by element."""
    return energy * 3600 > plausible.HIGHEST * seconds


def parsed(where: str, row: int, texts: Mapping[str, str]) -> Row | Fault:
    """A row of the table, or what shows that it is no whole row: a number that is none, no end.

    Its hours stay where its energy is more than machines draw; nothing is left of it where it has no hours either.
    """
    field = "duration"
    try:
        seconds = _required(texts, "duration")
        if seconds > cells.LONGEST:
            raise ValueError("longer than a thousand years")
        field = "energy_consumed"
        energy = _required(texts, "energy_consumed")
        field = "emissions"
        cells.number(texts.get("emissions"))
        field = "timestamp"
        end = cells.stamp(texts["timestamp"])
        if end is None:
            raise ValueError("no value")
        made = Row(row, end, seconds, energy, texts)
        made.start  # noqa: B018 - a duration may reach beyond the first year
    except (ValueError, OverflowError, KeyError) as error:
        problem = str(error) if isinstance(error, ValueError) else "not a time"
        return torn_row(where, field, texts.get(field, ""), problem)
    if not is_too_much(energy, seconds):
        return made
    limit = plausible.ceiling(sum(device.get("count", 1) for device in _devices(texts, [])))
    if energy * 3600 <= limit * seconds:
        return made
    longer = _seconds_of_powers(texts, energy)
    if longer is not None:
        return made._replace(seconds=longer, is_short=True)
    told = said(
        "{energy_consumed} kWh in {duration} s", energy_consumed=texts["energy_consumed"], duration=texts["duration"]
    )
    problem = f"more than {limit:g} kW, which no machine draws"
    excess = Fault(
        where, "energy_consumed", told, problem, "Correct the unit of energy or duration.", "implausible-power"
    )
    return made._replace(excess=excess) if seconds > 0 else excess


def _required(texts: Mapping[str, str], name: str) -> float:
    value = cells.number(texts.get(name))
    if value is None:
        raise ValueError("no value")
    return value


def _seconds_of_powers(texts: Mapping[str, str], energy: float) -> float | None:
    """How long the powers of a row take for its energy, None where they explain it in no plausible time.

    In task mode the tool writes the duration of the last task beside the energy of all of them.
    """
    try:
        watts = sum(cells.number(texts.get(name)) or 0.0 for name in _POWERS)
        parts = sum(cells.number(texts.get(name)) or 0.0 for name in _PARTS)
    except ValueError:
        return None
    if not watts > 0 or abs(parts - energy) > ROUNDING * energy:
        return None
    seconds = energy * 3.6e6 / watts
    return seconds if seconds <= LONGEST_TASKS else None


def found(row: Row, rows: list[int], notes: Iterable[Note], id: str = "", host: str = "", part_of: str = "") -> Found:
    """The run of a row."""
    texts, told = row.cells, list(notes)
    record: dict[str, Any] = {
        "id": id, "system": texts.get("project_name", ""), "duration": f"{texts['duration']} s", "end": row.end.isoformat(),
        "start": row.start.isoformat(), "location": _location(texts), "devices": _devices(texts, told), "energy": [_energy(texts, told)],
    }  # fmt: skip
    if row.is_short:
        record["duration"] = f"{row.seconds!r} s"
        message = said(
            "its duration, {duration} s, is too short for its energy, as where it is only that of the last task; {seconds} s, the time that "
            "the energy takes at the power that the row states, were used instead",
            duration=texts["duration"], seconds=f"{row.seconds:.10g}",
        )  # fmt: skip
        told.append(Note("duration-mismatch", message, "duration"))
    if not cells.is_blank(texts.get("emissions")):
        record["declared"] = {"co2e": f"{texts['emissions']} kgCO2e"}
    facility: dict[str, Any] = {}
    if wue := _optional(texts, "wue", told):
        facility["wue"] = f"{wue!r} L/kWh"
    pue = _optional(texts, "pue", told, minimum=1.0)
    if pue is not None and pue > 1:  # 1 is what the tool writes where nobody states one
        facility["pue"] = pue
        record["energy"][0]["includes_pue"] = True
    record["facility"] = facility
    record = {name: value for name, value in record.items() if value}
    if row.seconds == 0:
        del record["duration"], record["start"]
    return Found(
        record, rows, tuple(told), "codecarbon", texts.get("codecarbon_version", ""), host=host, part_of=part_of, identity=id,
        position=row.seconds, resolution=row.resolution,
    )  # fmt: skip


def _optional(texts: Mapping[str, str], name: str, notes: list[Note], minimum: float = 0.0) -> float | None:
    """A number that a row may have; one that is none is told."""
    try:
        return cells.number(texts.get(name), minimum)
    except ValueError as error:
        message = said(
            "{name} is {text}: {problem}; it was not used", name=name, text=shorten(texts[name]), problem=str(error)
        )
        notes.append(Note("torn-row", message, name, "warning"))
        return None


def _energy(texts: Mapping[str, str], notes: list[Note]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "value": f"{texts['energy_consumed']} kWh",
        "boundary": "component_sum",
        "method": "modelled",
    }
    parts = {part: f"{texts[name]} kWh" for name, part in _PARTS.items() if _optional(texts, name, notes)}
    return record | ({"components": parts} if parts else {})


def _devices(texts: Mapping[str, str], notes: list[Note]) -> list[dict[str, Any]]:
    """GPUs as `2 x NVIDIA A100 | 1 x ...`; a processor only where there is none, its number not being known."""
    devices: list[dict[str, Any]] = []
    models = [part.strip() for part in texts.get("gpu_model", "").split("|") if part.strip()]
    count = _optional(texts, "gpu_count", notes) or 0.0
    for text in models:
        number, times, model = text.partition(" x ")
        if times and number.isdecimal() and model.strip():
            devices.append({"model": model.strip(), "kind": "gpu", "count": int(number)})
        else:
            devices.append({"model": text, "kind": "gpu"} | ({"count": int(count)} if count >= 1 else {}))
    if not models and count >= 1:
        devices.append({"kind": "gpu", "count": int(count)})
    if not devices and texts.get("cpu_model"):
        devices.append({"model": texts["cpu_model"], "kind": "cpu"})
    return devices


def _location(texts: Mapping[str, str]) -> dict[str, str]:
    place = {"country": texts.get("country_iso_code", "")}
    if texts.get("on_cloud", "").upper() in ("Y", "TRUE", "1") or texts.get("cloud_provider"):
        place |= {"cloud": texts.get("cloud_provider", ""), "region": texts.get("cloud_region", "")}
    return {name: text for name, text in place.items() if text}


def host(log: Log, texts: Mapping[str, str]) -> str:
    """One machine where the tracker measured all of it: the same hardware at one place, in one folder. Tasks lie within their run."""
    if texts.get("tracking_mode") != "machine" or texts.get("task_name"):
        return ""
    numbers = (_rounded(texts.get(name, ""), digits) for name, digits in _NUMBERS.items())
    return "|".join([os.path.dirname(os.path.abspath(log.path)), *(texts.get(name, "") for name in _MACHINE), *numbers])


def _rounded(text: str, digits: str) -> str:
    """A number as two versions of the tool print it alike; any other text as it stands."""
    try:
        number = cells.number(text, minimum=None)
    except ValueError:
        return text
    return "" if number is None else format(number, digits)
