"""YAML as data alone, in which each key stands once: the one reader of profiles, mappings, manifests and front matter.

YAML itself lets the last of two equal keys win, so that a line that somebody wrote would count for nothing without a word.
"""

from __future__ import annotations

from typing import Any

from lca.errors import shorten


class EqualKeys(ValueError):
    """A key that stands twice in one map."""


def load(text: str) -> Any:
    """The document, with its keys checked. Raises ValueError for all that is wrong with it; equal keys by name and line."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        _refuse_equal_keys(root)
        return loader.construct_document(root)
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {shorten(' '.join(str(error).split()), 160)}") from None
    except RecursionError:
        raise ValueError("not YAML: it is nested too deeply") from None
    except EqualKeys:
        raise
    except (
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:  # values that YAML allows and Python does not
        raise ValueError(f"not YAML: {shorten(str(error), 160)}") from None
    finally:
        loader.dispose()


def _refuse_equal_keys(root: Any) -> None:
    """Raise EqualKeys for the first key that stands twice in one map. What `<<` brings in may be written over."""
    seen: set[int] = set()
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if id(node) in seen or not isinstance(node.value, list):
            continue
        seen.add(id(node))
        lines: dict[tuple[str, str], int] = {}
        for child in node.value:
            if not isinstance(child, tuple):
                nodes.append(child)
                continue
            key, value = child
            nodes += (key, value)
            if not isinstance(key.value, str):
                continue
            line, name = key.start_mark.line + 1, (key.tag, key.value)
            if name in lines:
                raise EqualKeys(f"the key {shorten(key.value)!r} stands twice, in lines {lines[name]} and {line}")
            lines[name] = line
