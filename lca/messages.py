"""Languages, one file of messages each: `templates/languages/NAME.po` (gettext), or a user's own by its path.

English needs no file to be read: `en.po` is made from the code (`python tests/renew_messages.py`) and is what a translator
copies. Numbers, dates, lists and names of countries follow the locale of the file (Unicode CLDR, through Babel).
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lca import resources
from lca.errors import LanguageError, nearest, shorten
from lca.language import PLACEHOLDER

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages import Catalog, Message

ENGLISH, ENDING = "en", ".po"
#: the largest file that is read
_LARGEST = 8 << 20


@dataclass(frozen=True)
class Messages:
    """One language. `texts` are the messages that it translates, by the English one; forms in order where it has a plural."""

    asked: str  # how `--lang` names it, without the folders of a user's own file
    locale: Locale
    texts: Mapping[str, Sequence[str]]
    form: Callable[[int], int]  # number -> which form
    translated: int  # how many of the messages of lca differ from the English; a file may hold those of a user's own templates besides
    whole: int  # how many messages of lca there are

    @property
    def small(self) -> bool:
        """Whether a noun begins with a small letter inside a sentence."""
        return self.locale.language not in ("de", "lb", "nds")

    @property
    def tag(self) -> str:
        """Its tag (BCP 47): `de`, `pt-BR`."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self.locale.text_direction)

    @property
    def title(self) -> str:
        """What the language calls itself."""
        return str(self.locale.get_display_name(self.locale) or self.tag)

    @property
    def letters(self) -> str:
        """Every sign that its messages use."""
        return "".join(sorted({c for forms in self.texts.values() for text in forms for c in text}))

    def text(self, message: str) -> str:
        """A message in this language; in English where it has none."""
        return self.texts.get(message, (message,))[0]

    def plural(self, one: str, many: str, number: int) -> str:
        """A message that depends on a number, in the form of that number."""
        held = self.texts.get(one)
        if held is None:
            return one if number == 1 else many
        return held[min(self.form(number), len(held) - 1)]

    def number(self, text: str) -> str:
        """A number with this language's sign before the decimals."""
        return text.replace(".", str(self.locale.number_symbols["latn"]["decimal"]))

    def listed(self, items: list[str]) -> str:
        """`a, b and c`."""
        from babel.lists import format_list

        return format_list(items, locale=self.locale)

    def day(self, value: date) -> str:
        """`22 November 2026`."""
        from babel.dates import format_date

        return format_date(value, "long", locale=self.locale)

    def month(self, value: date) -> str:
        """`November 2026`."""
        from babel.dates import format_skeleton

        return format_skeleton("yMMMM", value, locale=self.locale)

    def country(self, code: str) -> str:
        """Name of a country by its code, empty where it is not known."""
        return str(self.locale.territories.get(code, ""))


def shipped() -> list[str]:
    """Names of the languages that come with lca, English first."""
    names = {p.stem for p in (resources.folder("templates") / "languages").glob(f"*{ENDING}")}
    return [ENGLISH, *sorted(names - {ENGLISH})]


def load(name: str, folder: Path | None = None) -> Messages | None:
    """A language by its name, or by the path of a file, from `folder` on; None for English, which the code holds.

    Raises LanguageError for a name that is neither, and for a file that cannot be used.
    """
    if name == ENGLISH:
        return None
    if name in shipped():
        return _read_once(path_of(name))
    path = Path(name) if folder is None else folder / name
    if name.endswith(ENDING) or path.is_file():
        return _read_once(path)
    near = nearest(name, shipped())
    hint = f"The nearest is {near}; use" if near else "Use"
    remedy = f"{hint} one of {', '.join(shipped())}, or the path of a file of your own: a translated copy of {path_of(ENGLISH)}."
    raise LanguageError(f"language {shorten(name)}", "no such language", remedy)


def path_of(name: str) -> Path:
    """The file of a language that comes with lca."""
    return resources.folder("templates") / "languages" / f"{name}{ENDING}"


def _read_once(path: Path) -> Messages:
    """A file as it is now: what was read before is taken again only while the file is the same."""
    try:
        now = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    return _read(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, *_: int) -> Messages:
    made = _catalogue(path)
    where = f"language file {path}"
    locale = made.locale
    if locale is None:
        found = str(made.locale_identifier or path.stem)
        raise LanguageError(
            where, "it does not say its language", "Write it into the head, such as Language: de.", shorten(found)
        )
    texts: dict[str, Sequence[str]] = {}
    for m in made:
        forms = (m.string,) if isinstance(m.string, str) else tuple(m.string or ("",))
        if not m.id or m.fuzzy or not all(forms):
            continue
        allowed = {name for text in _english(m) for name in PLACEHOLDER.findall(text)}
        for text in forms:
            unknown = sorted(set(PLACEHOLDER.findall(text)) - allowed)
            if unknown:
                fit = (
                    f"of its message alone: {', '.join(sorted(allowed))}"
                    if allowed
                    else "of its message, which has none"
                )
                at, problem = f"{where}, line {m.lineno}", "a placeholder that its message does not have"
                raise LanguageError(at, problem, f"Use those {fit}.", shorten(unknown[0]))
        texts[_english(m)[0]] = forms
    known = {_english(m)[0]: _english(m) for m in _catalogue(path_of(ENGLISH)) if m.id}
    own = sum(tuple(texts.get(message, english)) != english for message, english in known.items())
    asked = path.stem if path == path_of(path.stem) else path.name
    return Messages(asked, locale, texts, _form(made.plural_expr, where), own, len(known))


def _english(m: Message) -> tuple[str, ...]:
    return (m.id,) if isinstance(m.id, str) else tuple(m.id)


def _catalogue(path: Path) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    where = f"language file {path}"
    try:
        if path.stat().st_size > _LARGEST:
            raise LanguageError(where, f"larger than {_LARGEST >> 20} MiB", "Give a file of messages.")
        with path.open("rb") as file:
            return read_po(file, locale=None, abort_invalid=True)
    except OSError as error:
        raise _unreadable(path, error) from None
    except (PoFileError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        problem = f"it is no file of messages{f' (line {line})' if line else ''}"  # and not what stands in that line
        raise LanguageError(where, problem, f"Begin with a copy of {path_of(ENGLISH)}.") from None


def _unreadable(path: Path, error: OSError) -> LanguageError:
    problem = f"cannot be read: {error.strerror or error}"
    return LanguageError(f"language file {path}", problem, "Give the path of a file of messages.")


def _form(rule: str, where: str) -> Callable[[int], int]:
    """Which form goes with a number (gettext, Plural-Forms), tried before a report relies on it."""
    try:
        made: Callable[[int], int] = gettext.c2py(rule)
        for number in range(1000):
            made(number)
    except (ValueError, ArithmeticError, RecursionError):
        remedy = "Write that of the language, such as nplurals=2; plural=(n != 1);"
        raise LanguageError(where, "Plural-Forms in its head is no rule", remedy, shorten(rule)) from None
    return made
