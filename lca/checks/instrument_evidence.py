"""An instrument that is counted as claimed, without evidence or without a look at its market and period."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="instrument-evidence",
    severity="info",
    looks_for="An instrument that is counted as claimed, or whose market or period could not be compared with the consumption",
    why="A market-based claim needs proof of issue, tracking and retirement, in the market and time of the consumption.",
    remedy="Name the certificate, registry or contract in `evidence`, and state `market`, `start` and `end`.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Certificates, PPAs and supplier rates counted unchecked, and under `instrument_evidence: claimed` those without evidence."""
    yield from CHECK.of_instruments(a)
    if a.profile.instrument_evidence == "required":
        return  # `instrument-not-evidenced` tells
    for number, run in a.having("electricity"):
        for position, instrument in enumerate(run.electricity.instruments if run.electricity else ()):
            if instrument.type != "residual" and not instrument.evidence:
                yield from CHECK.per_run(
                    a,
                    [number],
                    said("the {type} states no evidence", type=instrument.type),
                    f"electricity.instruments[{position}].evidence",
                )
