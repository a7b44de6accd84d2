"""A stated grid factor or water factor outside the range of any grid."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="implausible-intensity",
    severity="error",
    looks_for="A stated grid factor or water factor outside the range of any grid",
    why="kg for g, or MWh for kWh, makes a factor of 1000.",
    remedy="Check the unit of the factor.",
)


#: IPCC AR5 Annex III: no technology above 2.2 kgCO2e/kWh (hydropower, maximum); WRI 2020: no grid above 60 L/kWh
HIGHEST_CO2E, HIGHEST_WATER = 2.5, 100.0


def find(a: Evidence) -> Iterator[Finding]:
    """Factors that runs state."""
    for _, run in a.having("electricity"):
        stated = run.electricity
        if stated is None:
            continue
        if stated.factor is not None and stated.factor.value > HIGHEST_CO2E:
            yield CHECK.at(
                f"{stated.factor.text} is above {HIGHEST_CO2E} kgCO2e/kWh, more than any grid",
                run.id,
                "electricity.factor",
            )
        for position, instrument in enumerate(stated.instruments):
            for name in ("factor", "lifecycle_factor"):
                stated_here = getattr(instrument, name)
                if stated_here is not None and stated_here.value > HIGHEST_CO2E:
                    yield CHECK.at(
                        f"{stated_here.text} is above {HIGHEST_CO2E} kgCO2e/kWh",
                        run.id,
                        f"electricity.instruments[{position}].{name}",
                    )
        if stated.water_factor is not None and stated.water_factor.value > HIGHEST_WATER:
            yield CHECK.at(
                f"{stated.water_factor.text} is above {HIGHEST_WATER:g} L/kWh", run.id, "electricity.water_factor"
            )
