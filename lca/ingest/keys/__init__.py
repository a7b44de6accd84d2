"""What counts once: one pass over the keys of all records of all inputs, before anything is computed.

Each module decides one kind, from small keys alone and whatever the format: `copies` (a file that is another one, or the begin of
it), `states` (several records of one job or run), `exports` (rows that stand in two exports), `groupings` (usage that two exports
group differently), `parts` (what belongs to
another run), `samples` (logs of one device that name none), `machines` (one machine measured by several). Nothing depends on the order of files.
"""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest import Intake
from lca.ingest.keys import copies as copies
from lca.ingest.keys import exports, groupings, machines, parts, samples, states
from lca.ingest.record import Record


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records that count, in their order; what is superseded, shared or laid elsewhere is told in `intake`."""
    kept = exports.settle(records, intake)
    kept = groupings.settle(kept, intake)
    kept = states.settle(kept, intake)
    kept = parts.settle(kept, intake)
    return machines.settle(samples.settle(kept), intake)
