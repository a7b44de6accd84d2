"""Google Cloud Carbon Footprint: the export to BigQuery as CSV or JSON Lines, what the provider states of its customer's emissions."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError
from lca.ingest import cells
from lca.ingest.bill_rows import Table, columns, fold
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "google-carbon-footprint",
    "Google Cloud Carbon Footprint export, CSV or JSON Lines of its BigQuery table",
    "emissions by region and month as the provider states them: a line of scope 3, category 1 beside the totals, added to none",
    "energy, devices, hours, system, stage",
    sums=True,
    marks=(("usage_month", "billing_account_id", "carbon_footprint_kgCO2e", "carbon_footprint_total_kgCO2e"),),
)
_PREFIX = "carbonfootprint"
#: folded name of a column -> what it holds, in kgCO2e
_AMOUNTS = {
    f"{_PREFIX}totalkgco2elocationbased": "total_location", f"{_PREFIX}totalkgco2emarketbased": "total_market",
    f"{_PREFIX}kgco2escope1": "scope_1", f"{_PREFIX}kgco2escope2locationbased": "scope_2_location",
    f"{_PREFIX}kgco2escope2marketbased": "scope_2_market", f"{_PREFIX}kgco2escope3": "scope_3",
}  # fmt: skip
_NEEDED = {"usagemonth", f"{_PREFIX}totalkgco2elocationbased"}


@dataclass
class _Sum:
    rows: list[int] = field(default_factory=list)
    amounts: dict[str, list[float]] = field(default_factory=dict)
    version: float = 0.0


def claims(head: Head) -> bool:
    """The columns, or the keys of the first line."""
    if not head.text.lstrip("\ufeff \n").startswith("{"):
        names = columns(head)
        return "usagemonth" in names and any(n.startswith((f"{_PREFIX}kgco2e", f"{_PREFIX}total")) for n in names)
    return all(f'"{key}"' in head.lines[0] for key in ("usage_month", "carbon_footprint_total_kgCO2e"))


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per account, region and month."""
    if not log.head.text.lstrip("\ufeff \n").startswith("{") and not columns(log.head) >= _NEEDED:
        told = "an export without totals by location and market, as the first versions were"
        raise InputError(log.shown, told, "Export the current carbon model.")
    sums: dict[tuple[str, str, datetime], _Sum] = {}
    for row, raw in _rows(log):
        where = f"{log.shown}: row {row}"
        if raw is None:
            yield torn_row(where, "", "", "not a JSON object")
            continue
        fault = _take(where, row, raw, sums)
        if fault is not None:
            yield fault
        else:
            log.account.use()
    for (account, region, month), total in sorted(sums.items()):
        yield _found(account, region, month, total)


def _take(where: str, row: int, raw: Mapping[str, Any], sums: dict[tuple[str, str, datetime], _Sum]) -> Fault | None:
    try:
        month = cells.stamp(raw.get("usagemonth"))
    except ValueError as error:
        return torn_row(where, "usage_month", raw["usagemonth"], str(error))
    if month is None:
        return torn_row(where, "usage_month", "", "no value")
    amounts: dict[str, float] = {}
    for name, what in _AMOUNTS.items():
        try:
            value = cells.number(raw.get(name))
        except ValueError as error:
            return torn_row(where, what, raw[name], str(error))
        if value is not None:
            amounts[what] = value
    if "total_location" not in amounts:
        return torn_row(where, "carbon_footprint_total_kgCO2e.location_based", "", "no value")
    try:
        version = cells.number(raw.get("carbonmodelversion")) or 0.0
    except ValueError as error:
        return torn_row(where, "carbon_model_version", raw["carbonmodelversion"], str(error))
    key = (str(raw.get("billingaccountid") or ""), str(raw.get("locationregion") or ""), month.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC))  # fmt: skip
    total = sums.setdefault(key, _Sum())
    total.rows.append(row)
    total.version = max(total.version, version)
    for what, value in amounts.items():
        total.amounts.setdefault(what, []).append(value)
    return None


def _found(account: str, region: str, month: datetime, total: _Sum) -> Found:
    kg = {what: math.fsum(values) for what, values in total.amounts.items()}
    end = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    digest = hashlib.sha256(account.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    identity = "-".join(p for p in ("gcp-carbon", digest, region[:60], f"{month:%Y-%m}") if p)
    declared = {"total_co2e": kg["total_location"]} | (
        {"total_co2e_market": kg["total_market"]} if "total_market" in kg else {}
    )
    record: dict[str, Any] = {
        "id": identity, "start": month.isoformat(), "end": end.isoformat(),
        "location": {"cloud": "gcp", "region": region} if region else {},
        "declared": {name: f"{value!r} kgCO2e" for name, value in declared.items() if value > 0},
        "ext": {f"supplier_{what}": f"{value!r} kgCO2e" for what, value in kg.items()},
    }  # fmt: skip
    told = said(
        "the provider states {kg} kgCO2e, location-based, for its customer (scope 3, category 1); it is a line beside the totals of the "
        "GHG Protocol view, and in no other figure",
        kg=f"{kg['total_location']:.6g}",
    )  # fmt: skip
    return Found(
        {k: v for k, v in record.items() if v}, total.rows, (Note("no-energy", told, "declared", "info"),),
        "Google Cloud Carbon Footprint", identity=identity, position=total.version,
    )  # fmt: skip


def _rows(log: Log) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The cells of each row by the folded path of their names; None for a line that is no object."""
    if not log.head.text.lstrip("\ufeff \n").startswith("{"):
        for row, raw, _ in Table(log, ()).rows():
            yield row, {name: value for name, value in raw.items() if name}
        return
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            document = unique_keys.of_json(line.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            document = None
        yield row, dict(_flat(document, "")) if isinstance(document, dict) else None


def _flat(document: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        path = above + fold(str(name))
        if isinstance(value, dict) and len(path) < 200:
            yield from _flat(value, path)
        else:
            yield path, value
