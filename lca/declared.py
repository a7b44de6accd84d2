"""What somebody published for a run: compared with the result, never used as one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from lca.errors import nearest
from lca.fields import HUGE, read_quantity
from lca.units import Quantity

#: key of `declared` -> (quantity compared, dimension)
DECLARED: dict[str, tuple[str, str]] = {
    "energy": ("facility_energy", "energy"),
    "co2e": ("use_co2e", "co2e"),
    "device_hours": ("device_hours", "time"),
    "it_energy": ("it_energy", "energy"),
    "facility_energy": ("facility_energy", "energy"),
    **{
        name: (name, "co2e")
        for name in (
            "use_co2e_location", "use_co2e_market", "use_co2e_upstream", "use_co2e", "embodied_co2e",
            "end_of_life_co2e", "total_co2e", "total_co2e_market",
        )
    },
    "water_onsite": ("water_onsite", "volume"),
    "water_offsite": ("water_offsite", "volume"),
    "water": ("water", "volume"),
    "embodied_water": ("embodied_water", "volume"),
    "primary_energy": ("primary_energy", "primary-energy"),
    "adpe": ("adpe", "resources"),
    "training_flops": ("training_flops", "flops"),
}  # fmt: skip


def _declared(raw: Any) -> dict[str, Quantity]:
    if not isinstance(raw, dict):
        raise ValueError("not an object of quantities")
    out: dict[str, Quantity] = {}
    for key, value in raw.items():
        if value is None:
            continue
        if key not in DECLARED:
            near = nearest(key, list(DECLARED))
            known = f"the nearest known is {near}" if near else f"use one of {', '.join(DECLARED)}"
            raise ValueError(f"{key}: unknown quantity; {known}")
        try:
            out[key] = read_quantity(value, dimension=DECLARED[key][1], minimum=0.0, maximum=HUGE, open_minimum=False)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    return out


Declared = Annotated[dict[str, Quantity], PlainValidator(_declared), WithJsonSchema({
    "type": "object", "description": "published values for this run: compared with the result, never used",
    "properties": {key: {"type": ["string", "object"]} for key in DECLARED}, "additionalProperties": False,
})]  # fmt: skip
