"""Every row of a mapped table is used, a header, or set aside with a reason; one cell that is wrong costs its row alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from conftest import NOW

from lca.errors import Fault
from lca.ingest import reader
from lca.ingest.formats import Found, table
from lca.ingest.given import Given
from lca.ingest.log import Log

FIXTURE = Path(__file__).parent / "fixtures" / "table"
MAPPINGS = {"jobs.map.yaml": "jobs.csv", "meter.map.yaml": "meter-a.csv"}
#: what a cell may hold instead of what it should: wrong sign, unit, type and size, nothing, words for nothing, parts of other cells
ODD = ("-5", "-0.001", "7 J", "7 parsecs", "x", "", "N/A", "nan", "inf", "1e400", "1e300", "1,234", "1.2.3", "0x10", "1_000", "True", "[]", "9999999999999",
       "0000-00-00", "9999-12-31", "12:30", "99:99:99", "\0", "\ufffd", "'", '"', "=1+1", " 5 ", "５", "a;b", "1e-320")  # fmt: skip


def accounts(folder, mapping):
    """What became of the rows of each table, and what was found in them."""
    paths = sorted(str(path) for path in folder.iterdir())
    log = Log(str(folder / mapping), Given(paths))
    found = list(table.read(log))
    for each in found:
        if isinstance(each, Fault):
            file = next((other for other in log.taken if each.where.startswith(f"{other.shown}: row")), log)
            file.account.reject(each.lines if each.lines is not None else each.count)
    return [(each.shown, each.account) for each in log.taken], found


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_the_rows_of_a_fixture_are_all_accounted_for(mapping):
    for shown, account in accounts(FIXTURE, mapping)[0]:
        assert (account.rest, account.rejected) == (0, 0), shown
        assert account.used + account.header == account.total


def cases():
    for mapping, name in MAPPINGS.items():
        rows = [line.split(";" if name == "jobs.csv" else ",") for line in (FIXTURE / name).read_text().splitlines()]
        for column, odd in itertools.product(range(len(rows[0])), ODD):
            yield mapping, name, column, odd


@pytest.mark.parametrize(("mapping", "name", "column", "odd"), list(cases()))
def test_one_cell_that_is_wrong(tmp_path, mapping, name, column, odd):
    delimiter = ";" if name == "jobs.csv" else ","
    for path in FIXTURE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = [line.split(delimiter) for line in (FIXTURE / name).read_text().splitlines()]
    rows[2][column] = odd
    (tmp_path / name).write_text("\n".join(delimiter.join(row) for row in rows) + "\n", encoding="utf-8")
    tallies, found = accounts(tmp_path, mapping)
    for shown, account in tallies:
        assert account.rest == 0, shown
    account = next(account for shown, account in tallies if shown.endswith(name))
    assert account.rejected <= 1 or '"' in odd
    assert account.rejected == sum(
        1 for each in found if isinstance(each, Fault) and each.where.startswith(str(tmp_path / name))
    )
    assert any(isinstance(each, Found) for each in found)
    intake = reader.read([str(tmp_path)], NOW)
    assert not [str(fault) for fault in intake.faults if fault.code == "adapter-failed"]
    assert not [note.message for _, note in intake.notes if note.code == "lines-not-used"]


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("kept", range(1, 120, 7))
def test_a_table_that_is_cut_off_anywhere(tmp_path, mapping, kept):
    for path in FIXTURE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    name = MAPPINGS[mapping]
    (tmp_path / name).write_bytes((FIXTURE / name).read_bytes()[:kept])
    tallies, _ = accounts(tmp_path, mapping)
    for shown, account in tallies:
        # the header itself may be cut off: then no row is read, and the column that is not there is told
        assert account.rest == 0 or account.used == account.rejected == 0, shown
