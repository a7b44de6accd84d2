"""The factor sets: every row has source, unit, scope, evidence and year; enough of them; built again, the same bytes."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pycountry
import pytest
from conftest import ROOT

from lca import units
from lca.catalogue import factor_set, store
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.factor_set import KEYS
from lca.catalogue.places import region_index
from lca.resources import folder

HOME = folder("factors")
FOLDERS = factor_set.find(HOME)
each_set = pytest.mark.parametrize("path", FOLDERS, ids=lambda p: str(p.relative_to(HOME)))
EVIDENCE = {"A", "B", "C"}
SHARE_ALIKE = ("odbl", "by-sa", "share-alike", "agpl", "gpl")


def rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@each_set
def test_every_row_has_source_unit_scope_evidence_and_year(path):
    package = json.loads((path / "datapackage.json").read_text("utf-8"))
    sources = {s["key"]: s for s in package["sources"]}
    for row in rows(path / "factors.csv"):
        assert row["source"] in sources, row["id"]
        assert row["evidence"] in EVIDENCE, row["id"]
        assert row["scope"], row["id"]
        units.dimension_of(row["unit"])
        assert (row["year_basis"] == "undated") == (not row["valid_from"] and not row["valid_to"]), row["id"]
        if row["valid_from"]:
            assert row["valid_from"] <= row["valid_to"], row["id"]
        value = float(row["value"])
        assert value >= 0, row["id"]
        if row["low"] and row["high"]:
            assert float(row["low"]) <= value <= float(row["high"]), row["id"]


@each_set
def test_every_set_is_described_with_licence_and_sources(path):
    package = json.loads((path / "datapackage.json").read_text("utf-8"))
    assert package["name"] == str(path.relative_to(HOME))
    for key in ("title", "version", "description", "licenses", "sources", "resources"):
        assert package[key], key
    for source in package["sources"]:
        assert source["title"]
        assert source["key"]
        assert source.get("path", "https://").startswith("https://") or source.get("path", "").startswith("http")
        text = json.dumps(source.get("licence", "")).lower()
        assert not any(word in text for word in SHARE_ALIKE), source["key"]
    if (path / "factors.csv").is_file():
        used = {row["source"] for row in rows(path / "factors.csv")}
        assert used <= {s["key"] for s in package["sources"]}
    for resource in package["resources"]:
        raw = (path / resource["path"]).read_bytes()
        text = gzip.decompress(raw) if resource.get("compression") == "gz" else raw
        header = text.decode("utf-8").partition("\n")[0].strip()
        assert header.split(",") == [f["name"] for f in resource["schema"]["fields"]]


def test_there_are_enough():
    catalogue = store.load()
    of_year: dict[int, set[str]] = {}
    for f in catalogue.factors:
        if f.quantity == "grid_lifecycle" and f.first_year is not None and f.key[0]:
            for year in range(f.first_year, (f.last_year or f.first_year) + 1):
                of_year.setdefault(year, set()).add(f.key[0])
    for year in range(2019, 2024):
        assert len(of_year[year]) >= 200, year
    for year in (2024, 2025):
        assert len(of_year[year]) >= 80, year
    assert len(region_index(catalogue.sets)) >= 150
    assert {p for p, _ in region_index(catalogue.sets)} >= {"aws", "gcp", "azure", "ovhcloud", "scaleway"}
    kinds = Counter(e.kind for e in DeviceIndex(catalogue.sets).entries.values())
    assert sum(kinds[k] for k in ("gpu", "tpu", "npu", "fpga")) >= 60
    direct = {f.key[0] for f in catalogue.factors if f.quantity == "grid_direct"}
    assert {"CA-QC", "AU-NSW", "US"} <= direct
    assert any(g.startswith("US-EGRID-") for g in direct)
    assert any(g.startswith("CN-") for g in direct)


def test_geographies_exist():
    known = (
        {c.alpha_2 for c in pycountry.countries} | {s.code for s in pycountry.subdivisions} | {"WORLD", "EU27", "XK"}
    )
    for f in store.load().factors:
        place = f.key[KEYS.index("geography")].removeprefix("zones of ")
        if f.id.startswith("likeliest-"):  # a cloud region by provider and id
            continue
        assert not place or place in known or "-GRID-" in place or "-EGRID-" in place or "-EL-" in place, f.id


def test_regions_and_instances_lead_to_known_places_and_devices():
    catalogue = store.load()
    devices = DeviceIndex(catalogue.sets).entries
    for (_, _), record in region_index(catalogue.sets).items():
        assert pycountry.countries.get(alpha_2=record["country"])
        assert not record["subdivision"] or record["subdivision"].startswith(record["country"] + "-")
    for made in catalogue.sets:
        for record in made.instances:
            assert record["device"] in devices
            assert Fraction(record["devices_per_instance"]) > 0
        for record in made.profiles:
            assert record["device"] in devices
            assert 0 < Fraction(record["processor_share"]) <= 1
            assert 0 < Fraction(record["memory_share"]) <= 1
    for f in catalogue.factors:
        device = f.key[KEYS.index("device")]
        assert not device or device in devices, f.id


def test_no_two_rows_answer_one_lookup():
    """Within the sets used by default: the same quantity, key and year would be a choice made by the order of rows."""
    from lca.profile import load

    default = load("default")
    catalogue = store.load((), default.factor_sets.order, default.factor_sets.without)
    seen: dict[tuple[object, ...], str] = {}
    for f in catalogue.factors:
        for year in range(f.first_year or 0, (f.last_year or f.first_year or 0) + 1):
            key = (f.set_id, f.quantity, f.key, year)
            assert key not in seen, (f.id, seen[key])
            seen[key] = f.id


def test_the_plausible_range_of_each_quantity():
    ranges = {"grid_lifecycle": (0, 2.5), "grid_direct": (0, 2.5), "grid_upstream": (0, 0.5), "hourly_lifecycle": (0, 2.5), "hourly_direct": (0, 2.5), "residual_mix": (0, 2.5),
              "pue": (1, 4), "wue": (0, 20), "grid_water": (0, 100), "rated_power": (0.001, 20), "idle_share": (0, 1),
              "accelerator_share": (0.1, 1), "default_load": (0, 1), "end_of_life_share": (0, 0.5)}  # fmt: skip
    for f in store.load().factors:
        if f.quantity in ranges:
            low, high = ranges[f.quantity]
            assert low <= f.value <= high, (f.id, f.value)


def test_upstream_is_never_of_life_cycle_scope():
    for f in store.load().factors:
        if f.quantity in ("grid_upstream", "grid_wtt", "grid_wtt_mix"):
            assert "upstream" in f.scope, f.id
            assert ("td-loss" in f.scope) == (f.quantity == "grid_upstream"), f.id
        if f.quantity == "grid_direct":
            assert "lifecycle" not in f.scope, f.id
        if f.quantity == "grid_lifecycle":
            assert "lifecycle" in f.scope, f.id


@pytest.mark.skipif("LCA_SHARED" not in os.environ, reason="set LCA_SHARED to build the factor sets again")
def test_built_again_the_bytes_are_the_same(tmp_path):
    shutil.copytree(ROOT / "factors", tmp_path / "factors")
    for path in [*(tmp_path / "factors").rglob("*.csv"), *(tmp_path / "factors").rglob("*.csv.gz")]:
        if "build" not in path.parts:
            path.unlink()
    done = subprocess.run([sys.executable, "-m", "factors.build"], cwd=tmp_path, capture_output=True, timeout=200, check=False,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""})  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()

    def files(home: Path) -> dict[str, bytes]:
        return {str(p.relative_to(home)): gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes()
                for p in home.rglob("*") if p.suffix in (".csv", ".json", ".gz") and "__pycache__" not in p.parts}  # fmt: skip

    assert files(tmp_path / "factors") == files(ROOT / "factors")
