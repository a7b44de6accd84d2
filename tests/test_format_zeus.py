"""Zeus: windows within windows, windows that cross, clocks without a date."""

from __future__ import annotations

import pytest
from intake_messages import messages
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import REAL, real, take

FOLDER = FIXTURES / "zeus"
FIXTURE = (FOLDER / "windows.csv").read_bytes()


def changed(tmp_path, old, new):
    text = FIXTURE.decode()
    assert old in text
    path = tmp_path / "log.csv"
    path.write_text(text.replace(old, new))
    return path


def test_outermost_windows_count_once():
    intake = take(FOLDER / "windows.csv")
    (run,) = intake.runs
    energy = run.energy[0]
    assert (energy.value.value, energy.boundary, energy.method) == (pytest.approx(56400 / 3.6e6), "accelerator", "counter")  # fmt: skip
    assert run.duration.value == pytest.approx(100 / 3600)
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-04T10:00:00+00:00", "2025-03-04T10:01:50+00:00")
    assert (run.provenance.rows, run.ext) == ([4, 5, 6], {"windows": 3})
    assert [(d.kind, getattr(d.count, "value", d.count)) for d in run.devices] == [("gpu", 2)]
    assert messages(intake, "steps-left-out") == ["2 windows with 12200 J lie within others, which count"]
    assert messages(intake, "no-energy") == [
        "3 windows measured 100 s of 110 s: what was drawn between them is not in the log and not added"
    ]


def test_windows_that_cross_count_once(tmp_path):
    intake = take(changed(tmp_path, "1741082440.0,validation", "1741082430.0,validation"))
    assert intake.runs[0].energy[0].value.value == pytest.approx(48800 / 3.6e6)
    assert messages(intake, "steps-left-out")[1] == (
        "one window with 7600 J begins in another and ends after it; it was left out, with what only it measured"
    )


def test_a_clock_without_a_date():
    intake = take(FOLDER / "monotonic.csv")
    (run,) = intake.runs
    assert (run.start, run.end) == (None, None)
    assert run.energy[0].value.value == pytest.approx(0.001)
    assert messages(intake, "clock-fault") == [
        "start_time counts from an unknown moment (the first is 81234.25 s): the run has no date"
    ]


def test_a_window_too_short_for_the_counter_is_told(tmp_path):
    intake = take(changed(tmp_path, "4000.0", "0.0"))
    assert messages(intake, "no-energy")[1] == (
        "one reading of a GPU over a window is 0 J, since the window was shorter than a step of the counter; that energy is missing"
    )


FAULTS = {
    "number": ("4000.0", "fast", ": row 5: gpu1_energy: not a number (found fast). Restore the row from its source."),
    "negative": ("3600.0", "-1", ": row 5: gpu0_energy: below 0 (found -1). Restore the row from its source."),
    "cut": (",4000.0", "", ": row 5: the header has 5 (found 4 cells). Restore the row from its source."),
    "nan": (",20.0,", ",nan,", ": row 5: elapsed_time: no value (found nan). Restore the row from its source."),
    "clock": ("1741082440.0", "1741082440000.0", ": row 5: start_time: no time in seconds (found 1741082440000.0). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_window_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, problem = FAULTS[name]
    path = changed(tmp_path, old, new)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}{problem}"]
    assert intake.runs[0].energy[0].value.value == pytest.approx(48800 / 3.6e6)


def test_no_window(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(FIXTURE.partition(b"\n")[0] + b"\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: no window with energy and time (found 0 windows). Give the log of a monitor that measured."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.csv", FIXTURE, "zeus")


@real
def test_real_files():
    intake = take(REAL / "zeus" / "A40_resnet50_4gpu_window.csv")
    (run,) = intake.runs
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(36339.74, abs=0.01)  # reference/formats.md, section 5
    assert (len(run.provenance.rows), run.start) == (9, None)
    assert messages(intake, "steps-left-out") == []
    assert messages(intake, "clock-fault")
    claimed_alone("zeus", "zeus/A40_resnet50_4gpu_window.csv")
