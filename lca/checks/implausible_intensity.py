"""A stated grid factor or water factor outside the range of any grid."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.numerals import as_written, spelled

CHECK = Check(
    code="implausible-intensity",
    severity="error",
    looks_for="A stated grid factor or water factor outside the range of any grid",
    why="kg for g, or MWh for kWh, makes a factor of 1000.",
    remedy="Check the unit of the factor.",
)


#: IPCC AR5 Annex III: no technology above 2.2 kgCO2e/kWh (hydropower, maximum); WRI 2020: no grid above 60 L/kWh
HIGHEST_CO2E, HIGHEST_WATER = 2.5, 100.0
#: the same table: no technology below 1 gCO2e/kWh over its life cycle (hydropower, minimum); 0 is a claim and not a slip
LOWEST_CO2E = 0.001


def find(a: Evidence) -> Iterator[Finding]:
    """Factors that runs state, and those that their declared figures imply."""
    for _, run in a.having("declared"):
        told = run.declared or {}
        energy, co2e = told.get("energy") or told.get("facility_energy"), told.get("co2e") or told.get("use_co2e")
        if energy is not None and co2e is not None and energy.value > 0 and co2e.value > HIGHEST_CO2E * energy.value:
            yield CHECK.at(
                f"declared {as_written(co2e.text)} for {as_written(energy.text)} implies {spelled(co2e.value / energy.value, 4)} kgCO2e/kWh, more than any grid",
                run.id, "declared.co2e",
            )  # fmt: skip
    for _, run in a.having("wue"):
        wue = run.facility.wue if run.facility is not None else None
        if wue is not None and wue.value > HIGHEST_WATER:
            yield CHECK.at(f"{as_written(wue.text)} is above {HIGHEST_WATER:g} L/kWh", run.id, "facility.wue")
    for _, run in a.having("electricity"):
        stated = run.electricity
        if stated is None:
            continue
        if stated.factor is not None and stated.factor.value > HIGHEST_CO2E:
            yield CHECK.at(
                f"{as_written(stated.factor.text)} is above {HIGHEST_CO2E} kgCO2e/kWh, more than any grid",
                run.id,
                "electricity.factor",
            )
        if stated.factor is not None and 0 < stated.factor.value < LOWEST_CO2E:
            yield CHECK.at(
                f"{as_written(stated.factor.text)} is below {LOWEST_CO2E * 1000:g} gCO2e/kWh, less than any technology",
                run.id,
                "electricity.factor",
            )
        for position, instrument in enumerate(stated.instruments):
            for name in ("factor", "lifecycle_factor"):
                stated_here = getattr(instrument, name)
                if stated_here is not None and stated_here.value > HIGHEST_CO2E:
                    yield CHECK.at(
                        f"{as_written(stated_here.text)} is above {HIGHEST_CO2E} kgCO2e/kWh",
                        run.id,
                        f"electricity.instruments[{position}].{name}",
                    )
        if stated.water_factor is not None and stated.water_factor.value > HIGHEST_WATER:
            yield CHECK.at(
                f"{as_written(stated.water_factor.text)} is above {HIGHEST_WATER:g} L/kWh",
                run.id,
                "electricity.water_factor",
            )
