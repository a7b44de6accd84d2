"""Why no energy follows from the work that a run states, where it states neither energy nor device hours."""

from __future__ import annotations

import numpy as np

from lca.activity import Activities
from lca.checked_fields import ZERO_TOLD
from lca.errors import shorten
from lca.language import joined, listed, plural, said

#: columns of work from which a proxy makes an energy
WORK = ("tokens_out", "tokens_trained", "stated_flops")


def size_unknown(activities: Activities) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows of a model of which neither the run nor the catalogue says how many parameters one token uses."""
    return np.isnan(activities.column("parameters_total")) | (
        np.isnan(activities.column("active_parameters")) & np.isnan(activities.column("is_dense"))
    )


def why(activities: Activities, name: str, row: int) -> str:
    """The reason in words; empty for another input than those of a proxy, and where a proxy had all that it needs."""
    number = activities.run_of_row[row]
    run = activities.runs[number]
    if run.work is None or not (name in WORK or name.startswith("metered_")):
        return ""
    none = [f"work.{unit}" for unit in ZERO_TOLD if getattr(run.work, unit) == 0]
    if none:
        return plural(
            len(none),
            "{fields} is 0, and from no work follows no energy",
            "{fields} are 0, and from no work follows no energy",
            fields=listed(none),
        )
    if np.isnan(activities.column("work_alone")[row]) or not (run.work.tokens_trained or run.work.flops):
        return ""
    lacking = []
    if not run.work.flops and size_unknown(activities)[row]:
        system = shorten(activities.systems[number])
        lacking.append(
            said(
                "the run does not state the parameters of {system}, and no model of the catalogue bears this name",
                system=f"{system!r}",
            )
            if np.isnan(activities.column("parameters_total")[row])
            else said(
                "{system} is a mixture of experts, and the run states its parameters without the active ones",
                system=f"{system!r}",
            )
        )
    if np.isnan(activities.column("peak_flops")[row]) and np.isnan(activities.column("stated_peak_flops")[row]):
        model = activities.devices[activities.device_of_row[row]][0]
        named = said("the run names no device of known peak rate: {model}", model=f"{shorten(model)!r}")
        lacking.append(named if model else said("the run names no device"))
    return joined("; ", lacking)
