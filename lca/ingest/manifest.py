"""Manifests in YAML, read as data alone and within bounds."""

from __future__ import annotations

from typing import Any

from lca import strict_yaml
from lca.errors import InputError, shorten
from lca.ingest.log import Log

#: bytes of a document; nodes that refer to others; levels: what is beyond is no manifest but an attack on its reader
LARGEST, ALIASES, DEEPEST = 8 * 2**20, 1000, 64


def document(log: Log) -> Any:
    """The document, read as data alone."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with log.binary() as handle:
        data = handle.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(log.shown, f"a manifest of more than {LARGEST // 2**20} MiB", "Split the manifest.")
    text = data.decode(log.encoding, "replace")
    try:
        aliases = depth = 0
        for event in yaml.parse(text, Loader=loader):
            aliases += isinstance(event, yaml.AliasEvent)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if aliases > ALIASES or depth > DEEPEST:
                told = f"more than {ALIASES} aliases" if aliases > ALIASES else f"more than {DEEPEST} levels"
                raise InputError(log.shown, told, "Write the manifest without aliases, or flatter.")
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<":
                raise InputError(log.shown, "merge keys (<<), which can grow without bound", "Write the values out.")
        return strict_yaml.load(text)
    except ValueError as error:
        raise InputError(log.shown, str(error), "Correct the text; the file may be cut off.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(log.shown, f"not YAML: {shorten(' '.join(str(error).split()), 160)}", "Correct the text; the file may be cut off.") from None  # fmt: skip
