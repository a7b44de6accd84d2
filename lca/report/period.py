"""What time a report covers: the profile's period or the local dates of its runs, and how much of it has no date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from lca.activity import as_utc, duration_hours
from lca.language import plural, say
from lca.report import numbers as n
from lca.run import Run

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: hours beyond which a stated duration moves no date: it is a slip, which findings tell
LONG = 1e6


def days(run: Run) -> list[date]:
    """First and last day of a run by the clock of its own time zone; fewer where it does not say."""
    start, end, hours = run.start, run.end, duration_hours(run)
    if hours is not None and hours < LONG:
        length = timedelta(hours=hours)
        end = _moved(start, length) if end is None else end
        start = _moved(end, -length) if start is None else start
    if start is not None and end is not None and as_utc(end) > as_utc(start):
        end -= timedelta(microseconds=1)  # a run that ends at midnight was last at work on the day before
    return [stamp.date() for stamp in (start, end) if stamp is not None]


def _moved(stamp: datetime | None, by: timedelta) -> datetime | None:
    try:
        return None if stamp is None else stamp + by
    except OverflowError:
        return None


def told(a: Assessment) -> str:
    """The profile's period, else the span of the runs that have a date."""
    if a.profile.period is not None:
        return n.span(n.day(a.profile.period.start), n.day(a.profile.period.end))
    found = [day for run in a.activities.runs for day in days(run)]
    if not found:
        return say("no dates stated")
    first, last = n.day(min(found)), n.day(max(found))
    span = first if first == last else n.span(first, last)
    return say("dated runs: {span}", span=span) if np.isnan(a.activities.year).any() else span


def undated(a: Assessment) -> str:
    """How much has no date, by energy or, where none of theirs is known, by runs; empty where all runs have one or none has."""
    without = np.isnan(a.activities.year)
    if not without.any() or (without.all() and a.profile.period is None):  # "no dates stated" says it
        return ""
    energy = np.nan_to_num(a.columns.get("facility_energy", np.zeros(a.rows)))
    if energy[without].sum() > 0:
        return say(
            "{share} of the energy has no date", share=n.share(float(energy[without].sum()), float(energy.sum()))
        )
    runs = len(set(a.activities.run_of_row[without].tolist()))
    total = len(a.activities.runs)
    return say(plural(
        runs, "{n} of {runs} has no date", "{n} of {runs} have no date", n=n.count(runs), runs=n.counted(total, "run"),
    ))  # fmt: skip
