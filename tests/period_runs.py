"""Runs in time for the tests of periods, and the profiles that cut them."""

from __future__ import annotations

from conftest import assess, value

from lca.activity import duration_hours
from lca.numerals import spelled
from lca.run import Run
from lca.time_parts import divide

#: quantities that parts of a run share out among them
ADDITIVE = ("device_hours", "it_energy", "facility_energy", "embodied_co2e", "end_of_life_co2e", "training_flops")


def bill(id="r", /, start="2023-12-17T00:00:00Z", end="2024-01-16T00:00:00Z", kwh=1000.0, country="PL", **fields):
    """A run of so much energy at the facility; 15 of its 30 days lie in each year."""
    made = {
        "schema": "lca-run/1", "id": id, "system": "Model A", "stage": "training", "start": start, "end": end,
        "location": {"country": country}, "energy": [{"value": f"{kwh!r} kWh", "boundary": "facility", "method": "bill"}],
    }  # fmt: skip
    return {k: v for k, v in (made | fields).items() if v is not None}


def of(first, last, **more):
    """A profile with a period."""
    return {"id": "p", "period": {"start": first, "end": last}, **more}


Y2024 = of("2024-01-01", "2024-12-31")


def in_total(*logs, **by):
    """The life-cycle total of runs without a period, as a message spells it."""
    return spelled(value(assess(*logs), "total_co2e", **by), 4)


def parts(log):
    """The parts in time of a run."""
    made = Run.model_validate(log)
    return divide(made, duration_hours(made))
