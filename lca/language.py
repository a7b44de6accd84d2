"""What a reader is told, in words that another language can take the place of: messages, numbers, lists.

English is what the code says, with placeholders by name: `said("{n} of {whole} lack a part", n=3, whole=8)`. What is said
below the report is English text that remembers its message and values; the report says it again in the language that it
is made in (`say`). Every other language is one file of messages (`lca.messages`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Protocol, TypeVar


class Language(Protocol):
    """What a language has to know; `lca.messages.Messages` does, and English needs none."""

    @property
    def asked(self) -> str:
        """How `--lang` names it."""

    @property
    def tag(self) -> str:
        """Its tag (BCP 47): `de`, `pt-BR`."""

    @property
    def title(self) -> str:
        """What the language calls itself."""

    @property
    def translated(self) -> int:
        """How many messages differ from the English."""

    @property
    def whole(self) -> int:
        """How many messages there are."""

    @property
    def direction(self) -> str:
        """Direction of its writing: `ltr` or `rtl`."""

    @property
    def letters(self) -> str:
        """Every sign that its messages use."""

    @property
    def small(self) -> bool:
        """Whether a noun begins with a small letter inside a sentence."""

    def text(self, message: str) -> str:
        """A message in this language; in English where it has none."""

    def plural(self, one: str, many: str, number: int) -> str:
        """A message that depends on a number, in the form of that number."""

    def number(self, text: str) -> str:
        """A number with this language's sign before the decimals."""

    def listed(self, items: list[str]) -> str:
        """`a, b and c`."""

    def day(self, value: date) -> str:
        """`22 November 2026`."""

    def month(self, value: date) -> str:
        """`November 2026`."""

    def country(self, code: str) -> str:
        """Name of a country by its code, empty where it is not known."""


_SPOKEN: ContextVar[Language | None] = ContextVar("language of the report that is being made", default=None)


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Say everything in a language, until the block ends; None is English."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language | None:
    """The language of the report that is being made; None is English."""
    return _SPOKEN.get()


class Said(str):
    """English text that can be said again in another language."""

    message: str
    values: dict[str, Any]

    def within(self, language: Language) -> str:
        """The same in a language."""
        return _filled(language.text(self.message), self.values, language)


class _Plural(Said):
    many: str
    number: int

    def within(self, language: Language) -> str:
        return _filled(language.plural(self.message, self.many, self.number), self.values, language)


class _Number(Said):
    def within(self, language: Language) -> str:
        return language.number(self.message)


class Joined(Said):
    """Texts one after the other."""

    parts: tuple[str, ...]

    def within(self, language: Language) -> str:
        return self.message.join(_within(p, language) for p in self.parts)


class _Listed(Joined):
    def within(self, language: Language) -> str:
        return language.listed([_within(p, language) for p in self.parts])


_S = TypeVar("_S", bound=Said)
_J = TypeVar("_J", bound=Joined)


def _within(value: Any, language: Language) -> Any:
    return value.within(language) if isinstance(value, Said) else value


#: a placeholder is a name in braces and nothing else: a message reaches into no value
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _filled(text: str, values: Mapping[str, Any], language: Language | None = None) -> str:
    if not values:
        return text
    return PLACEHOLDER.sub(lambda m: str(values[m[1]] if language is None else _within(values[m[1]], language)), text)


def said(message: str, /, **values: Any) -> Said:
    """A message in English, with its values in place of `{name}`: numbers and texts as a reader sees them."""
    return _made(Said, _filled(message, values), message, values)


def plural(number: int, one: str, many: str, /, **values: Any) -> Said:
    """A message that depends on a number: `one` for 1, `many` for others; other languages have other forms."""
    made = _made(_Plural, _filled(one if number == 1 else many, values), one, values)
    made.many, made.number = many, number
    return made


def number(text: str) -> str:
    """A number as a reader sees it, with a point before its decimals in English."""
    return _made(_Number, text, text, {}) if "." in text else text


def joined(between: str, parts: Iterable[str]) -> Said:
    """Texts one after the other, with the same sign between them."""
    return _of_parts(Joined, between, parts, between.join)


def listed(parts: Iterable[str]) -> Said:
    """`a, b and c`."""
    return _of_parts(_Listed, ", ", parts, _listed)


def _listed(held: tuple[str, ...]) -> str:
    return f"{', '.join(held[:-1])} and {held[-1]}" if len(held) > 1 else "".join(held)


def _of_parts(kind: type[_J], between: str, parts: Iterable[str], english: Callable[[tuple[str, ...]], str]) -> _J:
    held = tuple(parts)
    made = _made(kind, english(held), between, {})
    made.parts = held
    return made


def _made(kind: type[_S], text: str, message: str, values: dict[str, Any]) -> _S:
    made = kind(text)
    made.message, made.values = message, values
    return made


def again(value: str) -> str:
    """What was said in English where no language was known, in the language of the report; any other text as it is."""
    language = _SPOKEN.get()
    return value.within(language) if language is not None and isinstance(value, Said) else value


def say(message: str, /, **values: Any) -> str:
    """A message in the language of the report; what was said in English is said again."""
    language = _SPOKEN.get()
    made = message if isinstance(message, Said) else said(message, **values)
    return made if language is None else made.within(language)
