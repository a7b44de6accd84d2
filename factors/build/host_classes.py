"""Classes of the host that stands around a device, by its kind and name: own/host_classes.csv, the first row that fits."""

from __future__ import annotations

import re

from .model import BuildError
from .reference import Row, own_csv


def assign(rows: list[Row]) -> None:
    """Give each device its `host_class`, empty where no row fits. Raises BuildError for a row that fits no device."""
    classes = own_csv("host_classes.csv")
    used: set[int] = set()
    for device in rows:
        device["host_class"] = ""
        for number, row in enumerate(classes):
            if row["class"] == device["class"] and re.search(row["pattern"], device["name"]):
                device["host_class"] = row["host_class"]
                used.add(number)
                break
    if idle := [row for number, row in enumerate(classes) if number not in used]:
        raise BuildError(f"own/host_classes.csv: no device fits {idle[0]['class']} {idle[0]['pattern']}")
