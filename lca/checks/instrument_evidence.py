"""An instrument without evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-evidence",
    severity="info",
    looks_for="An instrument without evidence",
    why="A market-based claim needs proof of issue, tracking and retirement.",
    remedy="Name the certificate, registry or contract in `evidence`.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Certificates, PPAs and supplier rates without evidence."""
    for number, run in a.having("electricity"):
        for position, instrument in enumerate(run.electricity.instruments if run.electricity else ()):
            if instrument.type != "residual" and not instrument.evidence:
                yield from CHECK.per_run(
                    a,
                    [number],
                    f"the {instrument.type} states no evidence",
                    f"electricity.instruments[{position}].evidence",
                )
