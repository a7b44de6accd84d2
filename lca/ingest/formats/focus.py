"""FOCUS 1.0 to 1.2: the common format of cloud bills; rows of hours of compute instances count, by resource and month."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.places import provider as known_provider
from lca.errors import Fault, shorten
from lca.ingest.bill import Bill, Charge, Hours, charge_of
from lca.ingest.bill_rows import HOURS, Table, columns, first_type, fold, moment, number
from lca.ingest.cells import is_blank
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "focus",
    "FOCUS 1.0 to 1.2, CSV of cloud charges",
    "hours of each cloud instance by month and tags, its type where a column names it, cloud and region, window, billed cost",
    "utilisation, energy, system, stage; the type where the bill names only a series",
    sums=True,
    marks=(("BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ConsumedQuantity", "ConsumedUnit", "ProviderName"),),
)  # fmt: skip
NEEDED = {"BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ConsumedQuantity", "ConsumedUnit", "ProviderName"}  # fmt: skip
COMPUTE = ("compute", "ai and machine learning")
#: values of ChargeCategory in FOCUS 1.0 to 1.2 other than Usage
_CATEGORIES = ("purchase", "tax", "credit", "adjustment")
#: where the type of an instance stands, the best first: columns with x_ are those of AWS and Azure
_TEXTS = tuple(map(fold, ("SkuPriceDetails", "x_InstanceType", "x_UsageType", "x_SkuDetails", "x_SkuMeterName", "SkuMeter", "ChargeDescription", "ResourceType")))  # fmt: skip
#: what tells rows of one resource apart in each export: meter and way of pricing
_USAGE = ("skupriceid", "skumeter", "xusagetype", "pricingcategory", "commitmentdiscountid", "availabilityzone")


def claims(head: Head) -> bool:
    """The header has the columns that FOCUS demands."""
    return columns(head) >= {fold(name) for name in NEEDED}


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per provider, region, instance type, resource, month and tags."""
    bill = Bill(log, "BilledCost", "FOCUS")
    for row, cells, problem in Table(log, {fold(name) for name in NEEDED}).rows():
        if problem:
            yield from bill.bad(row, "", "", problem)
            continue
        cost, currency = cells["billedcost"], cells.get("billingcurrency", "")
        charge = charge_of(cost, currency, cells.get("servicename", ""))
        if charge is None:
            is_cost = charge_of(cost, "") is None
            name, text = ("BilledCost", cost) if is_cost else ("BillingCurrency", currency)
            yield from bill.bad(row, name, text, "not a number" if is_cost else "not a currency")
            continue
        bill.row(shorten(cells["providername"] or "no provider", 40), charge)
        category = cells["chargecategory"].lower()
        if category in _CATEGORIES:
            bill.leave(said("charges of the category {category}", category=category), charge._replace(service=""))
        elif category != "usage":
            yield from bill.bad(row, "ChargeCategory", cells["chargecategory"], "no category of FOCUS")
        elif kind := _kind(cells):
            bill.leave(kind, charge)
        else:
            yield from _use(bill, row, cells, charge)
    yield from bill.found()


def _kind(cells: dict[str, str]) -> str:
    """What a row of usage is that holds no hours of an instance; empty for one that may."""
    if cells.get("chargeclass", "").lower() == "correction":
        return said("corrections of an earlier bill")
    if cells.get("commitmentdiscountstatus", "").lower() == "unused":
        return said("commitments that were not used")
    if cells["consumedunit"].lower() not in HOURS:
        return said("usage that is not in hours")
    if "servicecategory" in cells and cells["servicecategory"].lower() not in COMPUTE:
        return said("hours of services other than compute")
    return ""


def _use(bill: Bill, row: int, cells: dict[str, str], charge: Charge) -> Iterator[Fault]:
    hours = number(cells["consumedquantity"])
    begin, end = moment(cells["chargeperiodstart"]), moment(cells["chargeperiodend"])
    if hours != hours:
        yield from bill.bad(row, "ConsumedQuantity", cells["consumedquantity"], "not a number")
    elif begin is None or end is None or end <= begin:
        texts = (cells["chargeperiodstart"], cells["chargeperiodend"])
        yield from bill.bad_period(row, ("ChargePeriodStart", "ChargePeriodEnd"), texts, (begin, end))
    elif hours <= 0:
        bill.leave_no_use(hours, charge)
    else:
        cloud = known_provider(cells["providername"])
        model = first_type(cloud, [cells.get(name, "") for name in _TEXTS])
        if not model:
            bill.leave(said("hours that name no instance type"), charge, hours)
            return
        region = cells.get("regionid", "")
        resource = next((cells[n] for n in ("resourceid", "skuid") if not is_blank(cells.get(n, ""))), "")
        account = next((cells[n] for n in ("subaccountid", "billingaccountid") if not is_blank(cells.get(n, ""))), "")
        usage = "\x1e".join("" if is_blank(cells.get(name, "")) else cells[name] for name in _USAGE)
        one = Hours(cloud, "" if is_blank(region) else region, model, resource, begin, end, hours, "", account, usage,
                    bill.tags(row, cells.get("tags", "")))  # fmt: skip
        bill.use(row, one, charge)
