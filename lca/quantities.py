"""The quantities of an assessment: one name and one unit everywhere (results, CSV, JSON, rules, templates)."""

from __future__ import annotations

from typing import NamedTuple


class QuantityName(NamedTuple):
    """Name, unit and meaning of a quantity; `label` is what a reader sees."""

    name: str
    unit: str
    label: str
    meaning: str
    optional: bool = False  # without any row that has it, there are no figures of it


QUANTITIES: tuple[QuantityName, ...] = (
    QuantityName("device_hours", "h", "Device hours", "accelerator hours reserved by the runs"),
    QuantityName("it_energy", "kWh", "IT energy", "energy of the IT equipment, before PUE"),
    QuantityName("facility_energy", "kWh", "Facility energy", "IT energy times PUE, or metered at the facility"),
    QuantityName("use_co2e_location", "kgCO2e", "Electricity, location-based", "direct factor of the grid, or the run's own factor"),
    QuantityName("use_co2e_market", "kgCO2e", "Electricity, market-based", "instruments, then residual mix, then location-based"),
    QuantityName("use_co2e_upstream", "kgCO2e", "Electricity, upstream", "fuel- and energy-related emissions and losses of the grid, where not inside the factor"),
    QuantityName("use_co2e", "kgCO2e", "Electricity, life cycle", "electricity over its life cycle as delivered, location-based"),
    QuantityName("use_co2e_location_hourly", "kgCO2e", "Electricity, location-based, by the hour", "direct factor of each hour, beside the annual one", True),
    QuantityName("use_co2e_hourly", "kgCO2e", "Electricity, life cycle, by the hour", "life-cycle factor of each hour with losses of the grid, beside the annual one", True),
    QuantityName("embodied_co2e", "kgCO2e", "Hardware, embodied", "production of hardware, allocated to the runs"),
    QuantityName("end_of_life_co2e", "kgCO2e", "Hardware, end of life", "end of life of hardware, allocated to the runs"),
    QuantityName("total_co2e", "kgCO2e", "Total", "electricity over its life cycle, production and end of life of hardware"),
    QuantityName("total_co2e_market", "kgCO2e", "Total, market-based", "the same with electricity by the market-based method"),
    QuantityName("facility_energy_with_idle", "kWh", "Facility energy, idle time with its jobs",
                 "facility energy, that of idle runs moved to the jobs of their pool", True),
    QuantityName("total_co2e_with_idle", "kgCO2e", "Total, idle time with its jobs",
                 "the total, that of idle runs moved to the jobs of their pool", True),
    QuantityName("facility_energy_with_development", "kWh", "Facility energy, development with its service",
                 "the same, that of development spread over the work that the system serves", True),
    QuantityName("total_co2e_with_development", "kgCO2e", "Total, development with its service",
                 "the same, that of development spread over the work that the system serves", True),
    QuantityName("water_onsite", "L", "Water, on site", "WUE times IT energy"),
    QuantityName("water_offsite", "L", "Water, off site", "water consumed in generation, times facility energy"),
    QuantityName("water", "L", "Water", "on-site plus off-site consumption"),
    QuantityName("embodied_water", "L", "Water, embodied", "water used to make hardware, allocated to the runs; never part of water", True),
    QuantityName("primary_energy", "MJ", "Primary energy", "primary energy"),
    QuantityName("adpe", "kgSbeq", "Abiotic depletion, elements", "abiotic depletion potential of elements"),
    QuantityName("training_flops", "FLOP", "Training work", "floating-point operations, stated or 6 N D"),
    QuantityName("sci_operational_co2e", "kgCO2e", "SCI, operational (O)", "energy times location-based intensity, never market-based"),
    QuantityName("sci_embodied_co2e", "kgCO2e", "SCI, embodied (M)", "production of hardware, allocated to the runs"),
    QuantityName("sci_co2e", "kgCO2e", "SCI, O + M", "software carbon intensity before the division by R; needs both parts"),
)  # fmt: skip

BY_NAME = {q.name: q for q in QUANTITIES}
NAMES = tuple(BY_NAME)
#: of these there is always a figure, if only with the reason why it is not determined
ALWAYS = tuple(q.name for q in QUANTITIES if not q.optional)

#: use of resources: seldom whole, so that a sum that lacks a part is labelled as partial wherever it stands
RESOURCES = frozenset({"water_onsite", "water_offsite", "water", "embodied_water", "primary_energy", "adpe"})

#: what tiers 1 to 4 are called: measured, modelled from own data, rated values, proxies and defaults
TIER_NAMES = ("measured", "modelled", "rated", "default")

#: functional unit -> (amount of work, how many of it make one unit, what a reader sees)
FUNCTIONAL_UNITS: dict[str, tuple[str, float, str]] = {
    "request": ("requests", 1.0, "per request"),
    "1k_tokens_out": ("tokens_out", 1000.0, "per 1,000 output tokens"),
    "1k_tokens_in": ("tokens_in", 1000.0, "per 1,000 input tokens"),
    "1k_tokens_trained": ("tokens_trained", 1000.0, "per 1,000 tokens trained"),
    "sample": ("samples", 1.0, "per sample"),
    "image": ("images", 1.0, "per image"),
    "flop": ("flops", 1.0, "per FLOP"),
    "parameter": ("parameters", 1.0, "per parameter"),
}
#: amounts that belong to a system and do not add up over its runs
OF_SYSTEM = ("parameters",)
#: functional units of the SCI for AI alone: other quantities are not formed per FLOP or parameter
OF_SCI = ("flop", "parameter")
#: quantities for which figures per functional unit are formed
PER_UNIT = tuple(n for n in NAMES if n not in ("device_hours", "training_flops", "primary_energy", "adpe")
                 and not n.endswith("_hourly"))  # fmt: skip
