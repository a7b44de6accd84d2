"""Random run logs of many shapes for hypothesis: device groups, energies at several boundaries, instruments, gaps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

MODELS = ("NVIDIA H100 80GB HBM3", "A100-SXM4-80GB", "V100", "TPU v4", "p4d.24xlarge", "Unknown X9", None)
PLACES = ({"country": "FR"}, {"country": "US", "subdivision": "US-VA"}, {"cloud": "gcp", "region": "europe-north1"},
          {"country": "NA"}, {"grid_zone": "SE-EL-SE3", "country": "SE"}, {"country": "AU"}, None)  # fmt: skip
STAGES = ("data", "experimentation", "training", "finetuning", "evaluation", "inference", "idle")


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False).map(lambda x: float(f"{x:.6g}"))


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def quantity(draw: Any, unit: str, low: float, high: float) -> Any:
    """A value with its unit, now and then with an interval."""
    value = draw(number(low, high))
    if draw(st.integers(0, 3)):
        return f"{value!r} {unit}"
    return {"value": value, "low": value * draw(number(0.5, 1)), "high": value * draw(number(1, 2)), "unit": unit}


def _without_none(made: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in made.items() if v is not None}


def embodied() -> Any:
    """A footprint of CO2e, or of several quantities."""
    parts = {"embodied_co2e": quantity("kgCO2e", 0, 2000), "adpe": quantity("kgSbeq", 0, 1),
             "primary_energy": quantity("MJ", 0, 1e5), "water": quantity("L", 0, 1e4)}  # fmt: skip
    return st.one_of(parts["embodied_co2e"], st.fixed_dictionaries({}, optional=parts))


@st.composite
def devices(draw: Any) -> dict[str, Any]:
    return _without_none({
        "model": draw(st.sampled_from(MODELS)), "count": draw(sometimes(st.integers(1, 64))),
        "kind": draw(st.sampled_from((None, None, None, "gpu", "cpu", "memory"))),
        "device_hours": draw(sometimes(quantity("h", 1, 1e5))), "power": draw(sometimes(quantity("W", 1, 900))),
        "power_boundary": draw(st.sampled_from(("accelerator", "node"))), "utilisation": draw(sometimes(number(0, 1))),
        "share": draw(sometimes(number(0.1, 1))), "embodied": draw(sometimes(embodied())),
        "capacity": draw(sometimes(quantity("GB", 1, 4000))), "die_area": draw(sometimes(quantity("mm2", 50, 2000))),
        "lifetime": draw(sometimes(quantity("a", 1, 8))), "location": draw(st.sampled_from((None, None, *PLACES))),
        "lifetime_utilisation": draw(sometimes(number(0.2, 1))),
    })  # fmt: skip


@st.composite
def energies(draw: Any) -> dict[str, Any]:
    boundary = draw(st.sampled_from(("accelerator", "cpu", "component_sum", "node", "rack", "it", "facility")))
    return _without_none({
        "value": draw(quantity("kWh", 0, 1e5)), "boundary": boundary,
        "method": draw(st.sampled_from((None, "counter", "modelled", "declared"))),
        "includes_pue": draw(st.booleans()) or None, "coverage": draw(sometimes(number(0.2, 1))),
    })  # fmt: skip


@st.composite
def instruments(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(("certificate", "ppa", "supplier", "residual")))
    factor = draw(quantity("gCO2e/kWh", 0, 900))
    about = {"market": draw(st.sampled_from((None, None, "FR", "US", "US-VA", "AU"))),
             "start": draw(st.sampled_from((None, None, "2023-01-01"))), "end": draw(st.sampled_from((None, None, "2023-12-31")))}  # fmt: skip
    if kind == "residual":
        return _without_none(
            {"type": kind, "factor": factor if draw(st.booleans()) else None, "market": about["market"]}
        )
    about["technology"] = draw(st.sampled_from((None, "wind", "solar", "gas", "peat")))
    about["lifecycle_factor"] = draw(sometimes(quantity("gCO2e/kWh", 0, 900)))
    about["factor"] = factor if about["technology"] is None or draw(st.booleans()) else None
    covers = {"share": draw(number(0, 1))} if draw(st.booleans()) else {"energy": draw(quantity("kWh", 0, 1e5))}
    return _without_none({"type": kind, **covers, **about})


@st.composite
def runs(draw: Any, identifier: str) -> dict[str, Any]:
    electricity = draw(sometimes(st.fixed_dictionaries({
        "factor": sometimes(quantity("gCO2e/kWh", 0, 1500)),
        "factor_scope": st.sampled_from(("direct", "lifecycle", "unspecified")),
        "instruments": st.lists(instruments(), max_size=3), "water_factor": sometimes(quantity("L/kWh", 0, 9)),
    }).map(_without_none)))  # fmt: skip
    facility = draw(sometimes(st.fixed_dictionaries({
        "pue": sometimes(number(1, 2)), "wue": sometimes(quantity("L/kWh", 0, 3)),
        "wue_basis": st.sampled_from(("it", "facility")),
    }).map(_without_none)))  # fmt: skip
    host = draw(sometimes(st.fixed_dictionaries({
        "count": sometimes(st.integers(1, 8)), "power": sometimes(quantity("W", 10, 2000)),
        "embodied": sometimes(quantity("kgCO2e", 0, 5000)),
    }).map(_without_none)))  # fmt: skip
    work = draw(sometimes(st.fixed_dictionaries({
        "requests": sometimes(st.integers(0, 10**6)), "tokens_out": sometimes(st.integers(0, 10**9)), "flops": sometimes(number(1, 1e24)),
    }).map(_without_none)))  # fmt: skip
    return _without_none({
        "schema": "lca-run/1", "id": identifier, "system": draw(st.sampled_from(("Model A", "Model B", "Model C"))),
        "stage": draw(st.sampled_from(STAGES)), "duration": draw(sometimes(quantity("h", 0.1, 1e4))),
        "start": draw(sometimes(st.sampled_from(("2019-07-01T00:00:00Z", "2023-05-01T00:00:00Z", "2025-12-31T23:00:00+05:00")))),
        "location": draw(st.sampled_from(PLACES)), "facility": facility, "host": host, "work": work,
        "electricity": electricity, "devices": draw(st.lists(devices(), max_size=3)),
        "energy": draw(st.lists(energies(), max_size=3)),
    })  # fmt: skip


@st.composite
def logs(draw: Any, least: int = 1, most: int = 5) -> list[dict[str, Any]]:
    """Runs of different identifiers."""
    return [draw(runs(f"run-{n}")) for n in range(draw(st.integers(least, most)))]
