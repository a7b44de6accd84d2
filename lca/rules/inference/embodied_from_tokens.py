from typing import Any

from lca.engine.rule import Example, rule


@rule(
    id="embodied-from-tokens",
    tier=4,
    gives="embodied_co2e",
    unit="kgCO2e",
    needs={
        "inference_device_hours": "h",
        "inference_fit_ratio": "1",
        "embodied_fit_device": "kgCO2e",
        "device_lifetime": "h",
        "embodied_host": "kgCO2e",
        "gpus_per_server": "1",
        "host_lifetime": "h",
    },
    references=[
        "EcoLogits 0.11.3, LLM inference methodology, https://github.com/mlco2/ecologits",
        "ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification",
    ],
    examples=[
        Example(
            {
                "inference_device_hours": 2.170138888888889e-05,
                "inference_fit_ratio": 1.0,
                "embodied_fit_device": 273.0,
                "device_lifetime": 26280.0,
                "embodied_host": 5700.0,
                "gpus_per_server": 8.0,
                "host_lifetime": 26280.0,
            },
            8.138020833333333e-07,
            "EcoLogits 0.11.3, tests/test_llm_impacts.py, Mistral 7B, 200 tokens in 5 s",
        ),
    ],
)
def embodied_from_tokens(
    inference_device_hours: Any,
    inference_fit_ratio: Any,
    embodied_fit_device: Any,
    device_lifetime: Any,
    embodied_host: Any,
    gpus_per_server: Any,
    host_lifetime: Any,
) -> Any:
    """A proxy where a run states output tokens and a model alone: the GPUs of the fit and their share of the server, by reserved time.

    Takes the hardware as always full, whatever allocation the profile chooses; idle hardware is left out.
    """
    return (
        inference_device_hours
        * inference_fit_ratio
        * (embodied_fit_device / device_lifetime + embodied_host / (gpus_per_server * host_lifetime))
    )
