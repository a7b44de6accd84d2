"""One row of CodeCarbon's `emissions.csv`: what must hold of it, and the run that it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lca.errors import Fault
from lca.ingest import cells, plausible
from lca.ingest.codecarbon_setup import Setup, Setups, number_told
from lca.ingest.formats import Found, Note
from lca.ingest.torn_rows import torn_row
from lca.language import said

#: s; longer, the powers of a row do not explain an energy for which its duration is too short
LONGEST_TASKS = 7 * 86400.0
#: share by which the parts of an energy may differ from it
ROUNDING = 0.01
TOTALS = ("duration", "energy_consumed")
#: cells that a run takes from its row, beside its stamp and its setup
OWN = (*TOTALS, "emissions", "gpu_energy", "cpu_energy", "ram_energy")
_POWERS = ("cpu_power", "gpu_power", "ram_power")
_PARTS = {"gpu_energy": "accelerator", "cpu_energy": "cpu", "ram_energy": "dram"}


class Row(NamedTuple):
    """A row that can be used: its line, end, seconds, kWh, cells, and what it shares with the other rows of its machine.

    `is_short` says that its duration is that of a part, `excess` what is wrong where no machine draws its energy in that time.
    """

    row: int
    end: datetime
    seconds: float
    energy: float
    cells: Mapping[str, str]
    setup: Setup
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


def parsed(where: str, row: int, texts: Mapping[str, str], setups: Setups) -> Row | Fault:
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
        made = Row(row, end, seconds, energy, texts, setups.of(texts))
        made.start  # noqa: B018 - a duration may reach beyond the first year
    except (ValueError, OverflowError, KeyError) as error:
        problem = str(error) if isinstance(error, ValueError) else "not a time"
        return torn_row(where, field, texts.get(field, ""), problem)
    if not is_too_much(energy, seconds):
        return made
    limit = plausible.ceiling(sum(device.get("count", 1) for device in made.setup.devices))
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
    texts, setup = row.cells, row.setup
    told = [*notes, *setup.device_notes]
    energy = _energy(texts, told)
    record: dict[str, Any] = {"end": row.end.isoformat(), "energy": [energy]}
    if row.seconds > 0:
        record["duration"] = f"{texts['duration']} s"
        record["start"] = row.start.isoformat()
    if id:
        record["id"] = id
    if setup.project:
        record["system"] = setup.project
    if setup.location:
        record["location"] = setup.location
    if setup.devices:
        record["devices"] = setup.devices
    if row.is_short:
        record["duration"] = f"{row.seconds!r} s"
        message = said(
            "its duration, {duration} s, is too short for its energy, as where it is only that of the last task; {seconds} s, the time that "
            "the energy takes at the power that the row states, were used instead",
            duration=texts["duration"], seconds=f"{row.seconds:.10g}",
        )  # fmt: skip
        told.append(Note("duration-mismatch", message, "duration"))
    emissions = texts.get("emissions")
    if not cells.is_blank(emissions):
        record["declared"] = {"co2e": f"{emissions} kgCO2e"}
    if setup.facility:
        record["facility"] = setup.facility
    if setup.includes_pue:
        energy["includes_pue"] = True
    return Found(
        record, rows, (*told, *setup.facility_notes), "codecarbon", setup.version, host=host, part_of=part_of, identity=id,
        position=row.seconds, resolution=row.resolution,
    )  # fmt: skip


def _energy(texts: Mapping[str, str], notes: list[Note]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "value": f"{texts['energy_consumed']} kWh",
        "boundary": "component_sum",
        "method": "modelled",
    }
    parts = {part: f"{texts[name]} kWh" for name, part in _PARTS.items() if number_told(texts, name, notes)}
    if parts:
        record["components"] = parts
    return record
