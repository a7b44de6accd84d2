"""Hourly factors as Electricity Maps publishes them: a series of a factor set as it stands, and no log."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import NOW
from test_formats import take
from test_hourly import metered, own

import lca
from lca.catalogue import series
from lca.errors import FactorError

TEXT = (Path(__file__).parent / "fixtures" / "electricity-maps" / "DE_hourly.csv").read_text("utf-8")


def written(tmp_path, text=TEXT):
    path = tmp_path / "DE_hourly.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_file_among_the_logs_says_what_it_is(tmp_path):
    path = written(tmp_path)
    intake = take(tmp_path)
    assert (intake.runs, intake.faults) == ([], [])
    assert [n.message for _, n in intake.notes if n.code == "not-a-log"] == [
        f"{path} holds 3 hourly factors of DE and no runs: name it under `series` in the factors.csv of a folder of your own, "
        "and give that folder with --factors"
    ]
    assert not [n for _, n in intake.notes if n.code == "lines-not-used"]


BAD = {
    "sign": ("310.5,360.25", "-310.5,360.25", "below 0"),
    "type": ("310.5,360.25", "310.5,high", "not a number"),
    "time": ("2025-03-04 00:00:00", "4 March", "not a time"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_row_is_told(tmp_path, name):
    old, new, problem = BAD[name]
    assert [
        (f.where.rpartition(": ")[2], f.problem) for f in take(written(tmp_path, TEXT.replace(old, new))).faults
    ] == [("row 2", problem)]


def test_a_row_that_is_cut_off_is_told(tmp_path):
    path = written(tmp_path, TEXT[: TEXT.rindex(",TIME")])
    assert [str(f) for f in take(path).faults] == [
        f"{path}: row 4: the header has 11 (found 10 cells). Restore the row from its source."
    ]


def test_the_file_as_it_stands_is_the_series_of_a_set(tmp_path):
    read = series.read(str(written(tmp_path)))
    assert [series.stamp(h) for h in read.hours.tolist()] == [
        "2025-03-04T00:00Z",
        "2025-03-04T01:00Z",
        "2025-03-04T02:00Z",
    ]
    assert (read.values["direct"].tolist()[:2], read.values["lifecycle"].tolist()[:2], read.zones) == (
        [310.5, 290.5],
        [360.25, 340.25],
        {"DE": 2},
    )
    assert str(read.values["direct"][2]) == "nan"


def test_a_run_takes_its_hours_from_the_file(tmp_path):
    folder = own(tmp_path / "set", TEXT, name="DE_hourly.csv", geography="DE")
    profile = tmp_path / "p.yaml"
    profile.write_text("extends: default\ngrid_matching: hourly\n")
    run = metered(kwh=10.0, start="2025-03-04T00:00:00Z", end="2025-03-04T02:00:00Z")
    a = lca.assess(run, profile=str(profile), factors=[str(folder)], now=NOW)
    # 10 kWh evenly over two hours: 10 x (360.25 + 340.25) / 2 = 3502.5 g
    assert a.results["hourly_lifecycle"].tolist() == [pytest.approx(0.35025)]


def test_a_series_of_another_zone_is_refused(tmp_path):
    folder = own(tmp_path / "set", TEXT.replace(",DE,", ",FR,"), name="DE_hourly.csv", geography="DE")
    run = metered(start="2025-03-04T00:00:00Z", end="2025-03-04T02:00:00Z")
    with pytest.raises(FactorError, match="own-1 is of DE"):
        lca.assess(run, factors=[str(folder)], now=NOW)
