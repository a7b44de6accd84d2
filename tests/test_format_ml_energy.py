"""ML.ENERGY leaderboard: intensities, of which no run is made."""

from __future__ import annotations

from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import real, take

PATH = FIXTURES / "ml-energy" / "Example-7B_chat.json"
FIXTURE = PATH.read_bytes()


def test_one_fault_says_why_there_is_no_run():
    intake = take(PATH)
    assert intake.runs == []
    assert [str(f) for f in intake.faults] == [
        f"{PATH}: configurations: it states energy per request and token and no amount of work: no run follows from it. "
        "Give a log of the work itself, such as requests and tokens."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "model.json", FIXTURE, "ml-energy")


@real
def test_real_files():
    claimed_alone(
        "ml-energy", *(f"mlenergy/{n}.json" for n in ("Qwen3-14B_lm-arena-chat", "sd35-medium_text-to-image"))
    )
