"""Azure usage details of EA, MCA and pay-as-you-go accounts: hours of virtual machines by day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

from lca.errors import Fault, InputError, shorten
from lca.ingest.bill import Bill, Charge, Hours, charge_of
from lca.ingest.bill_rows import Table, columns, fold, number
from lca.ingest.cells import stamp
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "azure-usage",
    "Azure usage details, CSV of EA, MCA and pay-as-you-go",
    "hours of each virtual machine by month, its size, region, window, cost",
    "utilisation, energy, system, stage; the size where AdditionalInfo and MeterName do not name one",
    sums=True,
    marks=(("MeterCategory", "ConsumedService", "Date", "Quantity", "UnitOfMeasure"),),
)
#: a name of a column has changed with the kind of account
_DATE = ("date", "usagedatetime", "usagedate")
_QUANTITY = ("quantity", "usagequantity", "consumedquantity")
_COST = ("costinbillingcurrency", "cost", "pretaxcost", "extendedcost")
_CURRENCY = ("billingcurrencycode", "billingcurrency", "currency", "currencycode")
_RESOURCE = ("resourceid", "instanceid", "instancename")
_PLACE = ("resourcelocation", "location")
_PERIOD = ("billingperiodstartdate", "billingperiodenddate", "serviceperiodstartdate", "serviceperiodenddate")
_SIZE = re.compile(r'"ServiceType"\s*:\s*"(Standard_\w{1,60})"')
_METER = re.compile(
    r"[A-Z]{1,3}\d+[a-z]*(?:G\d)?(?:-\d+[a-z]*)?(?:(?: [A-Z][A-Za-z0-9]*)?|(?: [A-Za-z][A-Za-z0-9]*){2}(?= v))(?: v\d+)?"
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
#: at least two words in one, as Azure writes names, or one of its short names: no currency, no unit
_ENGLISH = re.compile(r"\(((?:[A-Z][a-z]+){2}\w*|Tags|Date|Quantity|Cost|Currency|Product|Location)\)\s*\Z")
_OTHER = {"purchase", "refund", "unusedreservation", "unusedsavingsplan", "roundingadjustment", "tax", "adjustment"}


def claims(head: Head) -> bool:
    """The header has a meter category and a date, and what was consumed: its service, or a meter and a quantity in short exports."""
    names = columns(head, _folded)
    is_short = bool(names & {"metername", "unitofmeasure"}) and bool(names & {*_QUANTITY, *_COST})
    return "metercategory" in names and bool(names & set(_DATE)) and ("consumedservice" in names or is_short)


def _folded(name: str) -> str:
    """The folded name of a column; exports in other languages give the English one in parentheses: `Maßeinheit (UnitOfMeasure)`."""
    english = _ENGLISH.search(name)
    return fold(english[1] if english else name)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per region, size, resource and month."""
    names = columns(log.head, _folded)
    for what, known in (("a quantity", _QUANTITY), ("a unit of measure", ("unitofmeasure",))):
        if not names & set(known):
            raise InputError(log.shown, f"usage of Azure without {what}", "Export it with all columns.")
    month_first, notes = _order(log)
    bill = Bill(log, "cost", "Azure")
    for row, cells, problem in Table(log, _needed(names), _folded).rows():
        if problem:
            yield from bill.bad(row, "", "", problem)
            continue
        cost, currency = _first(cells, _COST), _first(cells, _CURRENCY)
        charge = charge_of(cost, currency, cells["metercategory"])
        if charge is None:
            name, found = ("cost", cost) if charge_of(cost, "") is None else ("currency", currency)
            yield from bill.bad(row, name, found, "not an amount of money")
            continue
        bill.row("Azure", charge)
        charged = cells.get("chargetype", "").lower()
        if charged in _OTHER:
            bill.leave(said("charges of the type {charge}", charge=charged), charge._replace(service=""))
        elif charged not in ("usage", ""):
            yield from bill.bad(row, "ChargeType", cells["chargetype"], "no known type of charge")
        elif kind := _kind(cells):
            bill.leave(kind, charge)
        else:
            yield from _use(bill, row, cells, charge, month_first)
    yield from notes
    yield from bill.found()


def _use(bill: Bill, row: int, cells: dict[str, str], charge: Charge, month_first: bool) -> Iterator[Fault]:
    amount, day = _first(cells, _QUANTITY), _first(cells, _DATE)
    hours, begin, size = number(amount), _day(day, month_first), _size(cells)
    if hours != hours:
        yield from bill.bad(row, "quantity", amount, "not a number")
    elif begin is None:
        yield from bill.bad(row, "date", day, "not a date")
    elif hours <= 0:
        bill.leave_no_use(hours, charge)
    elif not size:
        bill.leave(said("hours that name no size of a machine"), charge, hours)
    else:
        region = _first(cells, _PLACE).lower().replace(" ", "")
        resource = _first(cells, _RESOURCE).lower()
        usage = f"{cells.get('meterid') or cells.get('metername', '')} {cells.get('pricingmodel', '')}"
        account = _first(cells, ("subscriptionid", "subscriptionguid", "billingaccountid"))
        one = Hours("azure", region, size, resource, begin, begin + timedelta(days=1), hours, "", account, usage,
                    bill.tags(row, cells.get("tags", "")))  # fmt: skip
        bill.use(row, one, charge)


def _needed(names: set[str]) -> set[str]:
    """Columns without which a row is torn."""
    held = {next(iter(n for n in known if n in names), "") for known in (_DATE, _QUANTITY, _COST)}
    return held | {"metercategory", "unitofmeasure"}


def _first(cells: dict[str, str], names: tuple[str, ...]) -> str:
    return next((cells[n] for n in names if cells.get(n)), "")


def _kind(cells: dict[str, str]) -> str:
    """What a row of usage is that holds no hours of a machine; empty for one that may."""
    if cells.get("metercategory", "").lower() != "virtual machines":
        return said("usage other than of virtual machines")
    unit = cells.get("unitofmeasure", "").lower()
    if unit in ("1 hour", "1 hours", "hour", "hours"):
        return ""
    if unit.endswith((" hour", " hours")):
        return said("hours in lots, of which the file does not say whether the quantity counts hours or lots")
    return said("usage that is not in hours")


def _size(cells: dict[str, str]) -> str:
    """The size as Azure names it: in AdditionalInfo, or as the name of the meter where that is one size alone."""
    found = _SIZE.search(cells.get("additionalinfo", ""))
    if found:
        return found[1]
    meter = cells.get("metername", "").removesuffix(" Spot").removesuffix(" Low Priority")
    return f"Standard_{meter.replace(' ', '_')}" if _METER.fullmatch(meter) else ""


def _order(log: Log) -> tuple[bool, tuple[Note, ...]]:
    """Whether 9/2/2023 is 2 September, by the dates of the file that leave no doubt. Raises InputError where they contradict."""
    example, first, second = "", "", ""
    for _, cells, _ in Table(log, (), _folded).rows(again=True):
        for name in chain(_DATE, _PERIOD):
            found = _SLASHED.fullmatch(cells.get(name, ""))
            if found:
                a, b = int(found[1]), int(found[2])
                example = example or (found[0] if a != b else "")
                first = first or (found[0] if a > 12 >= b else "")
                second = second or (found[0] if b > 12 >= a else "")
    if first and second:
        raise InputError(log.shown, f"dates in two orders: {shorten(first)} and {shorten(second)}", "Export it with dates as YYYY-MM-DD.")  # fmt: skip
    if example and not first and not second:
        told = said(
            "dates such as {example} are read as month/day/year: no date of the file tells which comes first",
            example=shorten(example),
        )
        return True, (Note("clock-fault", told, "start", "warning"),)
    return not first, ()


def _day(text: str, month_first: bool) -> datetime | None:
    """The day of a date as exports write it, UTC."""
    try:
        slashed = ("%m/%d/%Y" if month_first else "%d/%m/%Y") if _SLASHED.fullmatch(text) else ""
        made = stamp(text, slashed)
    except ValueError:
        return None
    return made.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC) if made is not None else None
