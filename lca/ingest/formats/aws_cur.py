"""AWS Cost and Usage Report, legacy and 2.0: usage of EC2 and SageMaker instances in hours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lca import tags
from lca.errors import Fault
from lca.ingest import cells as cell
from lca.ingest.bill import Bill, Charge, Hours, charge_of
from lca.ingest.bill_rows import HOURS, Table, columns, first_type, fold, moment, number
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said
from lca.tags import Tags

FORMAT = Format(
    "aws-cur",
    "AWS Cost and Usage Report, CSV, legacy and 2.0",
    "hours of each EC2 and SageMaker instance by month and tags, its type, region, window, unblended cost",
    "utilisation, energy, system, stage; the instance where the report has no resource ids",
    sums=True,
    marks=(("lineItem/UsageStartDate", "lineItem/UsageEndDate", "lineItem/LineItemType", "lineItem/UsageAmount", "lineItem/UsageType", "lineItem/UnblendedCost"),),
)  # fmt: skip
NEEDED = {"lineitemusagestartdate", "lineitemusageenddate", "lineitemlineitemtype", "lineitemusageamount", "lineitemusagetype", "lineitemunblendedcost"}  # fmt: skip
#: hours that machines ran: what a Savings Plan covers has a type of its own, its negation takes back money alone
#: https://docs.aws.amazon.com/cur/latest/userguide/cur-sp.html
_RAN = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
_OTHER = {"Tax", "Fee", "RIFee", "Credit", "Refund", "BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "Discount",
          "SavingsPlanNegation", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee"}  # fmt: skip
#: usage types of running instances; others name a type too, such as the surcharge `EBSOptimized:p2.xlarge`
_INSTANCE = re.compile(r"(?:^|-)(?:(?:Box|Spot|Dedicated|HostBox)Usage:|[A-Za-z-]+:ml\.)")
_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]")
#: columns of tags: `resourceTags/user:team` (legacy), `resource_tags_user_team` (tables), and the map `resource_tags` (2.0)
_TAG = re.compile(r"resource_?tags(?:/user:|_user_)(.+)", re.I)
_TAGS = "resourcetags"
#: combinations of tags that are remembered
_MOST_HELD = 65536


def claims(head: Head) -> bool:
    """The header has the columns of line items."""
    return columns(head) >= NEEDED


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per region, instance type, resource, month and tags."""
    bill = Bill(log, "UnblendedCost", "AWS CUR")
    table = Table(log, NEEDED)
    tags_of: Callable[[int, dict[str, str]], Tags] | None = None
    for row, cells, problem in table.rows():
        if problem:
            yield from bill.bad(row, "", "", problem)
            continue
        cost, currency = cells["lineitemunblendedcost"], cells.get("lineitemcurrencycode", "")
        charge = charge_of(cost, currency, cells.get("lineitemproductcode", ""))
        if charge is None:
            name, found = ("UnblendedCost", cost) if number(cost or "0") != number(cost or "0") else ("CurrencyCode", currency)  # fmt: skip
            yield from bill.bad(row, f"lineItem/{name}", found, "not an amount of money")
            continue
        bill.row("AWS", charge)
        what = cells["lineitemlineitemtype"]
        if what not in _RAN:
            if what in _OTHER:
                bill.leave(said("line items of the type {type}", type=what), charge._replace(service=""))
            else:
                yield from bill.bad(row, "lineItem/LineItemType", what, "no known type of line item")
            continue
        kind = _kind(cells)
        if kind:
            bill.leave(kind, charge)
            continue
        if tags_of is None:
            tags_of = _reader_of_tags(bill, table.header)
        yield from _use(bill, row, cells, charge, tags_of(row, cells))
    yield from bill.found()


def _use(bill: Bill, row: int, cells: dict[str, str], charge: Charge, tagged: Tags) -> Iterator[Fault]:
    amount = cells["lineitemusageamount"]
    hours = number(amount)
    begin, end = moment(cells["lineitemusagestartdate"]), moment(cells["lineitemusageenddate"])
    usage = cells["lineitemusagetype"]
    unit = cells.get("pricingunit", "")
    if hours != hours:
        yield from bill.bad(row, "lineItem/UsageAmount", amount, "not a number")
    elif unit.lower() not in HOURS and not cell.is_blank(unit):
        yield from bill.bad(row, "pricing/unit", unit, "not hours, in which instances are charged")
    elif begin is None or end is None or end <= begin:
        texts = (cells["lineitemusagestartdate"], cells["lineitemusageenddate"])
        yield from bill.bad_period(row, ("lineItem/UsageStartDate", "lineItem/UsageEndDate"), texts, (begin, end))
    elif hours <= 0:
        bill.leave_no_use(hours, charge)
    else:
        model = first_type("aws", (cells.get("productinstancetype", ""), usage))
        if not model:
            bill.leave(said("hours that name no instance type"), charge, hours)
            return
        resource = cells.get("lineitemresourceid", "") or cells.get("productsku", "")
        account = cells.get("lineitemusageaccountid", "") or cells.get("billpayeraccountid", "")
        priced = f"{usage} {cells['lineitemlineitemtype']}"
        one = Hours("aws", _region(cells), model, resource, begin, end, hours, "", account, priced, tagged)
        bill.use(row, one, charge)


def _kind(cells: dict[str, str]) -> str:
    """What a row of usage is that holds no hours of an instance; empty for one that may."""
    usage = cells["lineitemusagetype"]
    if _INSTANCE.search(usage):
        return ""
    if "bedrock" in cells.get("lineitemproductcode", "").lower() or "-tokens" in usage.lower():
        return said("tokens and other use of models of Amazon Bedrock, which name no device")
    if "sagemaker" in cells.get("lineitemproductcode", "").lower():
        return said("usage of SageMaker other than of instances")
    if cells.get("pricingunit", "").lower() not in (*HOURS, ""):
        return said("usage that is not in hours")
    return said("usage other than of instances")


def _reader_of_tags(bill: Bill, header: list[str]) -> Callable[[int, dict[str, str]], Tags]:
    """What takes the tags out of a row."""
    names = [(match[1], fold(name)) for name in header if (match := _TAG.fullmatch(name))]
    held: dict[tuple[str, ...], Tags] = {}

    def tags_of(row: int, cells: dict[str, str]) -> Tags:
        whole = cells.get(_TAGS, "")
        values = (whole, *(cells.get(column, "") for _, column in names))
        made = held.get(values)
        if made is None:
            pairs = [(name, value) for (name, _), value in zip(names, values[1:], strict=True)]
            made = tags.tags(pairs) or bill.tags(row, whole, "user_")
            if len(held) < _MOST_HELD and (made or not whole):  # what cannot be read is told of each row
                held[values] = made
        return made

    return tags_of


def _region(cells: dict[str, str]) -> str:
    for name in ("productregioncode", "productregion"):
        if not cell.is_blank(cells.get(name, "")):
            return cells[name]
    zone = _ZONE.fullmatch(cells.get("lineitemavailabilityzone", ""))
    return zone[1] if zone else ""
