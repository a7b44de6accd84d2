"""Published method cases of embodied hardware, by calling the rules with the inputs of each case."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lca.engine import loader

RULES = {r.id: r.function for r in loader.shipped()}
if "LCA_SHARED" not in os.environ:
    pytest.skip("set LCA_SHARED: the published cases are read from it", allow_module_level=True)
CASES = {
    c["id"]: c
    for c in json.loads((Path(os.environ["LCA_SHARED"]) / "validation" / "cases.json").read_text("utf-8"))["method_cases"]
}  # fmt: skip
MM2_PER_CM2 = 100


def inputs(case: str) -> dict[str, float]:
    return {name: given["value"] for name, given in CASES[case]["inputs"].items()}


def agrees(case: str, name: str, got: float) -> None:
    """With the expected value of the case, and with the published one within its own tolerance."""
    found = CASES[case]
    assert got == pytest.approx(found["expect"][name]["value"], rel=found["tolerance"]["rel"])
    told = found["published"][name]
    assert abs(got - told["value"]) <= max(told["rel"] * abs(told["value"]), told["abs"])


#: indicator of a case -> rule, and what its formula holds per mm2 or cm2 of die and besides
def of_part(indicator: str, area: float, per_area: float, base: float) -> float:
    rule = {"gwp": "device-embodied-from-area", "adp": "device-adpe-from-area",
            "pe": "device-primary-energy-from-area"}[indicator]  # fmt: skip
    return float(RULES[rule](area, per_area, base))


@pytest.mark.parametrize("case", ["BOAVIZTA-CPU-1", "BOAVIZTA-CPU-LOWDIE"])
def test_a_processor(case):
    given = inputs(case)
    area = RULES["part-area-of-die"](given["cores"] * given["die"] / MM2_PER_CM2)
    constants = {"gwp": (0.0197, 9.14), "adp": (5.87e-9, 2.04e-2), "pe": (0.265, 156)}  # of the case's own formula
    for indicator, (per_mm2, base) in constants.items():
        agrees(case, indicator, given["units"] * of_part(indicator, area, per_mm2 * MM2_PER_CM2, base))


@pytest.mark.parametrize(
    ("case", "constants"),
    [
        ("BOAVIZTA-RAM", {"gwp": (2.2, 5.22), "adp": (6.3e-5, 1.69e-3), "pe": (27.3, 74)}),
        ("BOAVIZTA-SSD", {"gwp": (2.2, 6.34), "adp": (6.3e-5, 5.63e-4), "pe": (27.3, 73.98)}),
    ],
)
def test_memory_and_drive(case, constants):
    given = inputs(case)
    area = RULES["part-area-from-capacity"](given["cap"], given["dens"])
    for indicator, (per_area, base) in constants.items():
        agrees(case, indicator, given.get("units", 1) * of_part(indicator, area, per_area, base))


def test_embodied_carbon_and_water_of_a_gpu_with_its_share_of_the_server():
    case = "M25-EMB/water"
    given = inputs(case)
    share = RULES["lifetime-share-reserved-time"](given["gpu_hours"], given["life"], 1.0)
    hosts = RULES["host-lifetime-share-reserved-time"](
        RULES["host-hours-from-device-hours"](given["gpu_hours"], given["gpus"]), given["life"], 1.0
    )
    rule = RULES["embodied-stated-device-and-host"]
    agrees(case, "total", rule(given["extra_mining"], share, given["server"], hosts) / 1000)
    agrees(case, "per_gpu", rule(given["extra_mining"], 1, given["server"], 1 / given["gpus"]))
    agrees(case, "per_gpu_hour", rule(given["extra_mining"], share, given["server"], hosts) / given["gpu_hours"])
    agrees(case, "water_total", RULES["embodied-water-stated-device"](given["water_gpu"], share) / 1000)
