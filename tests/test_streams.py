"""Streams, limits of memory and optimised Python: one line says what is wrong, and no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from conftest import environment, process, run, write


def shell(command, folder):
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=folder, env=environment(), check=False, timeout=120)  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


LCA = f"{sys.executable} -c 'from lca.cli import main; main()'"
CLOSED = "lca: standard output: it is closed. Name a file with -o, or leave it open.\n"


def test_a_closed_standard_output_is_told_in_one_line(tmp_path):
    write(tmp_path / "runs.json", [run()])
    assert shell(f"{LCA} assess runs.json --json >&-", tmp_path) == (2, "", CLOSED)
    assert shell(f"{LCA} check runs.json >&-", tmp_path) == (2, "", CLOSED)
    assert shell(f"{LCA} assess runs.json -o x.json >&- 2>&- <&-", tmp_path) == (0, "", "")
    assert json.loads((tmp_path / "x.json").read_text())["schema"] == "lca-assessment/1"
    code, out, _ = shell(f"{LCA} report runs.json --format json -o out >&-", tmp_path)
    assert (code, out, os.listdir(tmp_path / "out")) == (0, "", ["assessment.json"])


def test_a_full_standard_output_is_told_in_one_line(tmp_path):
    write(tmp_path / "runs.json", [run()])
    assert shell(f"{LCA} assess runs.json --json >/dev/full", tmp_path) == (
        2, "", "lca: output: No space left on device. Check disk space and permissions.\n",
    )  # fmt: skip


def test_a_closed_standard_input_is_told_in_one_line(tmp_path):
    assert shell(f"{LCA} assess - <&-", tmp_path) == (2, "", "lca: -: standard input is closed. Name a file.\n")


def test_without_docstrings_the_figures_are_the_same(tmp_path):
    write(tmp_path / "runs.json", [run()])
    plain = process("assess", "runs.json", "--json", cwd=tmp_path)
    bare = shell(f"{LCA.replace(' -c', ' -OO -c')} assess runs.json --json", tmp_path)
    assert bare == (plain.code, plain.out, plain.err)


def test_where_charts_cannot_be_drawn_the_tables_stay(tmp_path):
    write(tmp_path / "runs.json", [run()])
    code, _, err = shell(f"ulimit -v 3000000; {LCA} report runs.json --format html -o out", tmp_path)
    assert (code, err) == (
        0, "lca: The report has no charts; its tables hold their values: the engine that draws charts needs more memory than this process may use. "
        "Allow it more.\n",
    )  # fmt: skip
    page = (tmp_path / "out" / "report.html").read_text()
    assert "This chart could not be drawn: the engine that draws charts could not start." in page
    assert "Results by life-cycle stage" in page


def test_too_little_memory_is_told_in_one_line(tmp_path):
    write(tmp_path / "runs.json", [run()])
    assert shell(f"ulimit -v 262144; {LCA} assess runs.json --json", tmp_path) == (
        2, "", "lca: it needs 384 MiB of memory, and this process may use 256 MiB (ulimit -v). Allow it more.\n",
    )  # fmt: skip


def test_where_pages_cannot_be_set_the_other_files_are_written(tmp_path):
    write(tmp_path / "runs.json", [run()])
    code, _, err = shell(f"ulimit -v 819200; {LCA} report runs.json --format json,csv,pdf -o out", tmp_path)
    assert code == 0
    assert err.splitlines()[0] == (
        "lca: The report has no PDF: it needs 960 MiB of memory, and this process may use 800 MiB (ulimit -v). Allow it more."
    )
    assert sorted(os.listdir(tmp_path / "out")) == ["assessment.json", "results.csv"]
