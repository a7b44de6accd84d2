"""Tags of runs, such as those of resources in bills: names and values without personal data, in `ext.tags`, for `--by tag:NAME`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

#: tags as pairs of name and value, sorted: what tells records apart must be hashable
Tags = tuple[tuple[str, str], ...]
#: tags of one resource that are kept, and characters of a name and a value
MOST, NAME, VALUE = 50, 128, 256
#: tags that providers set by themselves
_OF_PROVIDERS = re.compile(r"(?:aws|azure|gcp|goog|microsoft|ms-resource-usage|hidden-[a-z]+|oracle-tags|k8s-ns-label-goog)[:_/.-]", re.I)  # fmt: skip
#: names of tags whose values name a person or a host
_PERSONAL = re.compile(
    r"(?:^|[^a-z])(?:owner|user|username|login|creator|createdby|created_by|requester|requestedby|author|contact|e?mail|employee|person|"
    r"name|host|hostname|instance_?name|vm_?name|node)(?:$|[^a-z])", re.I,
)  # fmt: skip
#: values that name a person wherever they stand: addresses, home folders
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+|(?:^|[/\\])(?:home|users)[/\\]", re.I)


def hashed(text: str) -> str:
    """What stands in place of a value that names a person or a host: equal for equal values."""
    return f"#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def tags(pairs: Iterable[tuple[str, Any]], prefix: str = "user:") -> Tags:
    """Tags as users set them, without the prefix that says so; values that name persons or hosts are hashed.

    Those of providers and empty ones are left out.
    """
    out: dict[str, str] = {}
    for raw, value in pairs:
        if value is None or isinstance(value, (dict, list)):
            continue
        name, text = raw.strip().removeprefix(prefix)[:NAME], str(value).strip()[:VALUE]
        if not name or not text or text.lower() == "null" or _OF_PROVIDERS.match(name) or len(out) >= MOST:
            continue
        named = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
        out[hashed(name) if _ADDRESS.search(name) else name] = (
            hashed(text) if _PERSONAL.search(named) or _ADDRESS.search(text) else text
        )
    return tuple(sorted(out.items()))


@lru_cache(maxsize=65536)
def of_json(text: str, prefix: str = "user:") -> Tags | None:
    """Tags of a cell: an object, a list of `{"key": ..., "value": ...}`, or an object without its braces as Azure writes it.

    None where it is none of these.
    """
    if not text or text.lower() == "null":
        return ()
    made = None
    for form in (text, f"{{{text}}}"):
        try:
            made = json.loads(form)
            break
        except (ValueError, RecursionError):
            continue
    if isinstance(made, dict):
        return tags(made.items(), prefix)
    if isinstance(made, list):
        return tags([(str(one.get("key") or ""), one.get("value")) for one in made if isinstance(one, dict)], prefix)
    return None


def names(ext: Mapping[str, Any] | None) -> list[str]:
    """Names of the tags of a run, as `ext.tags` holds them."""
    held = (ext or {}).get("tags")
    return [str(name) for name in held] if isinstance(held, Mapping) else []


def of_run(ext: Mapping[str, Any] | None, name: str) -> str:
    """The value of a tag of a run, empty where it has none.

    A name counts in any case where none is there as written; a value that names a person is hashed.
    """
    held = (ext or {}).get("tags")
    if not isinstance(held, Mapping):
        return ""
    value = held.get(name)
    if value is None:
        value = next((v for n, v in sorted(held.items(), key=str) if str(n).lower() == name.lower()), None)
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = str(value)[:VALUE]
    return hashed(text) if _ADDRESS.search(text) else text
