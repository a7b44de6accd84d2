"""carbontracker: the standard and the output log of a run, and blocks of its output inside other texts. Predictions never count."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from lca.errors import Fault, shorten
from lca.fields import country_code
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "carbontracker",
    "carbontracker *_carbontracker.log and *_carbontracker_output.log, and its output in other texts",
    "actual energy with PUE, duration, declared emissions; with both logs PUE, end, country, device models and count",
    "stage, system, time zone; energy of epochs that were not monitored",
)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) - ?(.*)")
_ACTUAL = re.compile(r"\s*Actual consumption(?: for (\d{1,9}) epoch\(s\))?:\s*$")
_PREDICTED = re.compile(r"\s*Predicted consumption for (\d{1,9}) epoch\(s\):\s*$")
_FIELD = re.compile(r"\s*(Time|Energy|CO2eq):\s+(.*?)\s*$")
_VERSION = re.compile(r"carbontracker version (\d[\w.]{0,40})")
_PUE = re.compile(r"PUE coefficient of (\d{1,3}(?:\.\d{1,6})?)")
_PLACE = re.compile(r"detected location:? .*?\b([A-Z]{2}): \[")
_PARTS = re.compile(r"(GPU|CPU) with device\(s\) (.*?)\.(?= [GC]PU with device|\s*$)")
_POWER = re.compile(r"Average power usage \(W\) for (\w{1,20}): (.*)")
#: names that are none: Apple's, and those of the RAPL domains of a package
_NAMELESS = re.compile(r"(GPU|ANE|CPU|cpu:\d+|package-\d+)$")
#: a figure of a block with its unit
_FIGURE = re.compile(r"-?[\d.]+ (?:kWh|g)$|\d+:\d\d:\d\d$")
_WHOLE = "Give the log as carbontracker wrote it."


def claims(head: Head) -> bool:
    """The version line of a standard log, the components of an output log, or a block of actual consumption."""
    if re.search(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - (carbontracker version \d|CarbonTracker: )", head.text, re.MULTILINE
    ):
        return True
    return bool(re.search(r"^\s*Actual consumption(?: for \d+ epoch\(s\))?:\s*\n\s*Time:.*\n\s*Energy:", head.text, re.MULTILINE))  # fmt: skip


def _is_standard(log: Log) -> bool:
    return bool(_VERSION.search(log.head.text)) and "CarbonTracker: " not in log.head.text


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per block of actual consumption. Where two logs are of one run, whichever comes first reads the other."""
    base = os.path.basename(log.path).removesuffix(".gz")
    if _is_standard(log):
        stem = base.removesuffix(".log")
        output = [o for o in log.beside(glob.escape(stem) + "_output.log*") if "CarbonTracker: " in o.head.text]
        if not output:
            yield Fault(log.shown, "", "", "the output log with the actual consumption is missing", f"Give {shorten(stem)}_output.log too.", "no-energy", lines=0)  # fmt: skip
            return
        standard, log = log, output[0]
    else:
        stem = base.removesuffix(".log").removesuffix("_output")
        beside = log.beside(glob.escape(stem) + ".log*") if base.endswith("_output.log") else []
        standard = next((s for s in beside if _is_standard(s)), None)  # type: ignore[assignment]
    facts = _facts(standard) if standard is not None else {}
    seen: set[tuple[Any, ...]] = set()
    blocks = 0
    for block in _blocks(log):
        if isinstance(block, Fault):
            yield block
            continue
        blocks += 1
        key = tuple(block.get(n) for n in ("Time", "Energy", "CO2eq", "stamp"))
        if key in seen and None not in key[:3]:
            log.account.ignore("blocks that repeat an earlier one", block["lines"])
            yield Note("rows-left-out", said("row {row} repeats an earlier block of actual consumption figure by figure: it is left out", row=block["row"]))  # fmt: skip
            continue
        seen.add(key)
        run = _run(log, block, facts, stem)
        if isinstance(run, Found):
            log.account.use(block["lines"])
        yield run
    if not blocks:
        yield Fault(log.shown, "", "", "no block of actual consumption: the run was cut off, or monitored no epoch", "Give the log of a run that ended.", "no-energy", lines=0)  # fmt: skip


def _blocks(log: Log) -> Iterator[dict[str, Any] | Fault]:
    """Blocks of actual consumption with the number of epochs that the prediction after them or before them is for."""
    held: dict[str, Any] | None = None
    predicted = devices = stamp = None
    inside = ""
    for row, line in log.lines():
        stamped = _STAMP.match(line)
        if stamped:
            stamp, inside = stamped[1], ""
            line = stamped[2].removeprefix("CarbonTracker:")
            devices = line if "components were found" in line else devices
        actual, prediction, field = _ACTUAL.match(line), _PREDICTED.match(line), _FIELD.match(line)
        if actual:
            if held is not None:
                yield held
            held = {
                "row": row,
                "last": row,
                "lines": 1,
                "epochs": actual[1],
                "stamp": stamp,
                "of": predicted,
                "parts": devices,
            }
            inside, predicted = "actual", None
        elif prediction:
            inside = "predicted"
            if held is not None and held["of"] is None:
                held["of"] = prediction[1]
            else:
                predicted = prediction[1]
            log.account.ignore("predictions")
        elif inside == "actual" and field and held is not None and field[1] not in held:
            held[field[1]], held["last"] = field[2], row
            held["lines"] += 1
        elif not inside and field and _FIGURE.match(field[2]):
            yield Fault(
                f"{log.shown}: row {row}",
                field[1],
                shorten(field[2]),
                "no line says whether this is an actual or a predicted consumption",
                _WHOLE,
                "torn-row",
            )
        elif line.strip() or stamped:
            log.account.ignore("predictions" if inside == "predicted" and field else "text of other programs")
    if held is not None:
        yield held


def _facts(log: Log) -> dict[str, Any]:
    """What a standard log says beside its epochs: version, PUE, country, devices, and components without power."""
    facts: dict[str, Any] = {"none": Counter()}
    for _, line in log.lines():
        is_read = False
        for name, pattern in (("version", _VERSION), ("pue", _PUE), ("country", _PLACE)):
            found = pattern.search(line)
            if found and name not in facts:
                facts[name], is_read = found[1], True
        if "components were found" in line:
            facts.setdefault("parts", line)
            is_read = True
        power = _POWER.search(line)
        if power and power[2].strip() in ("None", "[None]"):
            facts["none"][power[1]] += 1
            is_read = True
        if "Training was interrupted" in line:
            facts["interrupted"] = is_read = True
        if is_read:
            log.account.use()
        elif line.strip():
            log.account.ignore("epochs, whose sum is in the output log")
    return facts


def _run(log: Log, block: dict[str, Any], facts: dict[str, Any], stem: str) -> Found | Fault:
    where = f"{log.shown}: row {block['row']}"
    values: dict[str, float] = {}
    for name, read in (("Time", cells.duration), ("Energy", _kwh), ("CO2eq", _grams)):
        try:
            value = read(block[name])
            if value is None:
                raise ValueError("no value")
            values[name] = value
        except (KeyError, ValueError) as error:
            problem = str(error) if name in block else "no such figure in the block"
            return Fault(where, name, shorten(block.get(name, "")), problem, _WHOLE, "torn-row", lines=block["lines"])
    seconds, energy = values["Time"], values["Energy"]
    none = ", ".join(f"{n} {c}x" for n, c in sorted(facts.get("none", {}).items()))
    if energy == 0:
        told = f"0 kWh in {block['Time']} is no measurement" + (f": power was None ({none})" if none else "")
        return Fault(
            where,
            "Energy",
            block["Energy"],
            told,
            "Leave the run out, or state its energy.",
            "no-energy",
            lines=block["lines"],
        )
    parts, notes = facts.get("parts") or block["parts"] or "", [*_notes(block, facts, none)]
    devices = _devices(parts, notes)
    if facts.get("parts") and block["parts"] and devices != _devices(block["parts"], []):
        notes.append(
            Note(
                "torn-row",
                said("the two logs of the run name different devices; those of the log without the output count"),
                "devices",
                "warning",
            )
        )
    record: dict[str, Any] = {
        "duration": f"{seconds} s", "devices": devices,
        "energy": [{"value": block["Energy"], "boundary": _boundary(parts), "includes_pue": True}],
        "declared": {"co2e": f"{block['CO2eq']}CO2e"},
    }  # fmt: skip
    if record["energy"][0]["boundary"] == "accelerator":  # processors may be sampled or modelled from their rated power
        record["energy"][0]["method"] = "integrated"
    if seconds == 0:
        del record["duration"]
    if stem.endswith("_carbontracker"):  # the producer names each run by process and start
        record["id"] = f"{stem}-{log.digest[:8]}-{block['row']}"
    with suppress(ValueError):
        record["facility"] = {"pue": cells.number(facts["pue"], minimum=1.0)} if "pue" in facts else {}
    with suppress(ValueError):
        record["location"] = {"country": country_code(facts.get("country", ""))}
    if block["stamp"]:
        with suppress(ValueError, OverflowError):
            end = cells.stamp(block["stamp"])
            assert end is not None  # `_STAMP` has looked
            start = end - timedelta(seconds=seconds)
            record |= {"end": end.isoformat()} | ({"start": start.isoformat()} if seconds else {})
    record = {k: v for k, v in record.items() if v}
    return Found(record, list(range(block["row"], block["last"] + 1)), tuple(notes), "carbontracker", facts.get("version", ""), source=log)  # fmt: skip


def _notes(block: dict[str, Any], facts: dict[str, Any], none: str) -> tuple[Note, ...]:
    notes = []
    done, of = (int(block[n]) if block[n] else None for n in ("epochs", "of"))
    if done is not None and of is not None and done < of:
        told = said(
            "{done} of {of} epochs were monitored: the energy of the rest is not in the log and not added",
            done=done,
            of=of,
        )
        notes.append(Note("no-energy", told, "energy[0]"))
    if facts.get("interrupted"):
        notes.append(Note("no-energy", said("the run was stopped early: its last epoch is not in the energy"), "energy[0]", "info"))  # fmt: skip
    if none:
        notes.append(
            Note(
                "no-energy",
                said("a component had no power (None): {none}; the energy lacks it", none=none),
                "energy[0]",
            )
        )
    if not facts:
        notes.append(Note("pue-already-applied", said("the file does not state the PUE that carbontracker multiplied in: that of the facility is assumed to be it"), "facility.pue", "info"))  # fmt: skip
    return tuple(notes)


def _kwh(text: str) -> float | None:
    return cells.quantity(text, "", "energy")


def _grams(text: str) -> float | None:
    return cells.quantity(text, "", "co2e")


def _boundary(line: str) -> str:
    kinds = {kind for kind, _ in _PARTS.findall(line)}
    return {frozenset({"GPU"}): "accelerator", frozenset({"CPU"}): "cpu"}.get(frozenset(kinds), "component_sum")


def _devices(line: str, notes: list[Note]) -> list[dict[str, Any]]:
    """GPUs and processors by their names; those that the tool itself does not name are left out."""
    parts = _PARTS.findall(line)
    if not parts:
        notes.append(
            Note(
                "boundary-not-stated",
                said("no line names the components that were measured; the energy was taken as that of all of them"),
                "energy[0]",
                "info",
            )
        )
    elif len(parts) < line.count("with device(s)"):
        notes.append(
            Note(
                "torn-row",
                said("the names of some devices are cut off; the energy was taken as that of the others"),
                "devices",
                "warning",
            )
        )
    out = []
    for kind, names in parts:
        models = Counter(n.strip() for n in names.split(","))
        if models.pop("", 0):
            notes.append(
                Note(
                    "torn-row",
                    said("the name of a device of kind {kind} is blank; it does not count", kind=kind),
                    "devices",
                    "warning",
                )
            )
        out += [
            {"model": m[:200], "kind": kind.lower(), "count": c} for m, c in models.items() if not _NAMELESS.match(m)
        ]
    return out
