"""Azure usage: sizes of machines, the order of dates, a machine that runs no more than a day in a day."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, findings
from test_format_focus import FIXTURES, bill_notes, claimed_alone, damaged, of
from test_formats import REAL, real, take

import lca

FIXTURE = (FIXTURES / "azure-usage" / "azure-usage.csv").read_bytes()


def changed(tmp_path, *pairs):
    text = FIXTURE.decode()
    for old, new in pairs:
        text = text.replace(old, new)
    path = tmp_path / "usage.csv"
    path.write_text(text, "utf-8")
    return path


def test_hours_of_machines_by_size(tmp_path):
    a = lca.assess(str(changed(tmp_path)), now=NOW)
    assert of(a.intake) == [
        ("Standard_NC24ads_A100_v4", 44.0, "azure", "westeurope"),
        ("Standard_D2s_v3", 48.0, "azure", "westeurope"),
    ]
    first = a.intake.runs[0]
    assert (first.start.isoformat(), first.end.isoformat()) == ("2025-03-04T00:00:00+00:00", "2025-03-06T00:00:00+00:00")  # fmt: skip
    assert first.provenance.rows == [2, 3, 4]
    assert not findings(a, "clock-fault")
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("ovelace", "5f1c", "trainer", "Ada") if w in told]


def test_the_bill_adds_up(tmp_path):
    told = bill_notes(changed(tmp_path))
    assert told == [
        "rows in the bill BILL: 10 (Azure 10), cost 1074.7000 EUR; rows of machine hours among them: 4, 164.0000 EUR",
        "one row of BILL, 0.2000 EUR, is left out: hours that name no size of a machine",
        "2 rows of BILL, 3.5000 EUR, are left out: usage other than of virtual machines",
        "one row of BILL, 7.0000 EUR, is left out: hours in lots, of which the file does not say whether the quantity counts hours or lots",
        "one row of BILL, 900.0000 EUR, is left out: charges of the type purchase",
        "one row of BILL, 0.0000 EUR, is left out: 0 hours",
        "4.5 h of BILL are left out: more hours of one machine than its period has",
    ]


def test_an_order_of_dates_that_nothing_tells(tmp_path):
    intake = take(changed(tmp_path, ("3/31/2025", "3/12/2025")))
    assert [n.message for _, n in intake.notes if n.code == "clock-fault"] == [
        "dates such as 3/4/2025 are read as month/day/year: no date of the file tells which comes first"
    ]
    assert intake.runs[0].start.month == 3


def test_days_first_where_the_period_tells(tmp_path):
    intake = take(changed(tmp_path, ("3/31/2025", "31/3/2025")))
    assert intake.runs[0].start.isoformat() == "2025-04-03T00:00:00+00:00"
    assert not [n for _, n in intake.notes if n.code == "clock-fault"]


def test_dates_in_two_orders(tmp_path):
    path = changed(tmp_path, ("3/31/2025\n", "31/3/2025\n"), ("3/4/2025", "3/14/2025"))
    assert [str(f) for f in take(path).faults] == [
        f"{path}: dates in two orders: 31/3/2025 and 3/14/2025. Export it with dates as YYYY-MM-DD."
    ]


def test_days_in_iso_form(tmp_path):
    assert take(changed(tmp_path, ("3/4/2025", "2025-03-04T00:00:00"))).runs[0].start.day == 4


def test_names_of_columns_of_pay_as_you_go(tmp_path):
    path = changed(tmp_path, ("Date,Meter", "usageDateTime,Meter"), ("Quantity,", "usageQuantity,"), ("CostInBillingCurrency", "preTaxCost"), ("ResourceId", "instanceId"))  # fmt: skip
    assert of(take(path))[0] == ("Standard_NC24ads_A100_v4", 44.0, "azure", "westeurope")


FAULTS = {
    "hours": (",1 Hour,20,", ",1 Hour,2O,", "quantity: not a number (found 2O)."),
    "cost": (",20,70,", ",20,x,", "cost: not an amount of money (found x)."),
    "date": ("3/4/2025,Virtual Machines,NCads A100 v4 Series,NC24ads A100 v4,1 H", "2/30/2025,Virtual Machines,NCads A100 v4 Series,NC24ads A100 v4,1 H", "date: not a date (found 2/30/2025)."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, told = FAULTS[name]
    path = changed(tmp_path, (old, new))
    assert [str(f) for f in take(path).faults] == [f"{path}: row 2: {told} Restore the row from its source."]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.csv", FIXTURE, "azure-usage")


@real
def test_real_enterprise_usage():
    intake = take(REAL / "cloud-billing" / "azure_ea_anonymous.csv")
    assert not intake.faults
    assert of(intake) == [
        ("Standard_DS4_v2", 0.433342, "azure", "centralus"),
        ("Standard_L4s", 0.316673, "azure", "westus2"),
    ]
    assert bill_notes(REAL / "cloud-billing" / "azure_ea_anonymous.csv")[0] == "rows in the bill BILL: 27 (Azure 27), cost 1.2614 CAD; rows of machine hours among them: 3, 0.0483 CAD"  # fmt: skip


@real
@pytest.mark.parametrize(
    ("name", "told"),
    [("azure_vm_row", "usage of Azure without a quantity"), ("azure_enterprise_camel", "no row holds hours of a machine"),
     ("azure_bom", "no row holds hours of a machine")],
)  # fmt: skip
def test_real_files_without_hours_of_machines(name, told):
    [fault] = take(REAL / "cloud-billing" / f"{name}.csv").faults
    assert fault.problem.startswith(told)


@real
def test_no_other_file_is_claimed():
    names = ("azure_bom", "azure_ea_anonymous", "azure_enterprise_camel", "azure_vm_row")
    claimed_alone("azure-usage", *(f"cloud-billing/{n}.csv" for n in names))


def test_regions_and_sizes_as_bills_write_them(tmp_path):
    """44 h of one A10 in Ireland, and 44 h of four GPUs of the NVL72 in Virginia: 44 and 176 GPU-hours, beside 48 h of a machine
    without GPUs."""
    for region, meter, hours, country in (
        ("EU North", "NV36ads A10 v5", 44, "IE"),
        ("US East 2", "ND128isr NDR GB200 v6", 176, "US"),
        ("US West 3", "ND128isr GB200 v6", 176, "US"),
    ):
        path = changed(tmp_path, ("WestEurope", region), ("NC24ads A100 v4", meter))
        a = lca.assess(str(path), now=NOW)
        assert a.total("device_hours")["value"] == pytest.approx(hours + 48)
        assert set(a.results["country"]) == {country}
        assert not findings(a, "unknown-region")
        assert not findings(a, "location-missing")


LOCALISED = {
    "German": (("ResourceLocation,", "Ressourcenstandort (ResourceLocation),"), ("Date,MeterCategory,", "Datum (Date),Kategorie der Verbrauchseinheit (MeterCategory),"),
               ("MeterName,UnitOfMeasure,", "Name der Verbrauchseinheit (MeterName),Maßeinheit (UnitOfMeasure),"), ("ConsumedService,", "Genutzter Dienst (ConsumedService),"),
               ("AdditionalInfo,", "Zusätzliche Informationen (AdditionalInfo),")),
    "French": (("ResourceLocation,", "Emplacement (ResourceLocation),"), ("Quantity,Cost", "Quantité (Quantity),Cost"), ("MeterCategory,", "Catégorie (MeterCategory),")),
    "Japanese": (("MeterCategory,", "測定カテゴリ (MeterCategory),"), ("UnitOfMeasure,", "単位 (UnitOfMeasure),")),
}  # fmt: skip


@pytest.mark.parametrize("language", LOCALISED)
def test_headers_of_other_languages_give_the_english_name_in_parentheses(tmp_path, language):
    header, _, rows = FIXTURE.decode().partition("\n")
    for old, new in LOCALISED[language]:
        assert old in header
        header = header.replace(old, new)
    path = tmp_path / "usage.csv"
    path.write_text(header + "\n" + rows, "utf-8")
    assert of(take(path)) == [
        ("Standard_NC24ads_A100_v4", 44.0, "azure", "westeurope"),
        ("Standard_D2s_v3", 48.0, "azure", "westeurope"),
    ]


SHORT = "Date,MeterCategory,MeterName,ResourceLocation,Quantity,UnitOfMeasure,CostInBillingCurrency\n"


def test_a_short_export(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text(SHORT + "2025-03-04,Virtual Machines,NC24ads A100 v4,westeurope,20,1 Hour,70\n")
    assert of(take(path)) == [("Standard_NC24ads_A100_v4", 20.0, "azure", "westeurope")]


def test_a_short_export_without_units_says_what_is_missing(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("Date,MeterCategory,MeterName,Quantity,Cost\n2025-03-04,Virtual Machines,NC24ads A100 v4,20,70\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: usage of Azure without a unit of measure. Export it with all columns."
    ]


def test_titles_above_the_header_are_no_header(tmp_path):
    path = changed(tmp_path)
    expected = lca.assess(str(path), now=NOW).intake
    path.write_text("Usage details,,,\n\nEnrolment number,12345,,\n" + path.read_text("utf-8"), "utf-8")
    intake = lca.assess(str(path), now=NOW).intake
    assert of(intake) == of(expected)
    assert intake.runs[0].provenance.rows == [5, 6, 7]
    assert [n.code for _, n in intake.notes] == [n.code for _, n in expected.notes]
    assert len(intake.faults) == len(expected.faults)
