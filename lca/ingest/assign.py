"""What a file in a format of others lacks, from the `assign` rules of the profile and its sites: each use is told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from lca.ingest.cells import duration, is_clock_change, span_in_zone
from lca.ingest.formats import Note
from lca.language import said
from lca.reading import Reading
from lca.run import Run

if TYPE_CHECKING:
    from lca.profile import Profile
    from lca.site import Assign

#: `ext.gpus` of a job whose file does not say whether it had GPUs; one that states its cores alone had none
NOT_STATED = "not stated"
#: fields that are taken as they stand, each from the first rule that has it
FIELDS = ("system", "stage", "location")


class Local(NamedTuple):
    """What is known about where logs come from: the `assign` rules, and the time zone of each site that has one."""

    rules: Sequence[Assign] = ()
    zones: Mapping[str, str] = {}

    @classmethod
    def of(cls, profile: Profile) -> Local:
        """The rules and sites of a profile."""
        return cls(profile.assign, {name: site.time_zone for name, site in profile.sites.items() if site.time_zone})


NOWHERE = Local()


def fill(record: dict[str, Any], path: str, labels: Mapping[str, str], local: Local) -> list[Note]:
    """Fill what the record lacks from the rules whose pattern fits the path or name of the file and whose labels fit."""
    if not local.rules and not local.zones:
        return _boundary(record, ()) + _end_before_start(record)
    rules = [rule for rule in local.rules if _fits(path, rule.match) and _labelled(labels, rule.where)]
    notes = []
    for name in FIELDS:
        rule = _first(rules, name)
        if rule is None or record.get(name):
            continue
        value = getattr(rule, name)
        record[name] = value if isinstance(value, str) else value.model_dump(exclude_none=True)
        told = value if isinstance(value, str) else ", ".join(f"{k} {v}" for k, v in record[name].items())
        notes.append(_note(told, rule, name))
    for part, key, name in (("facility", "pue", "pue"), ("facility", "wue", "wue"), ("host", "model", "host")):
        rule = _first(rules, name)
        held = record.get(part) or {}
        if rule is None or not isinstance(held, dict) or key in held:
            continue
        value = getattr(rule, name)
        plain = value if isinstance(value, str) else value.text
        record[part] = held | {key: float(plain) if name == "pue" else plain}
        notes.append(_note(f"{name} {plain}", rule, f"{part}.{key}"))
    return notes + _devices(record, rules) + _boundary(record, rules) + _zone(record, rules, local)


def _devices(record: dict[str, Any], rules: Sequence[Assign]) -> list[Note]:
    """The model of GPUs that have none, or GPUs where there are none; processors of jobs that state their cores alone."""
    notes = []
    devices = record.get("devices") or []
    gpu, count, cpu = _first(rules, "gpu"), _first(rules, "count"), _first(rules, "cpu")
    if not isinstance(devices, list) or any(not isinstance(d, dict) for d in devices):
        return []
    devices = [dict(device) for device in devices]  # other records of the file may hold the same
    ext = record.get("ext") or {}
    cores, may_have_gpus = str(ext.get("cores") or ""), ext.get("gpus") == NOT_STATED
    nameless = [d for d in devices if d.get("kind") == "gpu" and not d.get("model")]
    if gpu is not None and (nameless or (not devices and (not cores or may_have_gpus))):
        if not devices:
            devices = nameless = [{"kind": "gpu"}]
        for device in nameless:
            device["model"] = gpu.gpu
        notes.append(_note(str(gpu.gpu), gpu, "devices"))
    elif cpu is not None and not devices and cores.isdigit() and int(cores):
        of = cpu.cpu_cores or 1
        processors = math.ceil(int(cores) / of)
        devices = [{"kind": "cpu", "model": cpu.cpu, "count": processors, "share": int(cores) / (processors * of)}]
        notes.append(_note(f"{cpu.cpu}, {cores} of its {of:g} cores each", cpu, "devices"))
    is_gpu = len(devices) == 1 and devices[0].get("kind") in (None, "gpu")
    if count is not None and len(devices) == 1 and "count" not in devices[0] and (count.gpu is None or is_gpu):
        devices[0]["count"] = count.count
        notes.append(_note(f"count {count.count:g}", count, "devices[0].count"))
    if devices:
        record["devices"] = devices
    return notes


def _boundary(record: dict[str, Any], rules: Sequence[Assign]) -> list[Note]:
    """The boundary of energies that have none: without one an energy is not used."""
    records = record.get("energy")
    if not isinstance(records, list):
        return []
    unbound = [e for e in records if isinstance(e, dict) and "boundary" not in e]
    if not unbound:
        if not records:
            del record["energy"]
        return []
    notes = []
    rule = _first(rules, "energy_boundary")
    for each in unbound:
        if rule is None:
            records.remove(each)  # the message names no number: rows of one file are one finding
            message = said("the file does not state the measurement boundary of its energy; the energy was not used")
            notes.append(Note("boundary-not-stated", message, "energy"))
        else:
            each["boundary"] = rule.energy_boundary
            notes.append(_note(f"boundary {rule.energy_boundary}", rule, "energy"))
    if not records:
        del record["energy"]
    return notes


def _zone(record: dict[str, Any], rules: Sequence[Assign], local: Local) -> list[Note]:
    """The time zone of stamps without offset: that of a rule, or of the site."""
    rule = _first(rules, "time_zone")
    place = record.get("location")
    site = place.get("site") if isinstance(place, dict) else None
    name = rule.time_zone if rule is not None else local.zones.get(str(site))
    if name is None:
        return _end_before_start(record)
    start, end = naive(record.get("start")), naive(record.get("end"))
    if start is None and end is None:
        return []
    placed = span_in_zone(start, end, ZoneInfo(name), _seconds(record.get("duration")))
    record |= {
        field: stamp.isoformat() for field, stamp in zip(("start", "end"), placed, strict=True) if stamp is not None
    }
    if rule is not None:
        return [_note(f"time zone {name}", rule, "start")]
    return [_zone_of_site(name, str(site))]


def zone_of(path: str, local: Local) -> tuple[ZoneInfo | None, Note | None]:
    """The time zone of a file's local times by the rules that need nothing but its path, or by the site they give; and the note of it."""
    rules = [rule for rule in local.rules if not rule.where and _fits(path, rule.match)]
    rule = _first(rules, "time_zone")
    if rule is not None:
        return ZoneInfo(str(rule.time_zone)), _note(f"time zone {rule.time_zone}", rule, "start")
    rule = _first(rules, "location")
    site = rule.location.site if rule is not None and rule.location is not None else None
    name = local.zones.get(site) if site is not None else None
    return (ZoneInfo(name), _zone_of_site(name, str(site))) if name is not None else (None, None)


def _zone_of_site(name: str, site: str) -> Note:
    return Note(
        "assigned",
        said("time zone {name}, since the file does not say (site {site})", name=name, site=site),
        "start",
    )


def _end_before_start(record: dict[str, Any]) -> list[Note]:
    """A run over the hour that clocks repeat may end before it starts, as local times go: without their zone, its duration counts."""
    if str(record.get("end") or "~") > str(
        record.get("start") or ""
    ):  # as text they compare well enough to leave most alone
        return []
    start, end, seconds = naive(record.get("start")), naive(record.get("end")), _seconds(record.get("duration"))
    if start is None or end is None or seconds is None or end > start:
        return []
    if not is_clock_change(seconds - (end - start).total_seconds()):
        return []
    del record["end"]
    message = said(
        "its end, {end}, is not after its start, as happens when clocks are put back during a run; the end is not used, the duration counts",
        end=end.isoformat(),
    )
    return [Note("clock-fault", message, "end")]


def _seconds(stated: Any) -> float | None:
    """Seconds of a duration as a record states it; None where it states none that can be read."""
    try:
        return duration(stated)
    except ValueError:
        return None


def naive(text: Any) -> datetime | None:
    """A stamp that has no offset; None for all else."""
    try:
        stamp = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return stamp if stamp.tzinfo is None else None


def in_zone(reading: Reading, before: datetime | None, start: datetime | None) -> Reading:
    """The hours of a series whose stamps had no offset, once the zone is known by which the start was moved."""
    if not reading.naive or reading.shape is None or before is None or start is None or start.tzinfo is None:
        return reading
    offset = start.utcoffset()
    moved = round((offset.total_seconds() if offset is not None else 0.0) / 3600)
    return reading._replace(naive=False, shape=reading.shape._replace(first=reading.shape.first - moved))


def localised(run: Run, zones: Mapping[str, str]) -> tuple[Run, Note | None]:
    """A run with stamps that have no offset, in the time zone of its site where the profile states one."""
    site = run.location.site if run.location is not None else None
    name = zones.get(site) if site is not None else None
    if name is None:
        return run, None
    local = {f: s for f in ("start", "end") if (s := getattr(run, f)) is not None and s.tzinfo is None}
    if not local:
        return run, None
    note = Note(
        "assigned",
        said("time zone {name}, since the log does not say (site {site})", name=name, site=site),
        "start",
    )
    seconds = run.duration.value * 3600 if run.duration is not None else None
    placed = dict(zip(("start", "end"), span_in_zone(run.start, run.end, ZoneInfo(name), seconds), strict=True))
    return run.model_copy(update={field: placed[field] for field in local}), note


def joined(path: str, labels: Mapping[str, str], local: Local) -> str:
    """The id of the run to which a rule lays what this file holds; empty where none does."""
    if not local.rules:
        return ""
    return next((r.run for r in local.rules if r.run and _fits(path, r.match) and _labelled(labels, r.where)), "")


def is_separate(path: str, labels: Mapping[str, str], local: Local) -> bool:
    """Whether a rule says that equal machines of this file were several."""
    return any(r.separate_hosts and _fits(path, r.match) and _labelled(labels, r.where) for r in local.rules)


def _first(rules: Iterable[Assign], name: str) -> Assign | None:
    return next((rule for rule in rules if getattr(rule, name) is not None), None)


def _note(told: str, rule: Assign, field: str) -> Note:
    because = f": {rule.reason}" if rule.reason else ""
    return Note(
        "assigned",
        said(
            "{told}, since the file does not say (assign, {match}){because}",
            told=told,
            match=rule.match,
            because=because,
        ),
        field,
    )


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern)


def _labelled(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(fnmatchcase(labels.get(name, ""), pattern) for name, pattern in wanted.items())
