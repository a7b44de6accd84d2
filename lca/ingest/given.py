"""The files that were given, by folder: what a file may name beside itself. Nothing else is ever opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

#: signs that make a pattern of a name
GLOB = re.compile(r"[*?\[]")


class Given:
    """The files that were given, by folder."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._folders: dict[str, list[str]] = {}
        for path in paths:
            self._folders.setdefault(os.path.normpath(os.path.dirname(path)), []).append(path)

    def within(self, folder: str, below: bool) -> list[str]:
        """The files of a folder, or those of all folders below it too, sorted."""
        if not below:
            return sorted(self._folders.get(folder, []))
        prefix = "" if folder == os.curdir else folder + os.sep
        return sorted(
            path
            for base, paths in self._folders.items()
            if (base + os.sep).startswith(prefix) and (prefix or not os.path.isabs(base))
            for path in paths
        )

    def fitting(self, folder: str, pattern: str) -> list[str]:
        """The files whose path from a folder fits a pattern whose folders are patterns too, such as `node-*/power.csv`, sorted."""
        parts = pattern.split("/")
        fixed = next(n for n, part in enumerate(parts) if GLOB.search(part))
        root = os.path.normpath(os.path.join(folder, *parts[:fixed]))
        return [
            path
            for path in self.within(root, below=True)
            if _path_fits(os.path.relpath(path, root).split(os.sep), parts[fixed:])
        ]


def _path_fits(parts: list[str], patterns: list[str]) -> bool:
    """Whether folders and name of a path fit as many patterns; `**` stands for any number of folders."""
    if not patterns or not parts:
        return not patterns and not parts
    if patterns[0] == "**" and len(patterns) > 1:
        return any(_path_fits(parts[n:], patterns[1:]) for n in range(len(parts)))
    return fnmatchcase(parts[0], patterns[0]) and _path_fits(parts[1:], patterns[1:])
