"""Activity data of scope 1 that no run log holds: fuels burnt on site, and refrigerants that escaped."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from lca.fields import Energy, Name, Sized
from lca.site import Strict
from lca.statements import Day, Text
from lca.units import Quantity


class Fuel(Strict):
    """Fuel burnt on site, such as that of backup generators: a volume, or an energy of gross calorific value.

    Without a date it counts whole.
    """

    fuel: Name
    volume: Annotated[Quantity, Sized("volume")] | None = None
    energy: Energy | None = None
    date: Day | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Fuel:
        if (self.volume is None) == (self.energy is None):
            raise ValueError(
                "give either volume or energy; write volume: 500 L, or energy: 2 MWh of gross calorific value"
            )
        return self


class Refrigerant(Strict):
    """Refrigerant that escaped, which is what was refilled. `gwp` is kg CO2e per kg, in place of the catalogue's."""

    refrigerant: Name
    mass: Annotated[Quantity, Sized("mass")]
    gwp: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    date: Day | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _of_itself(self) -> Refrigerant:
        if "co2" in self.mass.text.lower():
            raise ValueError("mass is one of CO2e; write that of the refrigerant itself, such as 3 kg")
        return self
