"""One class per fault that a user can cause. Each says where, what was found, what was tried and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    import difflib


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one input.

    Attributes: `where` file, row and run as text; `field` path such as ``devices[0].power``; `found` the offending
    text, shortened; `problem` what is wrong with it; `remedy` what to do; `count` how many records it concerns; `lines`
    how many lines of the file it sets aside where that is another number: 0 for what is wrong with the file as a whole.
    """

    where: str
    field: str
    found: str
    problem: str
    remedy: str
    code: str = "invalid-run"
    count: int = 1
    lines: int | None = None

    def __str__(self) -> str:
        place = f"{self.where}: {self.field}" if self.field else self.where
        found = f" (found {self.found})" if self.found else ""
        return f"{place}: {self.problem}{found}. {self.remedy}"


class LcaError(Exception):
    """Base of all faults that end a command with status 2."""

    def __init__(self, where: str, problem: str, remedy: str, found: str = "") -> None:
        self.fault = Fault(where=where, field="", found=found, problem=problem, remedy=remedy, code=self.code)
        super().__init__(str(self.fault))

    code = "cannot-run"


class InputError(LcaError):
    """A file or folder that cannot be read at all."""

    code = "unreadable-input"


class FactorError(LcaError):
    """A factor set that is broken or contradicts itself."""

    code = "broken-factor-set"


class ProfileError(LcaError):
    """A profile that is broken or names something unknown."""

    code = "broken-profile"


class RuleError(LcaError):
    """A rule that does not meet the requirements of its declaration, or a ring among rules."""

    code = "broken-rule"


class UnknownName(LcaError):
    """A run, quantity, rule, factor or device that does not exist."""

    code = "unknown-name"


class OutputError(LcaError):
    """A file that cannot be written."""

    code = "unwritable-output"


def printable(text: str) -> str:
    """Text on one line whose control characters are written out, so that they steer no terminal; a name of a file need not be text."""
    return "".join(
        c if c.isprintable() or category(c) == "Zs" else c.encode("unicode_escape").decode("ascii") for c in text
    )


def shorten(value: object, limit: int = 60) -> str:
    """Text of a value for a message: at most `limit` characters, control characters made visible."""
    text = value if isinstance(value, str) else repr(value)
    text = text[: limit + 1].encode("unicode_escape").decode("ascii") if not text[:limit].isprintable() else text
    return text if len(text) <= limit else text[:limit] + "..."


#: names that share less are not suggested: they would send a reader astray
_ALIKE = 0.7
#: how alike a name is to one of which it is a part
_PART = 0.9


def nearest(name: str, names: Collection[str]) -> str:
    """The known name closest to `name`, or an empty string where none is alike."""
    hits = alike(name, names, 1)
    return hits[0] if hits else ""


def alike(name: str, names: Collection[str], limit: int) -> list[str]:
    """Known names that share most of their letters with `name`, in its order or in another order of its words."""
    import difflib

    wanted = name[:200].lower()
    words = _words(wanted)
    whole, by_word = (difflib.SequenceMatcher(None, "", text) for text in (wanted, " ".join(words)))
    found = {}
    for known in names:
        own = _words(known.lower())
        score = max(_likeness(whole, known.lower()), _likeness(by_word, " ".join(own)))
        if len(wanted) > 3 and words and set(words) <= set(own):  # a part of a longer name, written out in full
            score = max(score, _PART)
        if score >= _ALIKE:
            found[known] = score
    return sorted(found, key=lambda n: (-found[n], n))[:limit]


def _likeness(matcher: difflib.SequenceMatcher[str], text: str) -> float:
    matcher.set_seq1(text)
    close = matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE
    return matcher.ratio() if close else 0.0


def _words(name: str) -> list[str]:
    return sorted(w for w in re.split(r"[^a-z0-9.]+", name) if w)


class UserTemplateError(LcaError):
    """A template of a disclosure that cannot be read or does not render."""

    code = "broken-template"


class LanguageError(LcaError):
    """A language that there is none of, or a file of messages that cannot be used."""

    code = "broken-language"
