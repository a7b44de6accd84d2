"""`assess`: from sources to an `Assessment`. Data flows one way: read, expand, look up, run the plan, summarise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca import checks, declared_totals, ingest, quantities
from lca.activity import INPUTS, Activities
from lca.catalogue import hourly, lookup, store
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.labels import require_group, row_labels
from lca.catalogue.lookups import LOOKUPS
from lca.catalogue.resolve import Resolved, resolve
from lca.catalogue.store import Catalogue
from lca.checks import Evidence, Finding
from lca.clock import clock
from lca.collector import no_collection
from lca.disclosure import catalogue as disclosure_catalogue
from lca.engine import (
    advice,
    allocation,
    attribution,
    gap_sizes,
    kernel,
    lifetime_use,
    loader,
    outside,
    parts,
    plan,
    quality,
    register,
    scope_1,
    series_devices,
    trace,
    uncertainty,
)
from lca.engine.advice import Sensitivity
from lca.engine.figures import Grouping, Summary
from lca.engine.ledger import lacking
from lca.engine.outside import Outside
from lca.engine.plan import Plan
from lca.engine.purchases import Bought, footprints
from lca.engine.reasons import Reasons
from lca.engine.roles import Roles, roles
from lca.errors import UnknownName, nearest, shorten
from lca.expand import expand_within
from lca.ingest import Origin, reader
from lca.ingest import expected as ingest_expected
from lca.ingest.assign import Local
from lca.profile import Profile, with_assigned, with_disclosures
from lca.profile import load as load_profile
from lca.shortfalls import Completeness

if TYPE_CHECKING:
    import pandas as pd

    from lca.claims import Claims

DEFAULT_BY = ("system", "stage")


@dataclass
class Assessment:
    """Figures, findings and trace of a set of runs under one profile."""

    intake: ingest.Intake
    activities: Activities
    resolved: Resolved
    profile: Profile
    catalogue: Catalogue
    devices: DeviceIndex
    plan: Plan
    columns: dict[str, NDArray[Any]]
    used: dict[str, NDArray[np.bool_]]  # quantity or input -> rows in which it contributes to a figure
    summary: Summary
    register: register.Register
    made: datetime
    attribution: attribution.Attribution
    bought: list[Bought] = field(default_factory=list)  # hardware purchases of the profile, with their footprints
    rules: Sequence[Any] = ()
    outside: Assessment | None = (
        None  # what the profile's period leaves out, by the same rules and factors: in no figure
    )
    completeness: Completeness | None = None  # what was expected against what was found, where something was expected
    _groupings: dict[tuple[str, ...], Grouping] = field(default_factory=dict)
    _figures: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Number of activities."""
        return self.activities.rows

    def grouping(self, by: Sequence[str]) -> Grouping:
        """Rows to groups. Raises UnknownName for a key by which nothing can be grouped."""
        for key in by:
            require_group(key, self.activities)
        if tuple(by) not in self._groupings:
            self._groupings[tuple(by)] = Grouping(
                by, lambda key: row_labels(self.activities, self.resolved, key), self.rows
            )
        return self._groupings[tuple(by)]

    @cached_property
    def why(self) -> Reasons:
        """Why rows lack a quantity."""
        return Reasons(
            self.plan,
            self.activities,
            self.resolved,
            self.columns,
            self.register,
            self.summary.pattern,
            self.profile.max_tier,
        )

    def reason(self, quantity: str, row: int) -> str:
        """Why a quantity is not determined in a row, or anything at all where no run counts."""
        return self.why.of(quantity, row) if self.rows else outside.nothing_inside(self.profile)

    def reasons(self, quantity: str, of: NDArray[np.bool_] | None = None) -> list[tuple[str, int]]:
        """Why rows lack a quantity or a part of it, and how many do so for each reason, the most frequent first."""
        return self.why.counted(quantity, of)

    def figure_list(self, by: Sequence[str] = DEFAULT_BY) -> list[dict[str, Any]]:
        """Figures per group, and those of the whole with an empty `by`."""
        key = tuple(by)
        if key not in self._figures:
            with no_collection():
                if self.rows:
                    mine = self.summary.figures(self.grouping(key), self.why)
                else:
                    mine = [] if key else self.summary.nothing(self.reason("", -1))
                self._figures[key] = [*mine, *self.figure_list(())] if key else self._weighed(mine)
        return self._figures[key]

    def _weighed(self, figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Figures of the whole with the share, by energy and by money, of the entries that lack them."""
        for f in figures:
            if f["missing"] and f["quantity"] in self.columns:
                energy, money = self.gap_sizes.shares(lacking(self.columns, f["quantity"], self.rows))
                f["missing_share"] = {"energy": energy, self.gap_sizes.money_key: money}
        return figures

    def figures(self, by: Sequence[str] = DEFAULT_BY) -> pd.DataFrame:
        """Figures as a frame: one row per group and quantity, the keys of the group as columns."""
        import pandas as pd

        by = [by] if isinstance(by, str) else list(by)
        rows = [
            {**{k: f["by"].get(k) for k in by}, **{k: v for k, v in f.items() if k != "by"}}
            for f in self.figure_list(by)
        ]
        return pd.DataFrame(rows)

    def total(self, quantity: str) -> dict[str, Any]:
        """The figure of the whole for one quantity."""
        return next(f for f in self.figure_list(()) if f["quantity"] == quantity)

    @cached_property
    def results(self) -> pd.DataFrame:
        """One row per run and device group: labels, quantities, and their trace beside them."""
        from lca.export.table import results_frame

        return results_frame(self)

    @property
    def findings(self) -> list[Finding]:
        """What was assumed or looks wrong, with the severities of the profile: errors first."""
        return self._judged[0]

    @property
    def findings_off(self) -> dict[str, int]:
        """How many findings there are of each code that the profile turns off."""
        return self._judged[1]

    @cached_property
    def _judged(self) -> tuple[list[Finding], dict[str, int]]:
        known = checks.catalogue()
        faults = [*self.intake.faults, *(self.completeness.faults if self.completeness else ())]
        found = [replace(known[f.code].at(str(f), field=f.field), count=f.count) for f in faults]
        found += checks.of_notes(self.intake.notes)
        found += checks.run_all(self.evidence)
        found += declared_totals.find(self)
        return checks.judge(found, self.profile)

    @cached_property
    def evidence(self) -> Evidence:
        """What checks look at."""
        return Evidence(
            self.activities.runs, self.activities, self.resolved, self.columns, self.plan, self.used, self.catalogue, self.devices, self.profile, self.reason, self.register.notes, self.attribution, self.completeness, self.left_out, self.bought,
        )  # fmt: skip

    @property
    def left_out(self) -> Outside | None:
        """What the period of the profile leaves out; None where it leaves out nothing."""
        return None if self.outside is None else Outside(self.outside.activities, self.outside.columns)

    def origin(self, number: int) -> Origin:
        """Where a run was read, by its number among those that count."""
        return self.intake.origins[self.activities.numbers[number]]

    @cached_property
    def roles(self) -> Roles:
        """Who reports each row, and in which scope or category it stands."""
        return roles(self.activities, self.resolved, self.profile)

    @cached_property
    def gap_sizes(self) -> gap_sizes.GapSizes:
        """What entries without a figure would add by the nearest proxy, and their weight by energy and money."""
        return gap_sizes.sizes(self.activities, self.resolved, self.columns, self.catalogue)

    @cached_property
    def burnt(self) -> list[scope_1.Burnt]:
        """Fuels and refrigerants of the profile with their emissions."""
        return scope_1.entries(self.profile, self.catalogue)

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """What makes the interval of the total as wide as it is, and what would narrow it."""
        return advice.examine(self)

    @cached_property
    def quality(self) -> quality.Quality | None:
        """Scores and grade of the data on which the total rests; None where no part of it is known."""
        return quality.examine(self)

    @cached_property
    def claims(self) -> Claims:
        """Claims that runs carry, put to the test under other accounting views."""
        from lca.claims import examine

        return examine(self)

    @cached_property
    def view_data(self) -> dict[str, Any]:
        """The views of this one inventory, the bridges between their totals, and the purchases (key `views` of the JSON)."""
        from lca.engine import views

        return views.build(self)

    def views(self) -> pd.DataFrame:
        """Lines of all views and steps of all bridges as a frame; `table` tells them apart."""
        import pandas as pd

        lines = [{"table": "line", **x} for x in self.view_data["lines"]]
        steps = [
            {"table": "bridge", "view": bridge["id"], **step}
            for bridge in self.view_data["bridges"]
            for step in bridge["steps"]
        ]
        return pd.DataFrame([*lines, *steps])

    @property
    def failed(self) -> bool:
        """Whether there are error findings or quarantined records (exit status 1)."""
        return (
            any(f.severity == "error" for f in self.findings)
            or any(i.quarantined for i in self.intake.inputs)
            or bool(self.completeness and self.completeness.faults)
        )

    def explain(self, run: str, quantity: str = "total_co2e") -> str:
        """One figure of one run re-derived: each rule, its inputs with units, each factor with its source."""
        from lca.engine.explain import explain

        return explain(self, run, quantity)

    def report(
        self, folder: str | os.PathLike[str] = "lca-report", formats: Sequence[str] = ("html", "pdf", "json", "csv"),
        language: str = "",
    ) -> dict[str, Path]:  # fmt: skip
        """Write the same files as `lca report`, in a language (`lca languages`). Returns the paths written, by format."""
        from lca.report.write import write

        with no_collection():
            return write(self, Path(folder), formats, language=language).files

    def as_dict(self, by: Sequence[str] = DEFAULT_BY) -> dict[str, Any]:
        """The assessment as `lca-assessment/1`."""
        from lca.export import document

        return document.build(self, by)

    def to_json(self, by: Sequence[str] = DEFAULT_BY) -> str:
        """`as_dict` as text; the same input gives the same bytes."""
        from lca.export import document

        with no_collection():
            return document.text(self, by)


def assess(
    sources: Any, profile: str | Path | dict[str, Any] | Profile = "default", factors: Iterable[str | Path] = (),
    rules: Iterable[str | Path] = (), now: datetime | None = None, progress: Callable[[str], None] | None = None,
    log_format: str = "", assign: Sequence[dict[str, Any]] = (), expect: Iterable[str | Path] = (), disclosures: Sequence[str] = (),
) -> Assessment:  # fmt: skip
    """Assess run logs: paths, globs, folders, dicts, `Run` objects or a DataFrame.

    `log_format` names the format of all files (`lca formats`); without it their content decides.
    `assign` are rules for what files in formats of others lack, before those of the profile.
    `factors` are folders of factor sets laid over the shipped ones, `rules` folders with rules of the user's own, which
    are executed. `expect` are lists of jobs, scheduler exports or bills with which the runs are compared, and which are never
    counted themselves. `disclosures` join those of the profile: identifiers (`lca disclosures`), or paths of templates of the
    user's own. Raises a subclass of `LcaError` where nothing can be assessed; what is wrong with single records is
    among the findings.
    """
    now = now or clock()
    chosen = with_disclosures(with_assigned(load_profile(profile), assign), disclosures)
    catalogue = store.load(factors, chosen.factor_sets.order, chosen.factor_sets.without)
    tell = progress or (lambda _: None)
    tell("reading")
    intake = ingest.Intake()
    with no_collection():
        runs = reader.stream(sources, now, intake, progress, log_format, Local.of(chosen))
        activities, beyond = expand_within(runs, chosen.locations(), chosen.within())
        reader.require(intake)
        expected = ingest_expected.read(expect, now, Local.of(chosen))
        held = loader.load(rules)
        made = of_activities(activities, intake, chosen, catalogue, held, now, tell)
        if beyond.rows:
            made.outside = of_activities(beyond, intake, chosen, catalogue, held, now)
        if expected:
            from lca.completeness import examine

            made.completeness = examine(made, expected)
        return made


def of_activities(
    activities: Activities, intake: ingest.Intake, profile: Profile, catalogue: Catalogue, rules: Sequence[Any],
    now: datetime, tell: Callable[[str], None] = lambda _: None,
) -> Assessment:  # fmt: skip
    """Assess what was read."""
    checks.judge((), profile)
    devices = DeviceIndex(catalogue.sets)
    choices = profile.choices()
    allocation.withhold(activities, profile.max_tier)
    lifetime_use.state(activities, profile)
    resolved = resolve(activities, catalogue, devices, [*(p[2] for p in choices.pins), *choices.sites.values()])
    series_devices.scale(activities)
    off = set(profile.rules_off)
    unknown = off - {r.id for r in rules}
    if unknown:
        name = sorted(unknown)[0]
        near = nearest(name, {r.id for r in rules})
        remedy = f"The nearest is {near}." if near else "`lca rules` lists them."
        raise UnknownName(f"profile {profile.id}: rules_off", "no such rule", remedy, shorten(name))
    allowed = plan.select(
        rules, off=off, max_tier=profile.max_tier,
        choices={"embodied_allocation": profile.embodied_allocation, "grid_matching": profile.grid_matching},
    )  # fmt: skip
    bought = footprints(profile, catalogue, devices, allowed, choices)
    scope_1.entries(profile, catalogue)  # a fuel or refrigerant that nobody knows ends here
    given = {*INPUTS, *(n.column for n in LOOKUPS), "wue_facility", *catalogue.quantities, *attribution.COLUMNS}
    given |= {r.gives for r in rules}  # a quantity whose rules the profile rules out is not determined, not unknown
    asked = [q for q in disclosure_catalogue.quantities(profile.disclosures) if any(r.gives == q for r in allowed)]
    made = plan.make(dict.fromkeys([*quantities.NAMES, *asked]), allowed, given)
    tell("looking up factors")
    contracts = register.Register(activities, resolved, profile, catalogue, choices)
    lookup.look_up(activities, resolved, choices, made.inputs, catalogue)
    production = plan.make(["device_embodied"], allowed, given)
    parts.place(
        activities,
        resolved,
        lambda: kernel.run(activities.columns, production).get("device_embodied"),
    )
    hourly.match(activities, resolved, choices, catalogue, made.inputs, profile.grid_matching == "hourly")
    allocation.share_run_values(activities)
    used_alone: dict[str, NDArray[Any]] = {}
    if contracts.entries:
        needed = plan.make(["facility_energy", "use_co2e_location"], allowed, given)
        used_alone = kernel.run(activities.columns, needed)
    contracts.match(used_alone.get("facility_energy"), used_alone.get("use_co2e_location"))
    tell("computing")
    results = kernel.run(activities.columns, made)
    moved = attribution.apply(activities, made, results, profile)
    used = trace.used(made, results, [q for q in quantities.NAMES if q in results])
    sampler = uncertainty.prepare(
        activities, resolved, made, results, used, catalogue, uncertainty.Draws(*profile.uncertainty.draw())
    )
    attribution.follow(sampler, moved, activities.rows)
    ids = [f.id for f in resolved.factors]
    summary = Summary(made, activities.columns, results, sampler, ids, activities.piece_of_row)
    return Assessment(
        intake, activities, resolved, profile, catalogue, devices, made, results, used, summary, contracts, now, moved, bought, rules,
    )  # fmt: skip
