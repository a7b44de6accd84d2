"""The register as data: key `instruments` of the views."""

from __future__ import annotations

from typing import Any

from lca.engine.register.criteria import CRITERIA
from lca.engine.register.entries import named
from lca.engine.register.register import Line, Register
from lca.instrument import day


def as_data(register: Register) -> list[dict[str, Any]]:
    """One entry per instrument: what it is, what it covered, which criteria it meets, and why it counts or not."""
    return [_line(register, line) for line in register.lines]


def _line(register: Register, line: Line) -> dict[str, Any]:
    instrument, rates = line.entry.instrument, line.rates
    market = instrument.market or ""
    area = register.markets.area(market)
    made: dict[str, Any] = {
        "type": instrument.type,
        "technology": rates.technology or None,
        "market": instrument.market,
        "area": register.markets.name(area) if market else None,
        "start": day(instrument.start) or None,
        "end": day(instrument.end, last=True) or None,
        "energy": instrument.energy.value if instrument.energy is not None else None,
        "share": instrument.share.value if instrument.share is not None else None,
        "covered": line.covered,
        "unit": "kWh",
        "factor": rates.direct.value if rates.direct is not None else None,
        "factor_source": _source(register, rates.direct),
        "lifecycle_factor": rates.lifecycle.value if rates.lifecycle is not None else None,
        "lifecycle_low": _bound(rates.lifecycle, "low"),
        "lifecycle_high": _bound(rates.lifecycle, "high"),
        "lifecycle_source": _source(register, rates.lifecycle),
        "evidence": instrument.evidence,
        "serials": instrument.serials,
        "retired": str(instrument.retired) if instrument.retired not in (None, True, False) else instrument.retired,
        "stated_in": named(line.entry.places, register.activities),
        "counted": line.is_counted,
        "reason": line.why or None,
        "criteria": [{"number": n, "asks": CRITERIA[n], "state": state} for n, state in line.criteria.items()],
    }
    return made


def _source(register: Register, intensity: Any) -> str | None:
    if intensity is None:
        return None
    return register.resolved.factors[intensity.factor].id if intensity.factor >= 0 else "stated"


def _bound(intensity: Any, name: str) -> float | None:
    value = getattr(intensity, name) if intensity is not None else None
    return value if value == value else None
