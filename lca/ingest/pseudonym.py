"""What stands for the name of a machine, a person or a device in a run, so that the name itself is in no output."""

from __future__ import annotations

import hashlib


def pseudonym(name: str, length: int = 12) -> str:
    """The first hexadecimal digits of the sha256 of a name."""
    return hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:length]
