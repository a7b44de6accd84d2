"""Residual mixes that a run states: one per scope, never more than what other instruments leave, and told where they are not used."""

from __future__ import annotations

import pytest
from conftest import assess, findings, run, value

MIX = {"type": "residual", "factor": "500 g/kWh"}
WIND = {
    "type": "certificate", "technology": "wind", "factor": "0 g/kWh", "market": "FR", "start": "2023-01-01", "end": "2023-12-31",
    "evidence": "registry",
}  # fmt: skip
SECOND = "the residual mix is not counted: electricity.instruments[0] states that of the same consumption"
UNUSED = "the {} of the residual mix is not used: it covers all that other instruments leave"
EXCESS = "the residual mix exceeds what was left to cover by {}; the excess is dropped"

#: instruments -> (market-based kg of 100 kWh, all that is told of residual mixes)
CASES = {
    "one": ([MIX], 50.0, []),
    "one for the rest": ([WIND | {"share": 0.7}, MIX | {"share": 0.3}], 15.0, []),
    "two of 60 %": (
        [MIX | {"share": 0.6}, MIX | {"share": 0.6, "factor": "100 g/kWh"}], 50.0,
        [("error", "instrument-not-counted", "[1].factor", f"{SECOND}, and together the residual mixes state 120 % of it"),
         ("info", "instrument-not-counted", "[0].share", UNUSED.format("share")),
         ("warning", "instrument-excess", "[1].share", EXCESS.format("20 % of the consumption"))],
    ),
    "two of 80 kWh": (
        [MIX | {"energy": "80 kWh"}, MIX | {"energy": "80 kWh"}], 50.0,
        [("error", "instrument-not-counted", "[1].factor", SECOND),
         ("info", "instrument-not-counted", "[0].energy", UNUSED.format("energy")),
         ("warning", "instrument-excess", "[1].energy", EXCESS.format("60 kWh"))],
    ),
    "two that say nothing": ([MIX, MIX], 50.0, [("error", "instrument-not-counted", "[1].factor", SECOND)]),
    "beside a certificate": (
        [WIND | {"share": 0.7}, MIX | {"share": 0.7}], 15.0,
        [("warning", "instrument-excess", "[1].share", EXCESS.format("40 % of the consumption"))],
    ),
    "a part of the rest": ([MIX | {"share": 0.5}], 50.0, [("info", "instrument-not-counted", "[0].share", UNUSED.format("share"))]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_residual_mix_covers_the_remainder_once(name):
    instruments, kg, told = CASES[name]
    energy = [{"value": "100 kWh", "boundary": "facility", "method": "bill"}]
    a = assess(run(energy=energy, devices=[], electricity={"instruments": instruments}))
    assert value(a, "use_co2e_market") == pytest.approx(kg)
    found = [f for code in ("instrument-not-counted", "instrument-excess") for f in findings(a, code)]
    assert sorted((f.severity, f.code, f.field, f.message) for f in found) == [
        (severity, code, f"electricity.instruments{field}", message) for severity, code, field, message in told
    ]


def test_device_groups_in_two_markets_have_a_mix_each():
    groups = [
        {"model": "H100", "count": 1, "power": "1 kW", "power_boundary": "node", "location": {"country": c}}
        for c in ("FR", "DE")
    ]
    shown = {"start": "2023-01-01", "end": "2023-12-31", "evidence": "AIB 2023, table 2"}
    both = [MIX | shown | {"market": "FR"}, MIX | shown | {"market": "DE", "factor": "100 g/kWh"}]
    a = assess(run(devices=groups, location=None, facility={"pue": 1}, electricity={"instruments": both}))
    assert value(a, "use_co2e_market") == pytest.approx(5.0 + 1.0)
    assert not findings(a, "instrument-not-counted")
    assert not findings(a, "instrument-excess")
