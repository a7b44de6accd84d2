"""Run logs made for benchmarks: varied, seeded, in the shape of real ones."""

from __future__ import annotations

import json
import random
from typing import Any

PLACES: list[dict[str, str]] = [
    {"country": "FR"}, {"country": "DE"}, {"country": "US", "subdivision": "US-VA"}, {"country": "SE"},
    {"cloud": "aws", "region": "us-east-1"}, {"cloud": "gcp", "region": "europe-west4"}, {"country": "IN"},
    {"cloud": "azure", "region": "westeurope"},
]  # fmt: skip
#: names of devices and their rated power in W
MODELS = {"NVIDIA H100 80GB HBM3": 700, "NVIDIA A100-SXM4-80GB": 400, "NVIDIA L4": 72, "TPU v4": 340}
STAGES = ["training", "finetuning", "evaluation", "inference", "experimentation"]


def make(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """`count` runs: metered at the node, metered at the accelerators, stated power, utilisation, rated power alone."""
    rng = random.Random(seed)
    out = []
    for number in range(count):
        hours = rng.uniform(0.5, 400)
        model = rng.choice(list(MODELS))
        device: dict[str, Any] = {"model": model, "count": rng.choice([1, 4, 8, 64])}
        kw = MODELS[model] / 1000 * rng.uniform(0.4, 0.95)
        run: dict[str, Any] = {
            "schema": "lca-run/1", "id": f"run-{number:07d}", "system": f"system {number % 20}",
            "stage": rng.choice(STAGES), "start": f"{rng.randint(2020, 2025)}-{rng.randint(1, 12):02d}-03T08:00:00Z",
            "duration": f"{hours:.3f} h", "location": rng.choice(PLACES), "devices": [device],
        }  # fmt: skip
        kind = number % 5
        if kind == 0:
            run["energy"] = [
                {"value": f"{hours * device['count'] * kw * 1.4:.3f} kWh", "boundary": "node", "method": "counter"}
            ]
        elif kind == 1:
            run["energy"] = [
                {"value": f"{hours * device['count'] * kw:.3f} kWh", "boundary": "accelerator", "method": "integrated"}
            ]
        elif kind == 2:
            device["power"] = f"{1000 * kw:.1f} W"
        elif kind == 3:
            device["utilisation"] = round(rng.random(), 3)
        if rng.random() < 0.5:
            run["facility"] = {"pue": round(rng.uniform(1.05, 1.6), 2)}
        if run["stage"] == "inference":
            run["work"] = {"requests": rng.randint(100, 10**6), "tokens_out": rng.randint(10**4, 10**8)}
        out.append(run)
    return out


def lines(count: int, seed: int = 1) -> str:
    """The runs as JSON Lines."""
    return "\n".join(json.dumps(run) for run in make(count, seed)) + "\n"
