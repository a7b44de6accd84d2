"""What reading a file says, for the tests of formats: its faults and its notes, with the path of the file left out."""

from __future__ import annotations

from pathlib import Path

from test_formats import take

from lca.ingest import Intake


def messages(intake: Intake, code: str) -> list[str]:
    """The notes of one code."""
    return [note.message for _, note in intake.notes if note.code == code]


def faults_and_notes(path: Path) -> tuple[list[str], list[str]]:
    """The faults of a file, in which @ stands for its path, and all its notes."""
    intake = take(path)
    return [str(f).replace(str(path), "@") for f in intake.faults], [note.message for _, note in intake.notes]


def reading(tmp_path: Path, text: str, name: str = "log.txt") -> tuple[Intake, list[str]]:
    """What a file with this text gives, and its faults without its path."""
    path = tmp_path / name
    path.write_text(text)
    intake = take(path)
    return intake, [str(f).removeprefix(str(path)).removeprefix(": ") for f in intake.faults]


def only_fault(path: Path, message: str) -> None:
    """Expects one fault, with this message, and every line accounted for."""
    faults, notes = faults_and_notes(path)
    assert faults == [message]
    assert not [n for n in notes if "in no form" in n]
