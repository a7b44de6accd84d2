"""Hugging Face model cards: `co2_eq_emissions` in the YAML front matter, grams of CO2e that its author declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.fields import named_country
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "hf-model-card",
    "Hugging Face model card with co2_eq_emissions",
    "declared emissions, stage, country where the place is one, device where it is named",
    "energy, time, number of devices",
)
#: training_type of the card -> stage (https://huggingface.co/docs/hub/model-cards-co2)
STAGES = {
    "pre-training": "training",
    "pretraining": "training",
    "fine-tuning": "finetuning",
    "finetuning": "finetuning",
    "training": "training",
}
#: kg in a field of grams: a training that is worth a card emits more than this many grams
SMALL = 1.0
#: a front matter is short
LARGEST = 2**20


def claims(head: Head) -> bool:
    """A Markdown file that begins with a front matter, which states emissions."""
    text = head.text.lstrip("\ufeff \r\n\t")
    return text.startswith("---") and "\nco2_eq_emissions" in text.partition("\n---")[0] + "\n" and "\n---" in text[3:]


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: what the card says of the training of its model."""
    lines: list[str] = []
    begin = 0
    for row, line in log.lines():
        if line.strip() == "---":
            if begin:
                break
            begin = row
        elif begin:
            lines.append(line)
        if sum(map(len, lines[-1:])) > LARGEST or len(lines) > 50_000:
            break
    log.account.expect(1)  # the front matter; what follows is text for people
    try:
        card = unique_keys.of_yaml("\n".join(lines).lstrip("\ufeff"))
    except unique_keys.RepeatedKey as error:
        yield Fault(f"{log.shown}: row {begin}", "", "", f"the front matter: {error}", "Keep one of the two.")
        return
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Fault(
            f"{log.shown}: row {begin}",
            "",
            "",
            f"the front matter is not YAML: {shorten(str(error), 120)}",
            "Correct it.",
        )
        return
    row = begin + 1 + next((n for n, line in enumerate(lines) if line.startswith("co2_eq_emissions")), 0)
    stated = card.get("co2_eq_emissions") if isinstance(card, dict) else None
    fields = stated if isinstance(stated, dict) else {"emissions": stated}
    grams = _grams(fields.get("emissions"))
    if grams is None:
        yield Fault(f"{log.shown}: row {row}", "co2_eq_emissions", shorten(fields.get("emissions")), "not a number of grams", "Write a number, in grams of CO2e.")  # fmt: skip
        return
    record: dict[str, Any] = {"declared": {"co2e": f"{grams!r} g"}}
    notes: list[Note] = []
    if 0 < grams < SMALL:
        notes.append(
            Note(
                "unit-suspect",
                said(
                    "co2_eq_emissions is {grams} g, where cards of models state kilograms by mistake",
                    grams=f"{grams:.4g}",
                ),
                "declared.co2e",
            )
        )
    name = card.get("model_name") or card.get("model-index")
    if isinstance(name, list) and name and isinstance(name[0], dict):
        name = name[0].get("name")
    if isinstance(name, str) and name:
        record["system"] = name
    stage = STAGES.get(str(fields.get("training_type") or "").strip().lower())
    if stage:
        record["stage"] = stage
    place = str(fields.get("geographical_location") or "").strip()
    if place:
        code = _country(place)
        if code:
            record["location"] = {"country": code}
        else:
            notes.append(
                Note(
                    "location-missing",
                    said("{place} is no country of ISO 3166", place=f"{shorten(place)!r}"),
                    "location",
                )
            )
    hardware = str(fields.get("hardware_used") or "").strip()
    if hardware:
        times = re.match(r"(\d+) ?[xX] ?(.+)", hardware)
        record["devices"] = [
            {"model": times[2], "count": int(times[1][:9])} if times and int(times[1][:9]) else {"model": hardware}
        ]
    notes.append(
        Note(
            "no-energy",
            said("the card states emissions alone: they are kept as declared, and no energy follows from them"),
            "energy",
        )
    )
    log.account.use()
    yield Found(record, row, tuple(notes), str(fields.get("source") or "")[:80])


def _country(place: str) -> str:
    """The code of a place that is a country, or of the last part of `Montreal, Canada`."""
    for text in (place, place.rpartition(",")[2].strip()):
        try:
            return named_country(text)
        except LookupError:
            continue
    return ""


def _grams(value: Any) -> float | None:
    try:
        return cells.number(value)
    except ValueError:
        return None
