"""The time at which something is assessed."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from lca.errors import InputError


def clock() -> datetime:
    """Now, or the time that SOURCE_DATE_EPOCH fixes so that results can be made again."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError):
        raise InputError(
            "SOURCE_DATE_EPOCH", "not a number of seconds since 1970", "Correct or unset it.", fixed[:40]
        ) from None
