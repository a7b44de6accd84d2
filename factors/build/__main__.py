"""Command line: ``python -m factors.build [REFERENCE_DIR]``."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from lca.territories import STATES

from . import (
    defaults,
    devices,
    facility,
    fuels,
    grid,
    hourly,
    inference,
    kinds,
    levers,
    markets,
    mix,
    models,
    national,
    processors,
    silicon,
    uncertainty,
)
from .model import BuildError, Package, check_ids
from .output import render, write
from .reference import Reference

ROOT = Path(__file__).resolve().parent.parent


def build(folder: Path) -> list[Package]:
    """All packages, checked, in order of id."""
    reference = Reference(folder)
    hardware = devices.packages(reference)
    named = [row for package in hardware for row in package.tables["devices"].rows]
    made = [
        *grid.packages(reference),
        national.package(reference),
        *mix.packages(reference),
        *facility.packages(reference),
        *fuels.packages(reference),
        *hardware,
        *processors.packages(reference, named),
        *silicon.packages(reference),
        *hourly.packages(reference),
        *inference.packages(reference),
        *models.packages(reference),
        *levers.packages(reference),
        *markets.packages(reference),
        *uncertainty.packages(reference),
    ]
    packages = {package.id: package for package in made}
    known = {row["id"] for package in made for row in getattr(package.tables.get("devices"), "rows", [])}
    defaults.add(reference, packages, known)
    made_of_kinds = kinds.package(reference, packages, STATES)
    packages[made_of_kinds.id] = made_of_kinds
    kinds.differences(packages, made_of_kinds)
    uncertainty.add(packages)
    result = [packages[identifier] for identifier in sorted(packages)]
    for package in result:
        package.check()
    check_ids(result)
    rendered = [render(package, reference) for package in result]
    for files in rendered:
        write(files, ROOT)
    return result


def main() -> int:
    """Build, and print what was written and what was left out."""
    parser = argparse.ArgumentParser(prog="python -m factors.build", description="Builds the factor data packages.")
    parser.add_argument("reference", nargs="?", type=Path, help="reference folder; else $LCA_SHARED/reference")
    folder = parser.parse_args().reference
    if folder is None:
        if not os.environ.get("LCA_SHARED"):
            parser.error("give REFERENCE_DIR, or set LCA_SHARED")
        folder = Path(os.environ["LCA_SHARED"]) / "reference"
    try:
        packages = build(folder)
    except BuildError as error:
        print(f"build failed: {error}", file=sys.stderr)
        return 1
    for package in packages:
        tables = "".join(f", {len(table.rows)} {name}" for name, table in package.tables.items())
        print(f"{package.id}: {len(package.factors)} factors{tables}")
        for note in package.left_out:
            print(f"    left out: {note}")
    quantities = Counter(factor.quantity for package in packages for factor in package.factors)
    print("per quantity:", ", ".join(f"{name} {count}" for name, count in sorted(quantities.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
