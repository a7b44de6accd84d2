"""Trackable resources (TRES) as SLURM lists them: `cpu=8,gres/gpu:a100=2,node=1`, `gpu:a100:2`; the GPUs among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

GPU = re.compile(r"(?:gres/)?gpu(?::([^=:]+))?\Z")
PART_OF_GPU = re.compile(r"(?:gres/)?(?:shard|mps)(?::[^=:]+)?\Z")
_NAME = re.compile(r"[A-Za-z][^=\s]*\Z")
#: https://slurm.schedmd.com/tres.html
_KNOWN = re.compile(r"(?:billing|cpu|energy|mem|node|pages|vmem|(?:gres|license|bb|fs|ic)/.+|gpu(?::.+)?)\Z")


@lru_cache(maxsize=4096)
def _parts(text: str, is_cut: bool) -> tuple[tuple[str, str], ...]:
    parts = re.sub(r"\([^()]*\)", "", text).split(",")  # gpu:a100:2(IDX:0,3)
    if is_cut:
        parts.pop()  # gres/gpu=1+ may be 1 or 16
    pairs: list[tuple[str, str]] = []
    for part in (p.strip() for p in parts):
        name, is_pair, value = part.partition("=")
        if not is_pair:
            name, is_pair, value = part.removeprefix("gres:").removeprefix("gres/").rpartition(":")
            name = f"gres/{name}" if _NAME.match(name) else ""
        if not is_pair or not value or not _NAME.match(name) or any(name == other for other, _ in pairs):
            raise ValueError("not a list of resources")
        pairs.append((name, value))
    return tuple(pairs)


def tres_of(text: str, is_cut: bool = False) -> dict[str, str]:
    """Resources by name of `cpu=8,gres/gpu:a100=2` or `gpu:a100:2`; of a text that was cut off, those that are whole.

    Raises ValueError for what is no such list.
    """
    return dict(_parts(text, is_cut))


@lru_cache(maxsize=4096)
def unknown(names: tuple[str, ...]) -> tuple[str, ...]:
    """Resources that SLURM does not have."""
    return tuple(name for name in names if not _KNOWN.match(name))


def devices_of(tres: Mapping[str, str]) -> list[dict[str, Any]]:
    """GPUs by type. `gres/gpu=2,gres/gpu:a100=2` are two GPUs: what has a type is part of what has none.

    Raises ValueError for a number of GPUs that is none, and for fewer GPUs than those of its types.
    """
    typed: dict[str, int] = {}
    whole = None
    for name, value in tres.items():
        match = GPU.match(name)
        if match is None:
            continue
        if not (value.isascii() and value.isdigit() and int(value) < 10**7):
            raise ValueError("a number of GPUs that is no whole number of at least 0")
        if match[1]:
            typed[match[1]] = int(value)
        else:
            whole = int(value)
    known = sum(typed.values())
    if whole is not None and whole < known:
        raise ValueError("fewer GPUs than those of its types")
    devices = [{"kind": "gpu", "model": model, "count": count} for model, count in typed.items() if count]
    rest = (whole or 0) - known
    return devices + ([{"kind": "gpu", "count": rest}] if rest > 0 else [])
