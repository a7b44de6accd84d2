"""The quantities of an assessment: one name and one unit everywhere (results, CSV, JSON, rules, templates)."""

from __future__ import annotations

from typing import NamedTuple


class QuantityName(NamedTuple):
    """Name, unit and meaning of a quantity; `label` is what a reader sees."""

    name: str
    unit: str
    label: str
    meaning: str


QUANTITIES: tuple[QuantityName, ...] = (
    QuantityName("device_hours", "h", "Device hours", "accelerator hours reserved by the runs"),
    QuantityName("it_energy", "kWh", "IT energy", "energy of the IT equipment, before PUE"),
    QuantityName("facility_energy", "kWh", "Facility energy", "IT energy times PUE, or metered at the facility"),
    QuantityName("use_co2e_location", "kgCO2e", "Electricity, location-based", "direct factor of the grid, or the run's own factor"),
    QuantityName("use_co2e_market", "kgCO2e", "Electricity, market-based", "instruments, then residual mix, then location-based"),
    QuantityName("use_co2e_upstream", "kgCO2e", "Electricity, upstream", "fuel- and energy-related emissions not inside the factor"),
    QuantityName("use_co2e", "kgCO2e", "Electricity, life cycle", "electricity over its life cycle, location-based"),
    QuantityName("use_co2e_location_hourly", "kgCO2e", "Electricity, location-based, by the hour", "direct factor of each hour, beside the annual one"),
    QuantityName("use_co2e_hourly", "kgCO2e", "Electricity, life cycle, by the hour", "life-cycle factor of each hour, beside the annual one"),
    QuantityName("embodied_co2e", "kgCO2e", "Hardware, embodied", "production of hardware, allocated to the runs"),
    QuantityName("end_of_life_co2e", "kgCO2e", "Hardware, end of life", "end of life of hardware, allocated to the runs"),
    QuantityName("total_co2e", "kgCO2e", "Total", "electricity over its life cycle, production and end of life of hardware"),
    QuantityName("total_co2e_market", "kgCO2e", "Total, market-based", "the same with electricity by the market-based method"),
    QuantityName("water_onsite", "L", "Water, on site", "WUE times IT energy"),
    QuantityName("water_offsite", "L", "Water, off site", "water consumed in generation, times facility energy"),
    QuantityName("water", "L", "Water", "on-site plus off-site consumption"),
    QuantityName("primary_energy", "MJ", "Primary energy", "primary energy"),
    QuantityName("adpe", "kgSbeq", "Abiotic depletion, elements", "abiotic depletion potential of elements"),
    QuantityName("training_flops", "FLOP", "Training work", "floating-point operations, stated or 6 N D"),
)  # fmt: skip

BY_NAME = {q.name: q for q in QUANTITIES}
NAMES = tuple(BY_NAME)

#: functional unit -> (amount of work, how many of it make one unit, what a reader sees)
FUNCTIONAL_UNITS: dict[str, tuple[str, float, str]] = {
    "request": ("requests", 1.0, "per request"),
    "1k_tokens_out": ("tokens_out", 1000.0, "per 1,000 output tokens"),
    "1k_tokens_in": ("tokens_in", 1000.0, "per 1,000 input tokens"),
    "1k_tokens_trained": ("tokens_trained", 1000.0, "per 1,000 tokens trained"),
    "sample": ("samples", 1.0, "per sample"),
    "image": ("images", 1.0, "per image"),
}
#: quantities for which figures per functional unit are formed
PER_UNIT = tuple(n for n in NAMES if n not in ("device_hours", "training_flops", "primary_energy", "adpe")
                 and not n.endswith("_hourly"))  # fmt: skip
