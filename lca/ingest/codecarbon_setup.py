"""What the rows of one machine and project of CodeCarbon repeat: its devices, place and facility, parsed once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lca.errors import shorten
from lca.ingest import cells
from lca.ingest.formats import Note
from lca.language import said

#: what tells machines apart, the log having no name of the host: their hardware and place, and what users add
_MACHINE = ("os", "cpu_model", "gpu_model", "country_iso_code", "hostname", "host", "node", "rank")
#: numbers among it, and the digits to which two versions of the tool print the same
_NUMBERS = {"cpu_count": ".4g", "gpu_count": ".4g", "ram_total_size": ".4g", "longitude": ".1f", "latitude": ".1f"}
#: every column of which a setup is made
COLUMNS = (
    *_MACHINE, *_NUMBERS, "project_name", "codecarbon_version", "tracking_mode", "on_cloud", "cloud_provider", "cloud_region", "wue", "pue",
)  # fmt: skip
#: setups that are kept; a file in which each row has its own gains nothing by more
KEPT = 4096


class Setup(NamedTuple):
    """What rows share. `machine` tells it from others where the tracker measured all of it, and is empty elsewhere."""

    project: str
    version: str
    machine: str
    location: dict[str, str]
    devices: list[dict[str, Any]]
    device_notes: tuple[Note, ...]
    facility: dict[str, Any]
    includes_pue: bool
    facility_notes: tuple[Note, ...]


class Setups:
    """Setups by the cells of which they are made."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, ...], Setup] = {}

    def of(self, texts: Mapping[str, str]) -> Setup:
        """The setup of a row."""
        return self.of_cells(tuple([texts.get(name, "") for name in COLUMNS]))

    def of_cells(self, key: tuple[str, ...]) -> Setup:
        """The setup of a row, by its cells in the order of `COLUMNS`; one that is missing is empty."""
        setup = self._held.get(key)
        if setup is None:
            if len(self._held) >= KEPT:
                self._held.clear()
            setup = self._held[key] = _setup(dict(zip(COLUMNS, key, strict=True)))
        return setup


def _setup(texts: Mapping[str, str]) -> Setup:
    device_notes: list[Note] = []
    facility_notes: list[Note] = []
    devices = _devices(texts, device_notes)
    facility: dict[str, Any] = {}
    if wue := number_told(texts, "wue", facility_notes):
        facility["wue"] = f"{wue!r} L/kWh"
    pue = number_told(texts, "pue", facility_notes, minimum=1.0)
    includes_pue = pue is not None and pue > 1  # 1 is what the tool writes where nobody states one
    if includes_pue:
        facility["pue"] = pue
    return Setup(
        texts["project_name"], texts["codecarbon_version"], machine(texts), _location(texts), devices, tuple(device_notes), facility,
        includes_pue, tuple(facility_notes),
    )  # fmt: skip


def number_told(texts: Mapping[str, str], name: str, notes: list[Note], minimum: float = 0.0) -> float | None:
    """A number that a row may have; one that is none is told."""
    try:
        return cells.number(texts.get(name), minimum)
    except ValueError as error:
        message = said(
            "{name} is {text}: {problem}; it was not used", name=name, text=shorten(texts[name]), problem=str(error)
        )
        notes.append(Note("torn-row", message, name, "warning"))
        return None


def _devices(texts: Mapping[str, str], notes: list[Note]) -> list[dict[str, Any]]:
    """GPUs as `2 x NVIDIA A100 | 1 x ...`; a processor only where there is none, its number not being known."""
    devices: list[dict[str, Any]] = []
    models = [part.strip() for part in texts["gpu_model"].split("|") if part.strip()]
    count = number_told(texts, "gpu_count", notes) or 0.0
    for text in models:
        number, times, model = text.partition(" x ")
        if times and number.isdecimal() and model.strip():
            devices.append({"model": model.strip(), "kind": "gpu", "count": int(number)})
        else:
            devices.append({"model": text, "kind": "gpu"} | ({"count": int(count)} if count >= 1 else {}))
    if not models and count >= 1:
        devices.append({"kind": "gpu", "count": int(count)})
    if not devices and texts["cpu_model"]:
        devices.append({"model": texts["cpu_model"], "kind": "cpu"})
    return devices


def _location(texts: Mapping[str, str]) -> dict[str, str]:
    place = {"country": texts["country_iso_code"]}
    if texts["on_cloud"].upper() in ("Y", "TRUE", "1") or texts["cloud_provider"]:
        place |= {"cloud": texts["cloud_provider"], "region": texts["cloud_region"]}
    return {name: text for name, text in place.items() if text}


def machine(texts: Mapping[str, str]) -> str:
    """One machine where the tracker measured all of it: the same hardware at one place."""
    if texts.get("tracking_mode") != "machine":
        return ""
    numbers = (_rounded(texts.get(name, ""), digits) for name, digits in _NUMBERS.items())
    return "|".join([*(texts.get(name, "") for name in _MACHINE), *numbers])


def _rounded(text: str, digits: str) -> str:
    """A number as two versions of the tool print it alike; any other text as it stands."""
    try:
        number = cells.number(text, minimum=None)
    except ValueError:
        return text
    return "" if number is None else format(number, digits)
