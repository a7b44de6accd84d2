"""How much memory this process may use, where a limit is set (`ulimit -v`): libraries that meet it end the process or hang."""

from __future__ import annotations

import math

#: bytes of addresses without which the libraries that every assessment needs cannot start, and those that set pages
LEAST, PAGES = 384 * 2**20, 960 * 2**20


def addresses() -> float:
    """Bytes of addresses that this process may use; infinite where there is no limit."""
    try:
        import resource
    except ImportError:  # no such limits on this system
        return math.inf
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if limit == resource.RLIM_INFINITY else float(limit)


def told(needed: int) -> str:
    """What is told where the limit is too low, in whole MiB."""
    return f"it needs {needed // 2**20} MiB of memory, and this process may use {addresses() / 2**20:.0f} MiB (ulimit -v). Allow it more."
