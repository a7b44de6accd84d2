"""What an adapter finds in a file, record by record: one that makes it fail is set aside, and the others count.

An adapter reads its file by `Log.lines`, `table`, `records` or `each`, which note where they stand. Where it fails, it begins
again without the record at which it stood; what it had given before is not given a second time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from lca.errors import Fault, shorten
from lca.ingest.formats import Adapter, Found, Note
from lca.ingest.log import Log
from lca.language import plural

#: what an adapter raises that was not written for what a file holds
BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    AssertionError,
    EOFError,
    zlib.error,
)
#: an adapter is begun again so often and no more: each time costs as much as reading the file
MOST = 10


def read(log: Log, adapter: Adapter) -> Iterator[Found | Fault | Note]:
    """All that the adapter finds. Raises InputError where the file cannot be read at all."""
    given = 0
    runs = 0
    for beginnings in range(MOST + 1):
        log.begin()
        number = 0
        try:
            for number, found in enumerate(adapter.read(log), start=1):
                if number > given:
                    given = number
                    runs += isinstance(found, Found)
                    yield found
        except BROKEN as error:
            why = f"{type(error).__name__}: {shorten(str(error), 120)}"
            place = log.leave_out() if beginnings < MOST else ""
            if not place:
                yield _failed(log, adapter, why, runs)
                return
            yield Fault(
                place, "", "", f"the adapter {adapter.format.name} failed on it ({why})",
                "Correct it; report it with the file if it is right.", "adapter-failed",
            )  # fmt: skip
        else:
            for file in (log, *log.taken):
                yield from file.faults
            return


def _failed(log: Log, adapter: Adapter, why: str, runs: int) -> Fault:
    kept = plural(
        runs, "the run read before is kept, but the rest of the file is not used",
        "the {n} runs read before are kept, but the rest of the file is not used", n=runs,
    )  # fmt: skip
    left = kept if runs else "nothing of the file is used"
    problem = f"the adapter {adapter.format.name} failed: {left} ({why})"
    return Fault(log.shown, "", "", problem, "Report it with the file; leave the file out meanwhile.", "adapter-failed")
