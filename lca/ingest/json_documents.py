"""JSON documents that stand one after the other in a file, with or without other text between them."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONDecoder
from typing import Any

from lca.errors import InputError, shorten
from lca.ingest.log import CUT, DOCUMENT, Log
from lca.ingest.source import whole


def documents(log: Log) -> Iterator[Any]:
    """Each document. Raises InputError for one that is cut off or no JSON, after those before it."""
    try:
        with log.binary() as handle:
            data = whole(handle, DOCUMENT)
    except CUT as error:
        raise InputError(
            log.shown, f"not a whole file: {shorten(str(error), 120)}", "Compress or copy the file again."
        ) from None
    if len(data) > DOCUMENT:
        raise InputError(log.shown, f"a document of more than {DOCUMENT // 2**20} MiB", "Write JSON Lines.")
    text = data.decode(log.encoding, "replace")
    decoder, at = JSONDecoder(), 0
    while (at := _next(text, at)) < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            row = text.count("\n", 0, at) + 1
            raise InputError(
                f"{log.shown}: row {row}", "not JSON from here on", "Correct the text; the file may be cut off."
            ) from None
        yield document


def _next(text: str, at: int) -> int:
    """Where the next document begins: at a line that begins with a bracket, or right behind the one before."""
    while at < len(text):
        if text[at] in "[{":
            return at
        if text[at].isspace() or text[at] in ",\ufeff":
            at += 1
            continue
        end = text.find("\n", at)
        at = len(text) if end < 0 else end + 1
    return at
