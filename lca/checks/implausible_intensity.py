"""A stated grid factor or water factor outside the range of any grid."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="implausible-intensity",
    severity="error",
    looks_for="A grid factor or water factor, stated, pinned or of a user's own set, outside the range of any grid",
    why="kg for g, or MWh for kWh, makes a factor of 1000.",
    remedy="Check the unit of the factor.",
)


#: IPCC AR5 Annex III: no technology above 2.2 kgCO2e/kWh (hydropower, maximum); WRI 2020: no grid above 60 L/kWh
HIGHEST_CO2E, HIGHEST_WATER = 2.5, 100.0
#: the same table: no technology below 1 gCO2e/kWh over its life cycle (hydropower, minimum); 0 is a claim and not a slip
LOWEST_CO2E = 0.001


#: grid factors that a profile pins, or that a set of the user's own gives
COLUMNS = ("grid_direct", "grid_lifecycle", "grid_stand_in")


def _grid(a: Evidence) -> Iterator[Finding]:
    """Pinned factors, and those of factor sets, that are 0 or more than any grid."""
    for column in COLUMNS:
        for use in a.uses(column):
            told = {"column": column, "value": as_written(use.factor.printed), "id": use.factor.id}
            if use.factor.value == 0:
                message = said("{column}: {value} ({id}): every grid emits something; state what a contract conveys as an instrument, for the market-based method", **told)  # fmt: skip
                yield from CHECK.per_run(a, runs_of(a, use.rows), message, column, "warning")
            elif use.factor.value > HIGHEST_CO2E:
                message = said("{column}: {value} ({id}) is above {limit} kgCO2e/kWh, more than any grid", limit=HIGHEST_CO2E, **told)  # fmt: skip
                yield from CHECK.per_run(a, runs_of(a, use.rows), message, column)


def find(a: Evidence) -> Iterator[Finding]:
    """Factors that runs state, pins and sets give, and those that declared figures imply."""
    yield from _grid(a)
    for _, run in a.having("declared"):
        told = run.declared or {}
        energy, co2e = told.get("energy") or told.get("facility_energy"), told.get("co2e") or told.get("use_co2e")
        if energy is not None and co2e is not None and energy.value > 0 and co2e.value > HIGHEST_CO2E * energy.value:
            yield CHECK.at(
                said("declared {co2e} for {energy} implies {value} kgCO2e/kWh, more than any grid", co2e=as_written(co2e.text), energy=as_written(energy.text), value=spelled(co2e.value / energy.value, 4)),
                run.id, "declared.co2e",
            )  # fmt: skip
    for _, run in a.having("wue"):
        wue = run.facility.wue if run.facility is not None else None
        if wue is not None and wue.value > HIGHEST_WATER:
            yield CHECK.at(
                said(
                    "{value} is above {limit} L/kWh",
                    value=as_written(wue.text),
                    limit=f"{HIGHEST_WATER:g}",
                ),
                run.id,
                "facility.wue",
            )
    for _, run in a.having("electricity"):
        stated = run.electricity
        if stated is None:
            continue
        if stated.factor is not None and stated.factor.value > HIGHEST_CO2E:
            yield CHECK.at(
                said(
                    "{value} is above {limit} kgCO2e/kWh, more than any grid",
                    value=as_written(stated.factor.text),
                    limit=HIGHEST_CO2E,
                ),
                run.id,
                "electricity.factor",
            )
        if stated.factor is not None and stated.factor.value == 0:
            message = said("{value}: every grid emits something; state what a contract conveys as an instrument, for the market-based method", value=as_written(stated.factor.text))  # fmt: skip
            yield CHECK.at(message, run.id, "electricity.factor", "warning")
        if stated.factor is not None and 0 < stated.factor.value < LOWEST_CO2E:
            yield CHECK.at(
                said(
                    "{value} is below {limit} gCO2e/kWh, less than any technology",
                    value=as_written(stated.factor.text),
                    limit=f"{LOWEST_CO2E * 1000:g}",
                ),
                run.id,
                "electricity.factor",
            )
        for position, instrument in enumerate(stated.instruments):
            for name in ("factor", "lifecycle_factor"):
                stated_here = getattr(instrument, name)
                if stated_here is not None and stated_here.value > HIGHEST_CO2E:
                    yield CHECK.at(
                        said(
                            "{value} is above {limit} kgCO2e/kWh",
                            value=as_written(stated_here.text),
                            limit=HIGHEST_CO2E,
                        ),
                        run.id,
                        f"electricity.instruments[{position}].{name}",
                    )
        if stated.water_factor is not None and stated.water_factor.value > HIGHEST_WATER:
            yield CHECK.at(
                said(
                    "{value} is above {limit} L/kWh",
                    value=as_written(stated.water_factor.text),
                    limit=f"{HIGHEST_WATER:g}",
                ),
                run.id,
                "electricity.water_factor",
            )
