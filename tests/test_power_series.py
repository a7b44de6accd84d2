"""Power series: trapezoids, counters, several devices, the run's window, and every way in which a series is refused."""

from __future__ import annotations

import gzip
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOW, assess, findings, run, value, write
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca.errors import InputError

HOUR = 3600.0


def of(power, **fields):
    """A run of two hours with a power series at its node, and nothing else that states an energy."""
    usual = {"start": "2023-05-01T00:00:00Z", "duration": "2 h", "facility": {"pue": 1}, "devices": None}
    return run("p", **(usual | fields), power={"boundary": "node", **power})


def energy(power, **fields):
    """(energy in kWh, record) of a series."""
    made = assess(of(power, **fields))
    return value(made, "it_energy"), made.activities.runs[0].energy[-1]


def refusal(power, **fields):
    """Why a series is refused."""
    with pytest.raises(InputError) as caught:
        assess(of(power, **fields))
    told = str(caught.value)
    assert told.startswith("argument: row 1 (run p): power: ")
    return told.removeprefix("argument: row 1 (run p): power: ").removesuffix(" Correct the power series.")


def in_file(tmp_path, text, name="power.csv", duration="2 h", **power):
    """The assessment of a run whose series lies in a file beside its log."""
    power = {k: v for k, v in power.items() if v is not None}
    path = tmp_path / name
    if name.endswith(".gz"):
        write(path, gzip.compress(text.encode()))
    elif isinstance(text, pa.Table):
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(text, path)
    else:
        write(path, text)
    return lca.assess(write(tmp_path / "run.json", of({"file": name, **power}, duration=duration)), now=NOW)


def test_a_counter_is_differenced_and_never_integrated():
    got, record = energy({"samples": [[0, 5e9], [HOUR, 5e9 + 3.6e6], [2 * HOUR, 5e9 + 10.8e6]], "unit": "J"})
    assert got == pytest.approx(3.0)
    assert record.method == "counter"
    assert energy({"samples": [[0, 0], [2 * HOUR, 3]], "unit": "kWh"})[0] == pytest.approx(3.0)
    assert energy({"samples": [[0, 0], [2 * HOUR, 3e9]], "unit": "mJ"})[0] == pytest.approx(3e9 / 3.6e9)
    assert energy({"samples": [[0, 1], [2 * HOUR, 2]], "unit": "kW"})[1].method == "integrated"


def test_a_counter_counts_on_in_a_gap():
    samples = [[60.0 * n, n / 60] for n in range(121) if not 30 < n < 90]
    got, record = energy({"samples": samples, "unit": "kWh"})
    assert got == pytest.approx(2.0)
    assert record.coverage is None


def test_a_wrap_around_is_counted_through_where_the_run_says_so():
    power = {"samples": [[0, 95], [HOUR, 5], [2 * HOUR, 15]], "unit": "kWh", "wraps_at": "100 kWh"}
    made = assess(of(power))
    assert value(made, "it_energy") == pytest.approx(20.0)
    assert not findings(made, "counter-reset")
    assert (
        refusal(power | {"wraps_at": "50 kWh"}) == "samples[0]: the counter reads 95 kWh, more than wraps_at, 50 kWh."
    )
    told = "wraps_at belongs to a counter of energy; give the unit of the counter, or take it out."
    assert refusal(power | {"unit": "W"}) == told


def test_after_a_reset_the_new_reading_counts_and_a_finding_says_so():
    made = assess(of({"samples": [[0, 90], [HOUR, 100], [1.5 * HOUR, 4], [2 * HOUR, 9]], "unit": "kWh"}))
    assert value(made, "it_energy") == pytest.approx(10 + 4 + 5)
    [told] = findings(made, "counter-reset")
    assert told.run == "p"
    assert (
        told.message
        == "samples[2]: the counter fell from 100 kWh to 4 kWh at 5400 s and is taken to have begun again at 0: 4 kWh are "
        "counted for that step, and what was used before the reset is not"
    )


@pytest.mark.parametrize(
    ("samples", "row", "told"),
    [
        ([[0, 1000], [60, 1010], [120, 1005], [180, 1020]], 2, "from 1 010 kWh to 1 005 kWh at 120 s"),
        ([[0, 30], [60, 20], [120, 10]], 1, "from 30 kWh to 20 kWh at 60 s"),
        # what it reads could have been counted since a reset, but lies nearer to the reading before than to 0
        ([[0, 10], [60, 20], [120, 15], [180, 30]], 2, "from 20 kWh to 15 kWh at 120 s"),
    ],
)
def test_a_counter_that_runs_backwards_is_refused(samples, row, told):
    assert refusal({"samples": samples, "unit": "kWh"}) == (
        f"samples[{row}]: the counter runs backwards, {told}, and not to a value near 0 as after a reset; "
        "correct the readings, or give wraps_at where it wraps around."
    )


def test_resets_are_told_with_file_row_and_readings_as_logged(tmp_path):
    rows = ["time,energy", *(f"{600 * n},{3.6e6 * n % 9e6:.0f}" for n in range(13))]
    made = in_file(tmp_path, "\n".join(rows) + "\n", value="energy", unit="J")
    assert sorted(f.message for f in findings(made, "counter-reset")) == sorted(
        f"'power.csv' row {row}: the counter fell from {before} J to {after} J at {at} s and is taken to have begun again at 0: "
        f"{after} J are counted for that step, and what was used before the reset is not{more}"
        for row, before, after, at, more in (
            (5, "7 200 000", "1 800 000", 1800, ""), (7, "5 400 000", "0", 3000, ""),
            (10, "7 200 000", "1 800 000", 4800, " (the first 3 of 4 resets are told)"),
        )
    )  # fmt: skip


def test_several_devices_in_one_file_are_integrated_each_and_added(tmp_path):
    rows = ["t,gpu,w"] + [f"{t},{gpu},{w}" for t in (0, 3600, 7200) for gpu, w in (("a", 100), ("b", 300))]
    made = in_file(tmp_path, "\n".join(rows) + "\n", time="t", value="w", device="gpu")
    assert value(made, "it_energy") == pytest.approx(0.8)
    assert made.activities.runs[0].power.reading.devices == 2
    with pytest.raises(
        InputError,
        match=r"two samples bear the same time, 0 s; keep one of them, or name the column that tells devices apart in power.device",
    ):
        in_file(tmp_path, "\n".join(rows) + "\n", time="t", value="w")
    with pytest.raises(InputError, match=r"two samples of 'b' bear the same time, 7200 s; keep one of them. Correct"):
        in_file(tmp_path, "\n".join([*rows, "7200,b,5"]) + "\n", time="t", value="w", device="gpu")
    with pytest.raises(InputError, match="at least two samples, and that of 'c' has one"):
        in_file(tmp_path, "\n".join([*rows, "7200,c,5"]) + "\n", time="t", value="w", device="gpu")
    with pytest.raises(InputError, match=r"'power.csv' row 8: gpu: it is empty; name the device of each sample"):
        in_file(tmp_path, "\n".join([*rows, "7200,,5"]) + "\n", time="t", value="w", device="gpu")


def test_coverage_of_several_devices_is_their_mean(tmp_path):
    rows = ["time,d,power", "0,a,100", "3600,a,100", "7200,a,100", "0,b,100", "3600,b,100"]
    made = in_file(tmp_path, "\n".join(rows) + "\n", device="d")
    record = made.activities.runs[0].energy[-1]
    assert record.value.value == pytest.approx(0.3)
    assert record.coverage.value.value == pytest.approx(0.75)
    assert value(made, "it_energy") == pytest.approx(0.4)


def test_several_columns_of_values_are_added(tmp_path):
    made = in_file(tmp_path, "time,g0,g1\n0,100,200\n7200,100,200\n", value=["g0", "g1"])
    assert value(made, "it_energy") == pytest.approx(0.6)


def test_a_series_is_clipped_to_its_run_and_a_finding_says_how_much():
    ramp = [["2023-04-30T23:00:00Z", 0], ["2023-05-01T03:00:00Z", 400]]
    made = assess(of({"samples": ramp}))
    assert value(made, "it_energy") == pytest.approx(0.4)  # from 100 W to 300 W in two hours
    [told] = findings(made, "power-series-cut")
    assert (
        told.message == "the series reaches 1 h before and 1 h after the run: 0.4 kWh outside its window are left out"
    )
    made = assess(of({"samples": ramp}, start=None))
    [told] = findings(made, "power-series-cut")
    assert told.message == ("the series reaches 2 h after the run: 0.6 kWh outside its window are left out; the run states "
                            "no start, so its window is laid at the first sample")  # fmt: skip


def test_stamps_with_offsets_are_the_same_times():
    utc = [["2023-05-01T00:00:00Z", 100], ["2023-05-01T02:00:00Z", 300]]
    local = [["2023-05-01T02:00:00+02:00", 100], ["2023-04-30T21:00:00-05:00", 300]]
    assert energy({"samples": utc})[0] == energy({"samples": local})[0]
    naive = assess(of({"samples": [["2023-05-01T00:00:00", 100], ["2023-05-01T02:00:00", 300]]}))
    [told] = findings(naive, "timezone-assumed")
    assert (told.field, told.message) == ("power", "the times of the samples have no offset: they are taken for UTC")


REFUSED = {
    "outside": ({"samples": [["2023-05-02T00:00:00Z", 1], ["2023-05-02T01:00:00Z", 1]]},
                "the series, 2023-05-02T00:00:00Z to 2023-05-02T01:00:00Z, does not overlap the run, 2023-05-01T00:00:00Z to "
                "2023-05-01T02:00:00Z; seconds count from the start of the run."),
    "seconds since 1970": ({"samples": [[1.68e9, 1], [1.68e9 + 60, 1]]},
                "the series, 1680000000 s to 1680000060 s, does not overlap the run, 0 s to 7200 s; seconds count from the start of the run."),
    "unit": ({"samples": [[0, 1], [60, 1]], "unit": "kgCO2e"},
             "unit: 'kgCO2e' measures neither power nor energy; use W or kW, or for a counter J, Wh or kWh."),
    "unknown unit": ({"samples": [[0, 1], [60, 1]], "unit": "Wats"},
             "unit: 'Wats' measures neither power nor energy; use W or kW, or for a counter J, Wh or kWh."),
    "mixed times": ({"samples": [[0, 1], ["2023-05-01T01:00:00Z", 1]]}, "samples[1]: some times are stamps and some are seconds; write all of them in one way."),
    "one sample": ({"samples": [[0, 1]]}, "a power series needs at least two samples."),
    "none": ({"samples": []}, "a power series needs at least two samples."),
    "year": ({"samples": [["0001-01-01T00:00:00Z", 1], [60, 1]]}, "samples[0]: the time lies in no year in which a computer ran (found 0001-01-01T00:00:00+00:00); correct it."),
    "far": ({"samples": [[1e300, 1], [60, 1]]}, "samples[0]: the time is no number of seconds (found 1e+300); correct it."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_series_is_refused_with_the_reason(name):
    power, told = REFUSED[name]
    assert refusal(power) == told


_LEAVE_OUT = "correct it, or leave it out where nothing was measured"
CELLS = {
    "NaN": (
        "time,power\n0,1\n60,nan\n",
        f"'power.csv' row 3: power: the value is not a finite number (found nan); {_LEAVE_OUT}",
    ),
    "negative": (
        "time,power\n0,1\n60,-3\n",
        f"'power.csv' row 3: power: the value is negative (found -3); {_LEAVE_OUT}",
    ),
    "time": ("time,power\n0,1\nnoon,3\n", "'power.csv' row 3: not a time (found noon); write RFC 3339 or seconds"),
    "no column": ("time,watts\n0,1\n", "'power.csv' has no column 'power'; its columns are 'time', 'watts'"),
    "text": (
        "time,power\n0,1\n60,[N/A]\n",
        "'power.csv' row 3: power: the value is no number (found [N/A]); correct it, or leave it out where nothing was measured",
    ),
    "semicolons": (
        "time;power\n0;1,5\n",
        "'power.csv' has semicolons between its cells; save it with commas between cells and points in numbers",
    ),
    "short row": ("time,power\n0,1\n60\n", "'power.csv' row 3: it has not as many cells as the header"),
    "empty": ("", "'power.csv' has no column 'time'; its columns are none"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_bad_cell_is_told_with_file_and_row(tmp_path, name):
    text, told = CELLS[name]
    with pytest.raises(InputError) as caught:
        in_file(tmp_path, text)
    assert str(caught.value) == f"{tmp_path}/run.json: row 1 (run p): power: {told}. Correct the power series."


@pytest.mark.parametrize(
    ("blank", "coverage", "told"),
    [
        (range(31, 60), 0.75, "29 of 121 samples hold no value, the first at 'power.csv' row 33; 1 gap of more than five median "
         "periods is not bridged and lowers the coverage"),
        ((50,), None, "1 of 121 samples holds no value, the first at 'power.csv' row 52; 0.02 kWh across them follow from a straight line"),
        ((119, 120), 118 / 120, "2 of 121 samples hold no value, the first at 'power.csv' row 121"),
    ],
)  # fmt: skip
def test_an_empty_cell_is_a_gap_and_no_zero_and_told(tmp_path, blank, coverage, told):
    rows = [f"{60 * n},{'' if n in blank else 600}" for n in range(121)]
    made = in_file(tmp_path, "time,power_w\n" + "\n".join(rows) + "\n", value="power_w", duration=None)
    record = made.activities.runs[0].energy[-1]
    assert (record.coverage and record.coverage.value.value) == (coverage and pytest.approx(coverage))
    assert value(made, "it_energy") == pytest.approx(1.2)
    assert [(f.severity, f.message) for f in findings(made, "power-samples-empty")] == [("warning", told)]


def test_empty_cells_of_a_counter_and_of_a_whole_device(tmp_path):
    made = in_file(tmp_path, "time,e\n0,5\n3600,\n7200,7\n", value="e", unit="kWh")
    assert value(made, "it_energy") == pytest.approx(2.0)
    assert [f.message for f in findings(made, "power-samples-empty")] == [
        "1 of 3 samples holds no value, the first at 'power.csv' row 3; the counter went on counting: its difference across them stands"
    ]
    with pytest.raises(InputError) as caught:
        in_file(tmp_path, "time,a,b\n0,5,\n7200,7,\n", value=["a", "b"], unit="W")
    assert str(caught.value) == (
        f"{tmp_path}/run.json: row 1 (run p): power: a power series needs at least two samples, and that of 'b' has none "
        "with a value; 2 are empty. Correct the power series."
    )


UNITS = {
    "none": (
        "power",
        None,
        0.2,
        "power.unit is not stated and the name of column 'power' gives none: the samples are taken for W",
    ),
    "suffix": ("power_kw", None, 200.0, None),
    "brackets": ("power.draw [W]", None, 0.2, None),
    "stated": ("power", "kW", 200.0, None),
}


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_is_stated_or_named_or_its_assumption_told(tmp_path, name):
    column, unit, kwh, told = UNITS[name]
    made = in_file(tmp_path, f"time,{column}\n0,100\n7200,100\n", value=column, unit=unit)
    assert value(made, "it_energy") == pytest.approx(kwh)
    assert [(f.field, f.message) for f in findings(made, "power-unit-assumed")] == (
        [("power.unit", told)] if told else []
    )


def test_inline_samples_without_a_unit_are_in_watts_by_definition():
    assert not findings(assess(of({"samples": [[0, 100], [7200, 100]]})), "power-unit-assumed")


WRONG_UNITS = {
    "contradiction": (["power_kw"], "W", "unit: W is stated, but the name of the column 'power_kw' says kW; correct one of the two."),
    "columns": (["a_w", "b_kw", "c"], None, "unit: it is not stated, and the names of the columns do not agree ('a_w' W, 'b_kw' kW, 'c' no unit); state it."),
    "counter": (["energy_kwh"], None, "unit: it is not stated, and the name of the column 'energy_kwh' says kWh; state unit if the column is a counter "
                "that only rises; energy of each step is no power series."),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_UNITS)
def test_units_that_contradict_each_other_are_refused(tmp_path, name):
    columns, unit, told = WRONG_UNITS[name]
    cells = ",".join(["1"] * len(columns))
    with pytest.raises(InputError) as caught:
        in_file(tmp_path, f"time,{','.join(columns)}\n0,{cells}\n7200,{cells}\n", value=columns, unit=unit)
    assert str(caught.value) == f"{tmp_path}/run.json: row 1 (run p): power: {told} Correct the power series."


def test_csv_gzip_and_parquet_say_the_same(tmp_path):
    text = "time,power\n2023-05-01T00:00:00Z,100\n2023-05-01T02:00:00Z,300\n"
    stamps = pa.array([np.datetime64("2023-05-01T00:00", "us"), np.datetime64("2023-05-01T02:00", "us")])
    table = pa.table({"time": stamps.cast(pa.timestamp("us", "UTC")), "power": [100.0, 300.0]})
    got = [value(in_file(tmp_path, *args), "it_energy") for args in ((text,), (text, "p.csv.gz"), (table, "p.parquet"))]
    assert got == [pytest.approx(0.4)] * 3
    assert findings(in_file(tmp_path, pa.table({"time": stamps, "power": [1.0, 2.0]}), "n.parquet"), "timezone-assumed")
    for name in ("p.parquet", "p.csv.gz"):
        write(tmp_path / name, b"no such thing")
        with pytest.raises(InputError, match=f"'{name}' cannot be read"):
            lca.assess(write(tmp_path / "run.json", of({"file": name})), now=NOW)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40), st.floats(1, 1e4), st.floats(0, 1), st.floats(0, 1))
def test_what_is_inside_and_what_is_cut_add_up(watts, period, left, right):
    """Property: whatever the window, the energy inside and the energy left out are the energy of the whole series."""
    whole = period * (len(watts) - 1) / HOUR
    begin, end = sorted((left * whole, right * whole))
    if end - begin < 1e-6:
        return
    shifted = [[period * n - begin * HOUR, w] for n, w in enumerate(watts)]
    made = assess(of({"samples": shifted}, duration=f"{end - begin!r} h"))
    inside = made.activities.runs[0].energy[-1].value.value
    cut = made.activities.runs[0].power.reading.cut
    total = sum((a + b) / 2 for a, b in pairwise(watts)) * period / 3.6e6
    assert inside + (cut[2] if cut else 0.0) == pytest.approx(total, rel=1e-6, abs=1e-6)
    shape = made.activities.runs[0].power.reading.shape
    assert sum(shape.energy) == pytest.approx(inside, rel=1e-6, abs=1e-6)  # times since 1970 are exact to 0.2 µs


@pytest.mark.parametrize(
    ("start", "hours"), [("2026-03-29T00:00:00", 3), ("2025-10-26T00:00:00", 5), ("2026-02-01T00:00:00", 4)]
)
def test_local_times_of_a_series_are_those_of_the_site_of_its_run(start, hours):
    """200 W from midnight to 04:00 by the clock in Berlin: 3 hours where it is put forward, 5 where it is put back."""
    first = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    stamps = [
        datetime.fromtimestamp(first + n * 300, ZoneInfo("Europe/Berlin")).replace(tzinfo=None).isoformat()
        for n in range(hours * 12 + 1)
    ]
    given = of(
        {"samples": [[stamp, 200] for stamp in stamps]}, start=start, duration=f"{hours} h", location={"site": "hall"}
    )
    profile = {"id": "p", "sites": {"hall": {"country": "DE", "time_zone": "Europe/Berlin"}}}
    a = assess(given, profile=profile)
    assert value(a, "it_energy") == pytest.approx(0.2 * hours)
    assert not findings(a, "timezone-assumed")
    assert not findings(a, "coverage-scaled")


def test_times_with_and_without_an_offset_are_refused_where_the_zone_is_known():
    given = of({"samples": [["2023-05-01T00:00:00", 100], ["2023-05-01T02:00:00Z", 100]]}, location={"site": "hall"})
    profile = {"id": "p", "sites": {"hall": {"country": "DE", "time_zone": "Europe/Berlin"}}}
    with pytest.raises(InputError) as caught:
        assess(given, profile=profile)
    assert str(caught.value) == (
        "argument: row 1 (run p): power: samples[1]: some times have an offset and some have none; write all of them in one way. "
        "Correct the power series."
    )
