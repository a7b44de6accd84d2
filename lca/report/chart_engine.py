"""Whether the engine that draws charts can start here: it ends the whole process where its memory is limited too far.

It reserves some gigabytes of addresses at its start. Under a limit (`ulimit -v`) it is tried in a process of its own first.
"""

from __future__ import annotations

import math
import subprocess
import sys
from functools import cache

from lca import limits
from lca.language import said

#: what the process that tries the engine does: as many addresses are in use as here, and one chart is drawn
_TRIAL = """
import mmap, sys
held = mmap.mmap(-1, max(int(sys.argv[1]), 1))
import vl_convert
vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "bar"})
"""
#: s; a trial that takes longer has failed
_PATIENCE = 10


@cache
def hindrance() -> str:
    """Why no charts can be drawn, and what to do; empty where they can."""
    if sys.flags.optimize > 1:
        return said("the engine that draws charts does not run under -OO. Run without it.")
    if limits.addresses() == math.inf:
        return ""
    told = said("the engine that draws charts needs more memory than this process may use. Allow it more.")
    try:
        trial = [sys.executable, "-c", _TRIAL, str(_addresses())]
        done = subprocess.run(trial, capture_output=True, timeout=_PATIENCE, check=False)
        return "" if done.returncode == 0 else told
    except (OSError, subprocess.SubprocessError, MemoryError):
        return told


def _addresses() -> int:
    """Bytes of addresses that this process uses; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            import mmap

            return int(file.read().split()[0]) * mmap.PAGESIZE
    except (OSError, ValueError, IndexError):
        return 0
