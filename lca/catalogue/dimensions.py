"""What each factor measures, and the range that it can have."""

from __future__ import annotations

from lca.fields import Sized

_SHARE = Sized("ratio", maximum=1.0)
_CO2E = Sized("co2e")

#: quantity of a factor -> dimension and range
FACTORS: dict[str, Sized] = {
    **dict.fromkeys(
        ("grid_lifecycle", "grid_direct", "grid_upstream", "grid_wtt", "grid_wtt_mix", "grid_td_loss", "residual_mix", "generation_lifecycle",
         "generation_direct", "state_generation_direct"), Sized("intensity"),
    ),
    **dict.fromkeys(("grid_water", "wue", "wue_facility", "wue_withdrawal", "wue_unclear"), Sized("water-intensity")),
    **dict.fromkeys(("rated_power", "idle_power", "node_power", "server_power"), Sized("power")),
    **dict.fromkeys(("idle_share", "default_load", "lifetime_utilisation", "end_of_life_share", "td_loss_share"), _SHARE),
    **dict.fromkeys(("embodied_device", "embodied_device_with_host", "embodied_host", "embodied_server", "embodied_computer"), _CO2E),
    # IPCC AR5 Annex III: no technology above 2.2 kgCO2e/kWh (hydropower, maximum), so no hour of a grid either
    **dict.fromkeys(("hourly_lifecycle", "hourly_direct"), Sized("intensity", maximum=2.5)),
    **dict.fromkeys(("fuel_direct_per_kwh", "fuel_wtt_per_kwh"), Sized("intensity")),
    **dict.fromkeys(("fuel_direct_per_litre", "fuel_wtt_per_litre"), Sized("co2e-per-volume")),
    "refrigerant_gwp": Sized("co2e-per-mass"),
    "accelerator_share": Sized("ratio", maximum=1.0, open_minimum=True),
    "pue": Sized("ratio", minimum=1.0),
    "lifetime": Sized("time", open_minimum=True),
    "devices_per_host": Sized("ratio", open_minimum=True),
    "peak_flops": Sized("throughput"),
    "memory_power_per_gb": Sized("power-per-memory"),
    **dict.fromkeys(("die_area", "part_die_area"), Sized("area", open_minimum=True)),
    "die_count": Sized("ratio", minimum=1.0),
    "memory_size": Sized("memory"),
    "wafer_embodied": Sized("co2e-per-area"),
    "defect_density": Sized("defects", open_minimum=True),
    "die_memory_share": Sized("ratio", maximum=1.0, open_minimum=True),
    **dict.fromkeys(("ic_packaging_embodied", "part_embodied_base"), _CO2E),
    **dict.fromkeys(("memory_embodied_per_gb", "part_embodied_per_gb"), Sized("co2e-per-memory")),
    "part_density": Sized("memory-density", open_minimum=True),
    "part_embodied_per_area": Sized("co2e-per-area"),
    "part_adpe_per_area": Sized("resources-per-area"),
    "part_primary_energy_per_area": Sized("primary-per-area"),
    **dict.fromkeys(("adpe_device", "adpe_host", "part_adpe_base"), Sized("resources")),
    **dict.fromkeys(("primary_energy_device", "primary_energy_host", "part_primary_energy_base"), Sized("primary-energy")),
    "grid_adpe": Sized("resources-per-energy"),
    "grid_primary_energy": Sized("primary-per-energy"),
    "flops_per_parameter_token": Sized("flops"),
    "inference_flops_per_parameter_token": Sized("flops"),
    **dict.fromkeys(("token_energy_per_parameter", "token_energy_base"), Sized("energy")),
    **dict.fromkeys(("latency_per_parameter", "latency_per_request", "latency_base"), Sized("time")),
    **dict.fromkeys(
        ("parameters_total", "active_parameters", "batch_size", "fit_max_batch", "fit_max_parameters", "inference_fit_ratio",
         "gpus_per_server"), Sized("ratio", open_minimum=True),
    ),
    "token_energy_decay": Sized("ratio"),
    "memory_overhead": Sized("ratio", minimum=1.0),
    **dict.fromkeys(("memory_per_parameter", "gpu_memory"), Sized("memory", open_minimum=True)),
    "inference_host_power": Sized("power"),
    "default_mfu": Sized("ratio", maximum=1.0, open_minimum=True),
    **dict.fromkeys(("systemic_risk_flops", "general_purpose_flops"), Sized("flops", open_minimum=True)),
}  # fmt: skip
