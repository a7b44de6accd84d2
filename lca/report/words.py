"""Names that a reader sees: stages, tiers, levels; and names from logs, made harmless and short."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from lca.quantities import BY_NAME

#: stage -> (name, colour); distinguishable by colour-blind readers and, by their lightness, in grey print
STAGES: dict[str, tuple[str, str]] = {
    "training": ("Training", "#0b5c8f"),
    "finetuning": ("Fine-tuning", "#5fa3cf"),
    "experimentation": ("Experimentation", "#b7cfe0"),
    "idle": ("Idle", "#8aa2b5"),
    "inference": ("Inference", "#3c8f7c"),
    "evaluation": ("Evaluation", "#243b50"),
    "data": ("Data", "#a68cc0"),
}
ORDER = ("data", "experimentation", "training", "finetuning", "evaluation", "inference", "idle")
EMBODIED, END_OF_LIFE = "#d08a1e", "#8a5414"
TIERS = {
    1: ("measured", "metered energy, published factors", "#0b5c8f"),
    2: ("modelled", "modelled from the run's own data", "#5b93b9"),
    3: ("rated", "stated or rated, not measured", "#a9c3d6"),
    4: ("default", "from averages, proxies and defaults", "#dfe5ea"),
}
EVIDENCE = {
    "A": "the publisher's own file, or a pinned copy of it",
    "B": "a full transcription of the source",
    "C": "quoted by secondary sources: confirm at the source before relying on it",
    "own": "stated by the profile",
}
#: the lightest and the darkest colours need another on a dark ground
DARK = {
    "#0b5c8f": "#2f86c4", "#5fa3cf": "#8ccaf5", "#b7cfe0": "#546a7c", "#243b50": "#f0f4f7", "#8a5414": "#b07a35",
    "#5b93b9": "#7fa6c0", "#a9c3d6": "#566b7b", "#dfe5ea": "#39434c",
}  # fmt: skip


def stage(name: str) -> str:
    """A stage as a reader calls it."""
    return STAGES[name][0] if name in STAGES else name


def quantity(name: str) -> str:
    """A quantity as a reader calls it."""
    return BY_NAME[name].label if name in BY_NAME else name


def plain(text: str) -> str:
    """Text without control and direction-changing characters, each a space."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def clean(text: str, limit: int = 90) -> str:
    """Text from a log for print: no control or direction-changing characters, at most `limit` characters."""
    kept = re.sub(" +", " ", plain(text[: limit * 4])).strip()  # narrow spaces stay: they hold numbers together
    return kept if len(kept) <= limit and len(text) <= limit * 4 else f"{kept[: limit - 1]}…"


@cache
def country(code: str) -> str:
    """Name of a country by its code; what is no code stands for itself."""
    import pycountry

    found = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    return clean(getattr(found, "common_name", None) or found.name, 60) if found is not None else clean(code, 60)
