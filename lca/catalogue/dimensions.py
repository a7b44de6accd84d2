"""What each factor measures, and the range that it can have."""

from __future__ import annotations

from lca.fields import Sized

_SHARE = Sized("ratio", maximum=1.0)
_CO2E = Sized("co2e")

#: quantity of a factor -> dimension and range
FACTORS: dict[str, Sized] = {
    **dict.fromkeys(
        ("grid_lifecycle", "grid_direct", "grid_upstream", "grid_wtt", "grid_td_loss", "residual_mix", "generation_lifecycle",
         "generation_direct"), Sized("intensity"),
    ),
    **dict.fromkeys(("grid_water", "wue", "wue_facility", "wue_withdrawal", "wue_unclear"), Sized("water-intensity")),
    **dict.fromkeys(("rated_power", "idle_power", "node_power"), Sized("power")),
    **dict.fromkeys(("idle_share", "default_load", "lifetime_utilisation", "end_of_life_share", "td_loss_share"), _SHARE),
    **dict.fromkeys(("embodied_device", "embodied_device_with_host", "embodied_host", "embodied_server"), _CO2E),
    "accelerator_share": Sized("ratio", maximum=1.0, open_minimum=True),
    "pue": Sized("ratio", minimum=1.0),
    "lifetime": Sized("time", open_minimum=True),
    "devices_per_host": Sized("ratio", open_minimum=True),
    "peak_flops": Sized("throughput"),
    "memory_power_per_gb": Sized("power-per-memory"),
    "flops_per_parameter_token": Sized("flops"),
    "inference_flops_per_parameter_token": Sized("flops"),
}  # fmt: skip
