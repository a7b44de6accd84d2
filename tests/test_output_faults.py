"""Output: names that are code elsewhere, a full disk, a process that is ended: whole files or none."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import NOW, assess, environment, process, run, write

from lca.errors import OutputError
from lca.export.write import atomic, csv_bytes, results_csv

FORMULAS = ("=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")')
NAMES = (
    *FORMULAS,
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a,b;c\td\"e'",
    "line\nbreak",
    "C:\\x",
    "é世界🙂",
    "{{ 7*7 }}",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_of_results_csv_is_a_formula(name):
    made = assess(run(name, system={"name": name, "provider": name}, devices=[{"model": name, "power": "1 W", "count": 1}],
                      location={"cloud": name, "region": name, "site": name}))  # fmt: skip
    [row] = csv.DictReader(io.StringIO(results_csv(made).decode("utf-8"), newline=""))
    shown = f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
    assert row["run"] == row["system"] == shown
    for cell in row.values():
        assert not cell.startswith(("=", "@", "\t", "\r", "+"))
        assert not cell.startswith("-") or float(cell) < 0


@pytest.mark.parametrize("name", NAMES)
def test_names_survive_figures_and_json(cli, tmp_path, name):
    path = write(tmp_path / "runs.json", [run(name)])
    done = cli("assess", path, "--json", "--by", "run")
    assert json.loads(done.out)["figures"][0]["by"] == {"run": name}
    done = cli("assess", path, "--by", "run", "-o", tmp_path / "f.csv")
    assert done.code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "f.csv").read_bytes().decode(), newline="")))
    assert rows[0]["run"] == (f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name)


def test_a_table_on_the_screen_holds_no_control_characters(cli, tmp_path):
    """A run named with an escape sequence must not steer the terminal, nor a line break forge a row."""
    path = write(tmp_path / "runs.json", [run("\x1b[31mred\nforged\t1")])
    for command in (("assess", path, "--by", "run"), ("check", path)):
        done = cli(*command)
        assert "\x1b" not in done.out
        assert not any(line.startswith("forged") for line in done.out.splitlines())


def test_numbers_that_look_like_formulas_stay_numbers():
    import pandas as pd

    assert csv_bytes(pd.DataFrame({"a": [-1.5, 2.0], "b": ["-1.5", "x"]})) == b"a,b\r\n-1.5,'-1.5\r\n2.0,x\r\n"


def _left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_no_half_one(cli, tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [run("a")])
    write(tmp_path / "out.json", "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "write":
        real = os.fdopen

        def fdopen(*given: object, **options: object) -> object:
            handle = real(*given, **options)
            return Full(handle)

        monkeypatch.setattr(os, "fdopen", fdopen)
    else:
        monkeypatch.setattr(os, call, full)
    done = cli("assess", "runs.json", "-o", "out.json")
    assert done == (
        2,
        "",
        "lca: out.json: cannot be written: No space left on device. Check disk space and permissions.\n",
    )
    assert _left(tmp_path) == ["out.json", "runs.json"]
    assert (tmp_path / "out.json").read_text() == "old"


class Full:
    """A file on a disk without space."""

    def __init__(self, handle: object) -> None:
        self.handle = handle

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.handle.close()  # type: ignore[attr-defined]

    def write(self, _: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_on_a_full_disk(tmp_path):
    path = write(tmp_path / "runs.json", [run("a")])
    for arguments in (["assess", str(path), "--json"], ["assess", str(path)], ["schema"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-c", "from lca.cli import main; main()", *arguments],
                stdout=full, stderr=subprocess.PIPE, env=environment(), timeout=60, check=False,
            )  # fmt: skip
        told = done.stderr.decode()
        assert "Traceback" not in told, arguments
        assert "Exception ignored" not in told, arguments
        assert done.returncode == 2, arguments
        assert "No space left on device" in told


def test_a_closed_pipe_is_no_fault(tmp_path):
    path = write(tmp_path / "runs.json", [run(f"run-{n}") for n in range(300)])
    command = f"{sys.executable} -c 'from lca.cli import main; main()' assess {path} --by run | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), timeout=60, check=False)
    assert done.stdout.startswith(b"run\tquantity\tvalue")
    assert done.stderr == b""


def test_a_folder_that_does_not_exist_and_a_folder_in_place_of_a_file(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "runs.json", [run("a")])
    told = "lca: nowhere/out.json: cannot be written: No such file or directory. Check folder and permissions.\n"
    assert cli("assess", "runs.json", "-o", "nowhere/out.json") == (2, "", told)
    (tmp_path / "folder.json").mkdir()
    done = cli("assess", "runs.json", "-o", "folder.json")
    assert done.code == 2
    assert "folder.json" in done.err
    assert _left(tmp_path) == ["folder.json", "runs.json"]


def test_a_write_that_is_interrupted_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        atomic(tmp_path / "out.json", b"half")
    assert _left(tmp_path) == []


def test_a_killed_process_leaves_no_half_file(tmp_path):
    """The file appears whole: at every moment it is absent or complete."""
    path = write(tmp_path / "runs.json", [run(f"run-{n}") for n in range(200)])
    out = tmp_path / "out" / "figures.json"
    out.parent.mkdir()
    for delay in (0.3, 0.6, 0.9):
        started = subprocess.Popen(
            [sys.executable, "-c", "from lca.cli import main; main()", "assess", str(path), "--by", "run", "-o", str(out)],
            env=environment(), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(delay)
        started.send_signal(signal.SIGKILL)
        started.wait()
        if out.exists():
            assert json.loads(out.read_text())["schema"] == "lca-assessment/1"


def test_files_are_readable_as_the_umask_says(tmp_path):
    before = os.umask(0o027)
    try:
        atomic(tmp_path / "out.json", b"{}")
    finally:
        os.umask(before)
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o640


def test_a_ratio_beyond_the_range_of_floats_is_not_determined(cli, tmp_path):
    """A ratio that overflows must not end in a traceback or in invalid JSON."""
    tiny = [run("t", energy=[{"value": f"{n} kWh", "boundary": "node"}], work={"tokens_out": 2e-313}) for n in (0, 1)]
    for record in tiny:
        done = cli("assess", write(tmp_path / "runs.json", record), "--json")
        assert done.code == 0
        json.loads(done.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_an_odd_clock_is_no_traceback(tmp_path):
    path = write(tmp_path / "runs.json", [run("a")])
    done = process("assess", str(path), "--json", env={"SOURCE_DATE_EPOCH": "99999999999999999999"})
    assert "Traceback" not in done.err


def test_an_unknown_ending(tmp_path):
    made = assess(run("a"))
    from lca.export.write import figures_file

    with pytest.raises(OutputError) as caught:
        figures_file(made, ["system"], str(tmp_path / "out.xml"))
    assert str(caught.value).endswith("out.xml: unknown ending (found .xml). Use .json, .csv or .parquet.")
    assert made.made == NOW
