"""AWS Cost and Usage Report, legacy and 2.0: usage of EC2 and SageMaker instances in hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.bill import Bill, Hours, columns, folded, instance_type, is_nothing, money_of, number, utc
from lca.ingest.formats import Format, Found
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "aws-cur",
    "AWS Cost and Usage Report, CSV, legacy and 2.0",
    "hours of each EC2 and SageMaker instance by month, its type, region, window, unblended cost",
    "utilisation, energy, system, stage; the instance where the report has no resource ids",
    sums=True,
)
NEEDED = {"lineitemusagestartdate", "lineitemusageenddate", "lineitemlineitemtype", "lineitemusageamount", "lineitemusagetype", "lineitemunblendedcost"}  # fmt: skip
#: hours that machines ran: what a Savings Plan covers has a type of its own, its negation takes back money alone
#: https://docs.aws.amazon.com/cur/latest/userguide/cur-sp.html
_RAN = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
_OTHER = {"Tax", "Fee", "RIFee", "Credit", "Refund", "BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "Discount",
          "SavingsPlanNegation", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee"}  # fmt: skip
#: usage types of running instances; others name a type too, such as the surcharge `EBSOptimized:p2.xlarge`
_INSTANCE = re.compile(r"(?:^|-)(?:(?:Box|Spot|Dedicated|HostBox)Usage:|[A-Za-z-]+:ml\.)")
_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]")


def claims(head: Head) -> bool:
    """The header has the columns of line items."""
    return columns(head) >= NEEDED


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per region, instance type, resource and month."""
    bill = Bill(log, "UnblendedCost", "AWS CUR")
    for row, raw in log.records():
        cells = folded(raw)
        money = money_of(cells.get("lineitemunblendedcost", ""), cells.get("lineitemcurrencycode", ""))
        if money is None:
            yield from bill.bad(
                row, "lineItem/UnblendedCost", cells.get("lineitemunblendedcost", ""), "not an amount of money"
            )
            continue
        bill.row("AWS", money)
        kind = _kind(cells)
        if kind:
            bill.leave(kind, money)
            continue
        hours = number(cells.get("lineitemusageamount", ""))
        begin, end = utc(cells.get("lineitemusagestartdate", "")), utc(cells.get("lineitemusageenddate", ""))
        if hours != hours:
            yield from bill.bad(row, "lineItem/UsageAmount", cells.get("lineitemusageamount", ""), "not a number")
        elif begin is None or end is None:
            name = "UsageStartDate" if begin is None else "UsageEndDate"
            yield from bill.bad(row, f"lineItem/{name}", cells.get("lineitem" + name.lower(), ""), "not a time")
        elif end <= begin:
            yield from bill.bad(
                row,
                "lineItem/UsageEndDate",
                cells["lineitemusageenddate"],
                "not after UsageStartDate",
                "clock-fault",
            )
        elif hours <= 0:
            bill.leave(said("0 hours, or hours below 0"), money)
        else:
            model = instance_type("aws", [cells.get("productinstancetype", ""), cells["lineitemusagetype"]])
            if not model:
                bill.leave(said("hours that name no instance type"), money)
                continue
            resource = cells.get("lineitemresourceid", "") or cells.get("productsku", "")
            bill.use(row, Hours("aws", _region(cells), model, resource, begin, end, hours), money)
    yield from bill.found()


def _kind(cells: dict[str, str]) -> str:
    """What a row is that holds no hours of an instance; empty for one that may."""
    what = cells.get("lineitemlineitemtype", "")
    if what not in _RAN:
        return (
            said("line items of the type {type}", type=what) if what in _OTHER else said("line items of no known type")
        )
    unit = cells.get("pricingunit", "").lower()
    if unit not in ("hrs", "hours", "hour", ""):
        return said("usage that is not in hours")
    if not _INSTANCE.search(cells.get("lineitemusagetype", "")):
        return said("usage other than of instances")
    return ""


def _region(cells: dict[str, str]) -> str:
    for name in ("productregioncode", "productregion"):
        if not is_nothing(cells.get(name, "")):
            return cells[name]
    zone = _ZONE.fullmatch(cells.get("lineitemavailabilityzone", ""))
    return zone[1] if zone else ""
