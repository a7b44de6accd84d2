"""Hourly matching: against annual factors, published means, clock changes and leap years; and every broken series."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import assess, delivered, findings, run, value, write
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.catalogue import series
from lca.errors import FactorError
from lca.resources import folder

HEAD = "id,quantity,geography,valid_from,valid_to,year_basis,value,unit,scope,source,evidence,series\n"
SOURCE = {"key": "own", "title": "Own measurement", "publisher": "Tests", "year": 2024}


def metered(id="r", /, country="DE", kwh=1000.0, **fields):
    """A run whose facility energy is metered, in one country."""
    fields = {
        "location": {"country": country},
        "start": "2020-01-01T00:00:00Z",
        "end": None,
        "duration": None,
        "devices": None,
    } | fields
    return run(id, energy=[{"value": f"{kwh!r} kWh", "boundary": "facility", "method": "counter"}], **fields)


def own(path, table="", name="own.csv", quantity="hourly_lifecycle", **row):
    """A factor set with one series; `row` replaces cells of its row."""
    made = {"id": "own-1", "quantity": quantity, "geography": "NL", "valid_from": "", "valid_to": "", "year_basis": "undated",
            "value": "", "unit": "gCO2e/kWh", "scope": "lifecycle", "source": "own", "evidence": "A", "series": name} | row  # fmt: skip
    package = {
        "name": f"own/{path.name}",
        "version": "1",
        "title": "Own",
        "licenses": [{"name": "CC0-1.0"}],
        "sources": [SOURCE],
    }
    write(path / "datapackage.json", package)
    write(path / "factors.csv", HEAD + ",".join(made[c] for c in HEAD.strip().split(",")) + "\n")
    if table:
        write(path / name, table)
    return path


def hours(values, start="2024-01-01T00:00", column="lifecycle"):
    """A table of hours; None is blank."""
    first = datetime.fromisoformat(start)
    lines = [f"{(first + timedelta(hours=n)).isoformat()}Z,{'' if v is None else v}" for n, v in enumerate(values)]
    return f"datetime_utc,{column}\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("zone", "year", "mean", "lacking", "quantity"),
    [("DE", 2020, 297.15, 1, "use_co2e_hourly"), ("FR", 2020, 53.32, 9, "use_co2e_hourly"),
     ("GB", 2020, 230.36, 0, "use_co2e_hourly"), ("US-CA", 2022, 256.19, 3, "use_co2e_location_hourly")],
)  # fmt: skip
def test_an_even_year_gives_the_published_mean_of_the_series(zone, year, mean, lacking, quantity):
    place = {"subdivision": zone} if "-" in zone else {"country": zone}
    made = assess(metered(location=place, start=f"{year}-01-01T00:00:00Z", end=f"{year + 1}-01-01T00:00:00Z"))
    whole = delivered(mean, zone) if quantity == "use_co2e_hourly" else mean
    assert value(made, quantity) == pytest.approx(whole, abs=0.006)
    told = [f.message for f in findings(made, "hourly-gap")]
    count = 8784 if year == 2020 else 8760
    assert bool(told) == bool(lacking)
    assert all(t.startswith(f"{lacking} of {count} hours have no hourly factor: ") for t in told)


@pytest.mark.skipif("LCA_SHARED" not in os.environ, reason="set LCA_SHARED: the generation of each hour is not shipped")
@pytest.mark.parametrize(
    ("zone", "lifecycle", "direct"), [("DE", 294.2, 232.1), ("FR", 54.3, 29.4), ("GB", 238.2, 163.3)]
)
def test_a_run_shaped_like_the_generation_gives_the_generation_weighted_mean(zone, lifecycle, direct):
    path = Path(os.environ["LCA_SHARED"]) / "reference" / "factors" / "hourly" / f"{zone}_2020.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        counted, samples = 0.0, [["2020-01-01T00:00:00Z", 0.0]]
        for row in csv.DictReader(handle):
            counted += float(row["generation_mwh"]) / 1e6
            after = datetime.fromisoformat(row["datetime_utc"].replace("Z", "+00:00")) + timedelta(hours=1)
            samples.append([after.isoformat(), counted])
    power = {"samples": samples, "unit": "kWh", "boundary": "node"}
    made = assess(metered(country=zone, kwh=1000, end="2021-01-01T00:00:00Z", power=power))
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(lifecycle, zone), abs=0.1)
    assert value(made, "use_co2e_location_hourly") == pytest.approx(direct, abs=0.1)
    assert not findings(made, "hourly-even-spread")


def test_a_constant_series_gives_the_annual_figure(tmp_path):
    own(tmp_path / "own", hours([250] * 8784))
    made = assess(
        metered(country="NL", start="2024-03-05T07:13:00+01:00", duration="1000.7 h"), factors=[tmp_path / "own"]
    )
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(250.0, "NL"), rel=1e-12)
    assert value(made, "facility_energy") == 1000.0


def test_the_headline_is_annual_unless_the_profile_says_otherwise():
    log = metered(start="2020-05-01T00:00:00Z", duration="10 h")
    annual = assess(log)
    hourly = assess(log, profile={"id": "p", "grid_matching": "hourly"})
    for name in ("use_co2e", "use_co2e_location"):
        assert value(annual, name) != pytest.approx(value(annual, f"{name}_hourly"), rel=0.01)
        assert value(hourly, name) == value(hourly, f"{name}_hourly") == value(annual, f"{name}_hourly")
    assert value(hourly, "total_co2e") == pytest.approx(
        value(annual, "total_co2e") - value(annual, "use_co2e") + value(annual, "use_co2e_hourly")
    )
    assert findings(hourly, "hourly-even-spread")
    assert not findings(hourly, "hourly-not-matched")


def test_a_run_that_states_its_own_factor_is_not_matched():
    made = assess(
        metered(duration="10 h", electricity={"factor": "100 gCO2e/kWh"}),
        profile={"id": "p", "grid_matching": "hourly"},
    )
    assert value(made, "use_co2e_hourly") is None
    assert value(made, "use_co2e") == pytest.approx(100.0)
    [first, _] = findings(made, "hourly-not-matched")
    assert first.message == "use_co2e is not matched hour by hour: the run states its own grid factor"


WHY = {
    "no window": ({"start": None}, "the run does not say when it began and ended, so that its hours are not known"),
    "other year": ({"start": "2023-01-01T00:00:00Z", "duration": "10 h"}, "the hourly series of the place holds none of the hours of the run"),
    "only blank hours": ({"start": "2020-12-31T23:00:00Z", "duration": "1 h"}, "the hourly series of the place holds none of the hours of the run"),
    "no series": ({"country": "PL", "duration": "10 h"}, "no factor set holds the hourly life-cycle factor of the grid for PL"),
    "no place": ({"location": None, "duration": "10 h"}, "the run names no place"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHY)
def test_it_says_why_a_run_is_not_matched(name):
    fields, why = WHY[name]
    made = assess(metered(**fields))
    assert value(made, "use_co2e_hourly") is None
    assert made.reason("use_co2e_hourly", 0) == why


def of_hours(path, zone="DE"):
    """Hour since 1970 -> life-cycle g/kWh of a shipped series."""
    read = series.read(str(folder("factors") / "hourly" / "entsoe-2020" / f"hourly-{zone}-2020.csv.gz"))
    return dict(zip(read.hours.tolist(), read.values["lifecycle"].tolist(), strict=True))


def test_a_day_of_the_change_of_clocks_has_23_hours_and_another_25(tmp_path):
    table = of_hours(tmp_path)
    for start, end, count in (
        ("2020-03-29T00:00:00+01:00", "2020-03-30T00:00:00+02:00", 23),
        ("2020-10-25T00:00:00+02:00", "2020-10-26T00:00:00+01:00", 25),
    ):
        made = assess(metered(start=start, end=end))
        first = int(datetime.fromisoformat(start).timestamp() // 3600)
        assert value(made, "use_co2e_hourly") == pytest.approx(
            delivered(np.mean([table[first + n] for n in range(count)]), "DE"), rel=1e-12
        )
        assert made.activities.columns["hourly_lifecycle__hours"][0] == count


def test_the_leap_day_is_matched(tmp_path):
    table = of_hours(tmp_path, "GB")
    first = int(datetime(2020, 2, 29, tzinfo=UTC).timestamp() // 3600)
    made = assess(metered(country="GB", start="2020-02-29T00:00:00Z", duration="24 h"))
    mean = np.mean([table[first + n] for n in range(24)])
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(mean, "GB"), rel=1e-12)


def test_parts_of_hours_count_in_part(tmp_path):
    own(tmp_path / "own", hours([100, 200, 400]))
    made = assess(
        metered(country="NL", start="2024-01-01T00:45:00Z", end="2024-01-01T02:30:00Z"), factors=[tmp_path / "own"]
    )
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered((0.25 * 100 + 200 + 0.5 * 400) / 1.75, "NL"))


def test_the_power_series_of_a_run_shapes_its_energy(tmp_path):
    own(tmp_path / "own", hours([100, None, 400, 50]))
    power = {"samples": [[0, 0], [3600, 1], [7200, 2], [10800, 5]], "unit": "kWh", "boundary": "node"}
    made = assess(
        metered(country="NL", start="2024-01-01T00:00:00Z", duration="3 h", power=power), factors=[tmp_path / "own"]
    )
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(1000 * (1 * 0.1 + 3 * 0.4) / 4, "NL"))
    [told] = findings(made, "hourly-gap")
    assert told.message == "1 of 3 hours have no hourly factor: 0.2 of the energy is taken at the mean of the others"
    assert "energy spread over them by the power series of the run" in made.explain("r", "use_co2e_hourly")


def two_series(folder: Path, turn: str, after: str) -> list[Path]:
    """Four hours of 100 g/kWh up to a turn, and four of 300 after it, each in a series of its own."""
    for name, values, first, year in (("a", [100] * 4, turn, turn[:4]), ("b", [300] * 4, after, after[:4])):
        dates = {"valid_from": f"{year}-01-01", "valid_to": f"{year}-12-31", "year_basis": "data"}
        own(folder / name, hours(values, first), id=f"{name}-{year}", **dates)
    return [folder / "a", folder / "b"]


def test_each_part_of_a_run_over_the_turn_of_the_year_uses_the_series_of_its_year(tmp_path):
    factors = two_series(tmp_path, "2024-12-31T20:00", "2025-01-01T00:00")
    made = assess(metered(country="NL", start="2024-12-31T22:00:00Z", duration="4 h"), factors=factors)
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(200.0, "NL"))
    assert made.columns["use_co2e_hourly"] == pytest.approx([delivered(50.0, "NL"), delivered(150.0, "NL")])
    assert made.activities.columns["hourly_lifecycle__hours"].tolist() == [2, 2]
    [figure] = [f for f in made.figure_list(()) if f["quantity"] == "use_co2e_hourly"]
    assert figure["factors"] == ["a-2024", "b-2025", "factbook-td-NL-2023"]


def test_the_power_series_shapes_each_part_of_a_run_over_the_turn_of_the_year(tmp_path):
    factors = two_series(tmp_path, "2024-12-31T20:00", "2025-01-01T00:00")
    power = {"samples": [[0, 0], [3600, 1], [7200, 2], [10800, 5], [14400, 8]], "unit": "kWh", "boundary": "facility"}
    made = assess(run(location={"country": "NL"}, start="2024-12-31T22:00:00Z", duration="4 h", power=power), factors=factors)  # fmt: skip
    assert made.columns["facility_energy"] == pytest.approx([2.0, 6.0])
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(2 * 0.1 + 6 * 0.3, "NL"))
    assert made.activities.columns["hourly_lifecycle__tier"].tolist() == [1, 1]


def test_the_gaps_of_both_parts_of_a_run_are_told_together(tmp_path):
    factors = two_series(tmp_path, "2024-12-31T20:00", "2025-01-01T00:00")
    made = assess(metered(country="NL", start="2024-12-31T18:00:00Z", end="2025-01-01T06:00:00Z"), factors=factors)
    [told] = findings(made, "hourly-gap")
    assert told.message == "4 of 12 hours have no hourly factor: 0.333 of the energy is taken at the mean of the others"


def test_a_run_over_hours_of_two_series_of_one_year_uses_both(tmp_path):
    factors = two_series(tmp_path, "2024-06-30T20:00", "2024-07-01T00:00")
    made = assess(metered(country="NL", start="2024-06-30T22:00:00Z", duration="4 h"), factors=factors)
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(200.0, "NL"))
    [figure] = [f for f in made.figure_list(()) if f["quantity"] == "use_co2e_hourly"]
    assert figure["factors"] == ["a-2024 + b-2024", "factbook-td-NL-2023"]
    assert "hours of 2 series in gCO2e/kWh, lifecycle, evidence A" in made.explain("r", "use_co2e_hourly")
    from lca.report.sources import factors as told_factors

    told = {row.cells[0].sub for row in told_factors(made).table.rows}
    assert {"a-2024", "b-2024"} <= told


def test_device_groups_elsewhere_have_hours_of_their_own(tmp_path):
    device = {"model": "NVIDIA H100 80GB HBM3", "count": 8, "power": "500 W", "power_boundary": "node"}
    groups = [device, {**device, "location": {"country": "FR"}}]
    made = assess(run(start="2020-05-01T00:00:00Z", location={"country": "DE"}, devices=groups))
    german, french = made.activities.columns["hourly_lifecycle"]
    assert german > 2 * french


def test_csv_gzip_and_parquet_say_the_same_and_the_mean_is_taken(tmp_path):
    text = hours([100, 300])
    own(tmp_path / "csv", text)
    own(tmp_path / "gz", name="own.csv.gz")
    write(tmp_path / "gz" / "own.csv.gz", gzip.compress(text.encode()))
    own(tmp_path / "pq", name="own.parquet")
    stamps = pa.array([datetime(2024, 1, 1, h, tzinfo=UTC) for h in (0, 1)])
    pq.write_table(pa.table({"datetime_utc": stamps, "lifecycle": [100.0, 300.0]}), tmp_path / "pq" / "own.parquet")
    for name in ("csv", "gz", "pq"):
        made = assess(metered(country="NL", start="2024-01-01T00:00:00Z", duration="2 h"), factors=[tmp_path / name])
        assert value(made, "use_co2e_hourly") == pytest.approx(delivered(200.0, "NL"))
        assert next(f for f in made.catalogue.factors if f.id == "own-1").printed == "200 gCO2e/kWh"


def test_an_overlay_replaces_a_shipped_series_by_name(tmp_path):
    path = own(tmp_path / "own", hours([1000] * 24, "2020-05-01T00:00"), geography="DE")
    with pytest.raises(FactorError) as caught:
        assess(metered(), factors=[path])
    assert str(caught.value) == (
        f"{path}/own.csv: row 2: the shipped series hourly-DE-2020-lifecycle gives the same hour of DE for hourly_lifecycle (found "
        "2020-05-01T00:00Z). Name hourly-DE-2020-lifecycle in `replaces` of own-1 to use your file alone, or take the hours out "
        "that both hold."
    )
    text = (path / "factors.csv").read_text("utf-8")
    write(
        path / "factors.csv",
        text.replace("series\n", "series,replaces\n").replace("own.csv\n", "own.csv,hourly-DE-2020-lifecycle\n"),
    )
    made = assess(metered(start="2020-05-01T00:00:00Z", duration="2 h"), factors=[path])
    assert value(made, "use_co2e_hourly") == pytest.approx(delivered(1000.0, "DE"))


BROKEN = {
    "no offset": ({"table": "datetime_utc,lifecycle\n2024-01-01T00:00,5\n"}, "@/own.csv: row 2: datetime_utc: the time has no offset (found 2024-01-01T00:00). Write UTC, such as 2024-01-01T00:00Z."),
    "no time": ({"table": "datetime_utc,lifecycle\nnoon,5\n"}, "@/own.csv: row 2: datetime_utc: not a time (found noon). Write UTC, such as 2024-01-01T00:00Z."),
    "half hour": ({"table": "datetime_utc,lifecycle\n2024-01-01T00:30Z,5\n"}, "@/own.csv: row 2: datetime_utc: not the begin of an hour (found 2024-01-01T00:30Z). Average the values over whole hours."),
    "year": ({"table": "datetime_utc,lifecycle\n0100-01-01T00:00Z,5\n"}, "@/own.csv: row 2: datetime_utc: not a year in which a computer ran (found 0100-01-01T00:00Z). Correct the date."),
    "twice": ({"table": "datetime_utc,lifecycle\n2024-01-01T00:00Z,5\n2024-01-01T01:00+01:00,6\n"}, "@/own.csv: row 3: datetime_utc: row 2 gives the same hour (found 2024-01-01T00:00Z). Keep one of them."),
    "NA": ({"table": hours([5, "NA"])}, "@/own.csv: row 3: lifecycle: not a finite number (found NA). Leave the cell empty where the hour has no value; NA is never zero."),
    "negative": ({"table": hours([5, -1])}, "@/own.csv: row 3: lifecycle: it is negative (found -1). Correct the value."),
    "short row": ({"table": "datetime_utc,lifecycle\n2024-01-01T00:00Z\n"}, "@/own.csv: row 2: it has not as many cells as the header. Correct the row."),
    "no column": ({"table": "when,g\n"}, "@/own.csv: it needs datetime_utc and one of lifecycle, direct (found when, g). Name the columns so."),
    "other column": ({"table": hours([5]), "quantity": "hourly_direct"}, "@/own.csv: no column 'direct', which hourly_direct needs. Name the column direct."),
    "other zone": ({"table": "datetime_utc,zone,lifecycle\n2024-01-01T00:00Z,NL,5\n2024-01-01T01:00Z,BE,5\n"}, "@/own.csv: row 3: zone: own-1 is of NL (found BE). Correct the zone, or give each zone a file of its own."),
    "empty": ({"table": hours([None])}, "@/own.csv: no hour has a value of 'lifecycle'. Leave the series out."),
    "not gzip": ({"table": "x", "name": "own.csv.gz"}, "@/own.csv.gz: cannot be read: Not a gzipped file (b'x'). Save it as CSV in UTF-8, or as Parquet."),
    "unit": ({"table": hours([5]), "unit": "L/kWh"}, "@/factors.csv: row 2: unit: hourly_lifecycle is no water-intensity (found L/kWh). Use gCO2e/kWh or kgCO2e/kWh."),
    "unit of another size": ({"table": hours([300, 500]), "unit": "kgCO2e/kWh"}, "@/factors.csv: row 2: value: outside the range of hourly_lifecycle (found 400). Correct the value or its unit."),
    "one hour too high": ({"table": hours([3, 5000, 4])}, "@/own.csv: row 3: above 2.5 kgCO2e/kWh, more than any grid (found 5000 gCO2e/kWh). Correct the value, or the unit of own-1."),
    "value": ({"table": hours([300, 500]), "value": "0.4"}, "@/own.csv: the mean of its hours is 400, but own-1 states 0.4 gCO2e/kWh. Correct the value or the unit; leave the value empty to take the mean."),
    "zone": ({"table": hours([5]), "geography": "QQ-1"}, "@/factors.csv: row 2: geography: not the code of a grid zone (found QQ-1). Use ISO 3166, such as DE or US-CA, or a zone that begins with its country, such as SE-EL-SE3."),
    "period": ({"table": hours([5]), "valid_from": "2023-01-01", "valid_to": "2023-12-31"}, "@/own.csv: row 2: the hour lies outside the period of own-1 (found 2024-01-01T00:00Z). Correct valid_from and valid_to, or the hour."),
    "no file": ({}, "@/factors.csv: row 2: series: no such file (found own.csv). Put the file beside factors.csv."),
    "no name": ({"series": ""}, "@/factors.csv: row 2: series: hourly_lifecycle needs the file of its hours. Name the file beside factors.csv."),
    "outside": ({"series": "../own.csv"}, "@/factors.csv: row 2: series: it lies outside the folder of its set (found ../own.csv). Put the file beside factors.csv."),
    "kind": ({"series": "own.xlsx"}, "@/factors.csv: row 2: series: not a file of hours (found own.xlsx). Use .csv, .csv.gz, .parquet."),
    "not hourly": ({"quantity": "pue", "unit": "1", "value": "1.5", "table": hours([5])}, "@/factors.csv: row 2: series: pue has no hours (found own.csv). Use hourly_lifecycle or hourly_direct."),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_series_is_refused_with_file_and_row(tmp_path, name):
    fields, told = BROKEN[name]
    path = own(tmp_path / "own", **fields)
    with pytest.raises(FactorError) as caught:
        assess(metered(duration="1 h"), factors=[path])
    assert str(caught.value) == told.replace("@", str(path))


def test_two_series_that_give_one_hour_are_refused(tmp_path):
    one, two = own(tmp_path / "a", hours([5, 6])), own(tmp_path / "b", hours([7, 8], "2024-01-01T01:00"), id="own-2")
    with pytest.raises(FactorError) as caught:
        assess(metered(duration="1 h"), factors=[one, two])
    assert str(caught.value) == (f"{two}/own.csv: row 2: {one}/own.csv gives the same hour of NL for hourly_lifecycle (found "
                                 "2024-01-01T01:00Z). Remove one of the two, or name own-1 in `replaces`.")  # fmt: skip


def test_a_series_of_zeros_is_told(tmp_path):
    path = own(tmp_path / "own", hours([0, 0, None, 0]))
    told = findings(assess(metered(country="NL"), factors=[path]), "hourly-all-zero")
    assert [(f.severity, f.run, f.message) for f in told] == [
        ("warning", None, f"own-1 ({path}/own.csv): all 3 hours of NL are 0")
    ]
    path = own(tmp_path / "half", hours([0, 1]))
    assert not findings(assess(metered(country="NL"), factors=[path]), "hourly-all-zero")


def test_the_report_shows_the_difference_and_only_where_there_is_one(cli, tmp_path):
    from lca.report import hourly

    made = hourly.build(assess(metered(end="2021-01-01T00:00:00Z")))
    assert [[c.text for c in row.cells][1:] for row in made.rows] == [
        ["life cycle", "1.00", "356", "297", "\u221216.4", "0", "8\u202f784", "1"],
        ["direct", "1.00", "329", "234", "\u221228.9", "0", "8\u202f784", "1"],
    ]
    assert hourly.build(assess(metered(start="2023-01-01T00:00:00Z", duration="1 h"))) is None
    shown = cli("factors", "hourly-FR-2020-direct").out
    assert (
        "hourly-FR-2020.csv.gz: 8775 hours from 2020-01-01T00:00Z to 2020-12-31T22:00Z, 8 between them absent" in shown
    )
    assert "hourly-DE-2020-lifecycle" in cli("factors", "DE").out
    assert len(cli("factors", "hourly-DE-2020").out.splitlines()) == 3


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.none() | st.floats(0, 2000), min_size=3, max_size=60),
    st.floats(-5, 60),
    st.floats(0.01, 80),
    st.booleans(),
)
def test_matched_energy_and_emissions_add_up_hour_by_hour(tmp_path_factory, values, begin, length, shaped):
    """Property: over the hours that have a factor, the energy of each times its factor is the whole, as counted by hand."""
    if all(v is None for v in values):
        return
    path = own(tmp_path_factory.mktemp("own") / "own", hours(values, "2024-03-01T00:00"))
    zero = datetime(2024, 3, 1, tzinfo=UTC)
    start = zero + timedelta(hours=begin)
    length = (start + timedelta(hours=length) - start).total_seconds() / 3600
    power = {"samples": [[0, 0], [length * 3600, 7]], "unit": "kWh", "boundary": "node"} if shaped else None
    log = metered(country="NL", start=start.isoformat(), duration=f"{length!r} h", power=power)
    made = assess(log, factors=[path])
    at = (start - zero).total_seconds() / 3600
    overlap = [max(0.0, min(n + 1, at + length) - max(n, at)) for n in range(len(values))]
    known = [(o, v) for o, v in zip(overlap, values, strict=True) if v is not None and o > 0]
    energy = sum(o for o, _ in known)
    if energy > 1e-3:
        expected = sum(o * v for o, v in known) / energy
        assert value(made, "use_co2e_hourly") == pytest.approx(delivered(expected, "NL"), rel=1e-4, abs=1e-6)
        gap = made.activities.columns["hourly_lifecycle__gap"][0]
        assert gap == pytest.approx(1 - energy / length, abs=1e-4)
    elif energy == 0:
        assert value(made, "use_co2e_hourly") is None
