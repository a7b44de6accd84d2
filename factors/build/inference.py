"""Inference from tokens: the published fit, its constants read out of the reference's text."""

from __future__ import annotations

import re
from decimal import Decimal

from .model import BuildError, Factor, Package, number, plain
from .reference import Reference, Row

FIT = "inference/ecologits"
POWER_MODELS = "hardware/power_models.csv"
_BILLION, _THOUSAND, _BITS = Decimal("1e9"), Decimal("1000"), Decimal("8")


def packages(reference: Reference) -> list[Package]:
    """`inference/ecologits`."""
    return [_fit(reference)]


def _found(row: Row, pattern: str) -> Decimal:
    """One number of a row's formula or parameters, by a pattern with one group."""
    got = re.search(pattern, f"{row['formula']}; {row['parameters']}")
    if got is None:
        raise BuildError(f"{POWER_MODELS}#{row['id']}: nothing matches {pattern}")
    return number(got[1], row["id"])


def _fit(reference: Reference) -> Package:
    made = Package(FIT)
    energy, latency, count, server = (
        reference.row(f"{POWER_MODELS}#ecologits-{name}")
        for name in ("gpu-energy", "latency", "gpu-count", "server-energy")
    )

    def add(row: Row, quantity: str, name: str, value: Decimal, unit: str, scope: str, notes: str = "") -> None:
        made.factors.append(
            Factor(id=f"ecologits_0.11.3-{quantity.replace('_', '-')}", quantity=quantity, name=name, value=str(value) if value < Decimal("1e-6") else plain(value),
                   unit=unit, scope=scope, source=row["source"], evidence=row["evidence"], notes=notes)
        )  # fmt: skip

    per_token, per_second = "GPU energy per output token", "time per output token"
    add(energy, "token_energy_per_parameter", "energy per token, GPU and active parameter", _found(energy, r"alpha=([^;]+)") / _BILLION,
        "Wh", per_token, "alpha of the fit, printed per 1e9 active parameters; at batch size 0")  # fmt: skip
    add(energy, "token_energy_decay", "decay of that energy per request in the batch", abs(_found(energy, r"beta=([^;]+)")),
        "1", per_token, "beta of the fit, whose sign is negative")  # fmt: skip
    add(energy, "token_energy_base", "energy per token and GPU, whatever the model", _found(energy, r"gamma=([^;]+)"), "Wh",
        per_token, "gamma of the fit")  # fmt: skip
    add(energy, "fit_max_batch", "largest batch of the fit", _found(energy, r"B<=(\d+)"), "1", "range of the fit")
    add(energy, "fit_max_parameters", "most active parameters of the fit", _found(energy, r"P<=(\d+)B") * _BILLION, "1",
        "range of the fit")  # fmt: skip
    add(latency, "latency_per_parameter", "time per token and active parameter", _found(latency, r"alpha=([^;]+)") / _BILLION,
        "s", per_second, "alpha of the fit, printed per 1e9 active parameters")  # fmt: skip
    add(
        latency,
        "latency_per_request",
        "time per token and request in the batch",
        _found(latency, r"beta=([^;]+)"),
        "s",
        per_second,
    )
    add(
        latency,
        "latency_base",
        "time per token, whatever the model",
        _found(latency, r"gamma=([^;]+)"),
        "s",
        per_second,
    )
    add(
        count,
        "memory_overhead",
        "memory of a model over that of its weights",
        _found(count, r"M=([0-9.]+)\*"),
        "1",
        "serving",
    )
    add(count, "memory_per_parameter", "memory of one parameter", _found(count, r"Q=(\d+) bit") / _BITS / _BILLION, "GB",
        "serving", "16 bit; weights of 8 or 4 bit need half or a quarter")  # fmt: skip
    add(count, "gpu_memory", "memory of the GPU of the fit", _found(count, r"; (\d+) GB"), "GB", "H100 80 GB")
    add(server, "inference_host_power", "power of an 8-GPU server without its GPUs",
        _found(server, r"([0-9.]+) kW per 8-GPU") * _THOUSAND, "W", "host alone", "p5.48xlarge; printed as 1.2 kW")  # fmt: skip
    add(
        server,
        "gpus_per_server",
        "GPUs of the server of the fit",
        _found(server, r"per (\d+)-GPU server"),
        "1",
        "server",
    )
    made.left_out.append("energy of input tokens (prefill), of cached tokens and of idle: the fit has none")
    return made
