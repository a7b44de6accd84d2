"""A total of water, primary energy or abiotic depletion that lacks a part is labelled as partial where it stands."""

from __future__ import annotations

from conftest import assess, figure, run, write

from lca.disclosure.front import Content
from lca.report import answers, inventory

#: one run states its water and what its devices took, the other lies nowhere and on an unknown device
WHOLE = run("a", devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8, "power": "500 W", "power_boundary": "node"}])
LACKS = run("b", location=None, facility=None, devices=[{"model": "Unknown X9", "count": 1, "power": "500 W"}])


def test_a_partial_total_is_labelled_in_the_data_the_tables_and_the_answers(cli, tmp_path):
    a = assess(WHOLE, LACKS)
    water = figure(a, "water")
    assert (water["partial"], water["missing"], water["rows"]) == (True, 1, 2)
    assert "partial" not in figure(a, "facility_energy")
    assert "partial" not in figure(assess(WHOLE), "water")
    rows = {row.cells[0].text: row.cells[1] for row in inventory.methods(a).rows}
    assert rows["Water on and off site, of entries with both"].sub == "partial, 1 of 2 entries in full"
    assert rows["Water on and off site, of entries with both"].mark == "†"
    assert rows["Electricity over its life cycle, location-based"].sub == ""
    assert {"Primary energy", "Abiotic depletion, elements"} <= set(rows)
    item = answers.figure(a, Content(figure="water", unit="L"))
    assert item.text.endswith(", a partial total")
    out = cli("assess", write(tmp_path / "runs.json", [WHOLE, LACKS])).out
    assert "\ttotal\twater, partial\t" in f"\t{out}".replace("\n", "\n\t")
