"""Personal data of logs is in no output: users, e-mails, hosts, home paths, coordinates, keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import NOW
from test_format_goldens import FIXTURES
from test_formats import HEADER, REAL, flush, real

import lca
from lca.errors import InputError

#: a name of a person, a host, a home, a mail, an address, a key and a place that the fixtures hold
PERSONAL = (
    r"jdoe", r"Jane", r"[\w.+-]+@[\w-]+\.[a-z]{2,}", r"/home/\w+", r"/Users/\w+", r"C:\\Users", r"\b192\.168\.\d+\.\d+", r"\b10\.\d+\.\d+\.\d+\b",
    r"node-?\d{2,}\.\w+", r"sk-[A-Za-z0-9]{6,}", r"48\.8582", r"2\.3387",
)  # fmt: skip


def outputs(a, folder):
    """All that a report writes, and the runs as they are converted, without the paths of the files themselves."""
    from lca.ingest.convert import as_json

    a.report(folder, formats=("html", "json", "csv"))
    told = (
        "".join(p.read_text("utf-8") for p in sorted(folder.iterdir()))
        + json.dumps(as_json(a.intake))
        + json.dumps(a.as_dict())
    )
    return re.sub(r"data:font/[^)]*\)", "", told)


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda p: p.name)
def test_of_each_format(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder.parent)
    try:
        told = outputs(lca.assess(folder.name, now=NOW), tmp_path / "out")
    except InputError as error:  # a format whose files give no run by themselves
        told = str(error)
    for pattern in PERSONAL:
        assert not re.search(pattern, told), pattern


def test_the_search_finds_what_it_looks_for(tmp_path):
    (tmp_path / "emissions.csv").write_text(HEADER + flush("10:00:00", 3600, 0.5).replace("Tiny", "jane@example.org"))
    told = outputs(lca.assess(str(tmp_path / "emissions.csv"), now=NOW), tmp_path / "out")
    assert re.search(PERSONAL[2], told)


@real
def test_of_real_logs(tmp_path):
    a = lca.assess(str(REAL), now=NOW)
    told = outputs(a, tmp_path / "out").replace(str(REAL), "")
    # ids, names and places in the files by others
    for word in (
        "mc4sa9p",
        "ec-aaaaa",
        "elsayedissa",
        "3.5833",
        "34.9167",
        "48.8582",
        "/job/path",
        "jirka",
        "ubuntu@",
        "@gmail",
    ):
        assert word not in told, word
    assert not re.search(r"(?<![\w/])/(home|Users|root)/\w+", told)
    assert Path(tmp_path / "out" / "report.html").is_file()
