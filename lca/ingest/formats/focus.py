"""FOCUS 1.0 to 1.2: the common format of cloud bills; rows of hours of compute instances count, by resource and month."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.places import provider as known_provider
from lca.errors import Fault, shorten
from lca.ingest.bill import Bill, Hours, Money, columns, fold, instance_type, is_nothing, number, utc
from lca.ingest.formats import Format, Found
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "focus",
    "FOCUS 1.0 to 1.2, CSV of cloud charges",
    "hours of each cloud instance by month, its type where a column names it, cloud and region, window, billed cost",
    "utilisation, energy, system, stage; the type where the bill names only a series",
    sums=True,
)
NEEDED = {"BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ConsumedQuantity", "ConsumedUnit", "ProviderName"}  # fmt: skip
HOURS = ("hours", "hour", "hrs", "hr", "1 hour", "1 hours")
COMPUTE = ("compute", "ai and machine learning")
#: values of ChargeCategory in FOCUS 1.0 to 1.2 other than Usage
_CATEGORIES = ("purchase", "tax", "credit", "adjustment")
#: where the type of an instance stands, the best first: columns with x_ are those of AWS and Azure
_TEXTS = ("SkuPriceDetails", "x_UsageType", "x_SkuDetails", "x_SkuMeterName", "SkuMeter", "ChargeDescription", "ResourceType")  # fmt: skip


def claims(head: Head) -> bool:
    """The header has the columns that FOCUS demands."""
    return columns(head) >= {fold(name) for name in NEEDED}


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per provider, region, instance type, resource and month."""
    bill = Bill(log, "BilledCost", "FOCUS")
    for row, cells in log.records():
        cost = cells.get("BilledCost", "")
        value = 0.0 if is_nothing(cost) else number(cost)
        currency = cells.get("BillingCurrency", "")
        if value != value or not (is_nothing(currency) or currency.isalpha()):
            name, text = ("BilledCost", cost) if value != value else ("BillingCurrency", currency)
            yield from bill.bad(row, name, text, "not a number" if value != value else "not a currency")
            continue
        money = Money(value, currency if not is_nothing(currency) else "")
        bill.row(shorten(cells.get("ProviderName", "") or "no provider", 40), money)
        kind = _kind(cells)
        if kind:
            bill.leave(kind, money)
            continue
        yield from _use(bill, row, cells, money)
    yield from bill.found()


def _kind(cells: dict[str, str]) -> str:
    """What a row is that holds no hours of an instance; empty for one that may."""
    category = cells.get("ChargeCategory", "").lower()
    if category != "usage":
        told = said("charges of the category {category}", category=category)
        return told if category in _CATEGORIES else said("charges of no known category")
    if cells.get("ChargeClass", "").lower() == "correction":
        return said("corrections of an earlier bill")
    if cells.get("CommitmentDiscountStatus", "").lower() == "unused":
        return said("commitments that were not used")
    if cells.get("ConsumedUnit", "").lower() not in HOURS:
        return said("usage that is not in hours")
    if "ServiceCategory" in cells and cells["ServiceCategory"].lower() not in COMPUTE:
        return said("hours of services other than compute")
    return ""


def _use(bill: Bill, row: int, cells: dict[str, str], money: Money) -> Iterator[Fault]:
    hours = number(cells.get("ConsumedQuantity", ""))
    begin, end = utc(cells.get("ChargePeriodStart", "")), utc(cells.get("ChargePeriodEnd", ""))
    if hours != hours:
        yield from bill.bad(row, "ConsumedQuantity", cells.get("ConsumedQuantity", ""), "not a number")
    elif begin is None or end is None:
        name = "ChargePeriodStart" if begin is None else "ChargePeriodEnd"
        yield from bill.bad(row, name, cells.get(name, ""), "not a time")
    elif end <= begin:
        yield from bill.bad(
            row, "ChargePeriodEnd", cells["ChargePeriodEnd"], "not after ChargePeriodStart", "clock-fault"
        )
    elif hours == 0:
        bill.leave(said("0 hours"), money)
    elif hours < 0:
        bill.leave(said("hours below 0, which take back hours that are not named"), money)
    else:
        cloud = known_provider(cells.get("ProviderName", ""))
        model = instance_type(cloud, [cells.get(name, "") for name in _TEXTS])
        if not model:
            bill.leave(said("hours that name no instance type"), money)
            return
        region = cells.get("RegionId", "")
        resource = next((cells[n] for n in ("ResourceId", "SkuId") if not is_nothing(cells.get(n, ""))), "")
        bill.use(row, Hours(cloud, "" if is_nothing(region) else region, model, resource, begin, end, hours), money)
