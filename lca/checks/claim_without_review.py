"""Words of the profile that claim a review, or conformity, of which no record says that somebody made it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="claim-without-review",
    severity="warning",
    looks_for="Words such as audited, verified, assured, certified, compliant or carbon neutral in statements of the profile that lists no review",
    why="A reader would take the report for reviewed. Only a record of the review, with who made it and by which standard, carries such a word.",
    remedy="List the review under reviews, or say it in other words.",
)

_CLAIMS = re.compile(
    r"\b(?:audited|verified|assured|certified|compliant|(?:carbon|climate)[- ]neutral|net[- ]zero)\b", re.IGNORECASE
)
#: parts of a profile whose texts go to print
_PRINTED = (
    "organisation",
    "report",
    "study",
    "models",
    "exclusions",
    "sign_off",
    "supplied",
    "functional_unit",
    "title",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Texts of the profile that hold such a word."""
    if a.profile.reviews:
        return
    quoted = a.profile.quoted()
    for part in _PRINTED:
        for path, text in _texts(part, quoted.get(part)):
            word = _CLAIMS.search(text)
            if word is not None:
                yield CHECK.at(
                    said("“{word}” in “{text}”, and no review is listed", word=word[0], text=shorten(text, 120)),
                    field=path,
                )


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(f"{path}.{key}", part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(f"{path}[{number}]", part)
