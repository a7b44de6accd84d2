"""Names that a reader sees: stages, tiers, levels; and names from logs, made harmless and short."""

from __future__ import annotations

import re
import unicodedata

from lca.catalogue.labels import NOT_STATED
from lca.language import said, say, spoken
from lca.quantities import BY_NAME
from lca.territories import USER_ASSIGNED

#: stage -> (name, colour); distinguishable by colour-blind readers and, by their lightness, in grey print
STAGES: dict[str, tuple[str, str]] = {
    "training": (said("Training"), "#0b5c8f"),
    "finetuning": (said("Fine-tuning"), "#5fa3cf"),
    "experimentation": (said("Experimentation"), "#b7cfe0"),
    "idle": (said("Idle"), "#8aa2b5"),
    "inference": (said("Inference"), "#3c8f7c"),
    "evaluation": (said("Evaluation"), "#243b50"),
    "data": (said("Data"), "#a68cc0"),
}
ORDER = ("data", "experimentation", "training", "finetuning", "evaluation", "inference", "idle")
EMBODIED, END_OF_LIFE = "#d08a1e", "#8a5414"
TIERS = {
    1: (said("measured"), said("metered energy, published factors"), "#0b5c8f"),
    2: (said("modelled"), said("modelled from the run's own data"), "#5b93b9"),
    3: (said("rated"), said("stated or rated, not measured"), "#a9c3d6"),
    4: (said("default"), said("from averages, proxies and defaults"), "#dfe5ea"),
}
EVIDENCE = {
    "A": said("the publisher's own file, or a pinned copy of it"),
    "B": said("a full transcription of the source"),
    "C": said("quoted by secondary sources: confirm at the source before relying on it"),
    "own": said("stated by the profile"),
}
#: the lightest and the darkest colours need another on a dark ground
DARK = {
    "#0b5c8f": "#2f86c4", "#5fa3cf": "#8ccaf5", "#b7cfe0": "#546a7c", "#243b50": "#f0f4f7", "#8a5414": "#b07a35",
    "#5b93b9": "#7fa6c0", "#a9c3d6": "#566b7b", "#dfe5ea": "#39434c",
}  # fmt: skip


def stage(name: str) -> str:
    """A stage as a reader calls it."""
    return say(STAGES[name][0]) if name in STAGES else name


#: choices of a profile, as a reader calls them
WAYS = {
    "reserved-time": said("reserved time"), "energy": said("energy"), "active-time": said("active time"), "energy-share": said("energy share"),
    "none": said("none"),
}  # fmt: skip


#: functional units, as the head of a column “Per” goes on
PER = {
    "request": said("request"), "1k_tokens_out": said("1,000 output tokens"), "1k_tokens_in": said("1,000 input tokens"),
    "1k_tokens_trained": said("1,000 tokens trained"), "sample": said("sample"), "image": said("image"), "flop": said("FLOP"),
    "parameter": said("parameter"),
}  # fmt: skip
#: amounts of work, as a reader calls them
WORK = {
    "requests": said("requests"), "tokens_in": said("input tokens"), "tokens_out": said("output tokens"), "tokens_trained": said("trained tokens"),
    "samples": said("samples"), "images": said("images"), "flops": said("flops"), "parameters": said("parameters"),
}  # fmt: skip


def work(name: str) -> str:
    """An amount of work as a reader calls it."""
    return say(WORK.get(name, name.replace("_", " ")))


def way(choice: str) -> str:
    """A choice of the profile as a reader calls it."""
    return say(WAYS.get(choice, choice.replace("-", " ")))


def group(label: str) -> str:
    """The label of a group that has no name of its own, or that of a log."""
    return say(NOT_STATED) if label == NOT_STATED else label


def small(text: str) -> str:
    """A label as it stands inside a sentence: with a small letter, unless it begins with an abbreviation, or the language keeps it."""
    language = spoken()
    return text if text[:2].isupper() or (language is not None and not language.small) else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """A text as it stands at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def quantity(name: str) -> str:
    """A quantity as a reader calls it."""
    return say(BY_NAME[name].label) if name in BY_NAME else name


def plain(text: str) -> str:
    """Text without control and direction-changing characters, each a space."""
    if text.isprintable():  # most texts: nothing to look for sign by sign
        return text
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def clean(text: str, limit: int = 90) -> str:
    """Text from a log for print: no control or direction-changing characters, at most `limit` characters."""
    kept = re.sub(" +", " ", plain(text[: limit * 4])).strip()  # narrow spaces stay: they hold numbers together
    return kept if len(kept) <= limit and len(text) <= limit * 4 else f"{kept[: limit - 1]}…"


def country(code: str) -> str:
    """Name of a country by its code; what is no code stands for itself."""
    import pycountry

    language = spoken()
    if language is not None and (name := language.country(code)):
        return name
    if code in USER_ASSIGNED:
        return USER_ASSIGNED[code][1]
    found = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    return clean(getattr(found, "common_name", None) or found.name, 60) if found is not None else clean(code, 60)
