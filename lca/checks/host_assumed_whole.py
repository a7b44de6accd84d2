"""Servers counted as held whole because the run does not say."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="host-assumed-whole",
    severity="info",
    looks_for="Servers counted as held whole because the run does not say",
    why="A shared server belongs to several runs.",
    remedy="State host.exclusive.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs that state servers and not whether they were shared."""
    numbers = [
        n for n, r in a.having("host") if r.host is not None and r.host.count is not None and r.host.exclusive is None
    ]
    yield from CHECK.per_run(a, numbers, said("the servers are counted as held whole for the run"), "host.exclusive")
