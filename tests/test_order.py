"""The order of runs and files changes no figure, no reason and no finding."""

from __future__ import annotations

from typing import Any

from conftest import ROOT, assess, findings, run, write
from hypothesis import given
from hypothesis import strategies as st
from strategies import logs
from test_views import few


def told(a: Any) -> dict[str, Any]:
    """All that is said of an assessment, without the order in which its groups occur."""
    return {
        "figures": sorted(str(f) for by in ((), ("run",), ("system", "stage")) for f in a.figure_list(by)),
        "findings": [f.as_dict() for f in a.findings],
        "views": sorted(map(str, [*a.view_data["lines"], *a.view_data["bridges"]])),
        "reasons": {name: a.reasons(name) for name in ("use_co2e", "embodied_co2e", "water", "total_co2e_market")},
    }


@few
@given(logs(2, 6), st.data())
def test_the_order_of_runs_changes_nothing_that_is_said(records, data):
    shuffled = data.draw(st.permutations(records))
    assert told(assess(*shuffled)) == told(assess(*records))


def test_files_in_another_order_give_the_same_bytes(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path / "one.json",
        [run("a", location={"country": "AQ"}), run("b", devices=[{"model": "Unknown X9", "count": 1}])],
    )
    write(tmp_path / "two.json", [run("c", location=None), run("d", energy=[{"value": "1 kWh", "boundary": "cpu"}])])
    write(tmp_path / "three.json", (ROOT / "samples" / "bert-base-2019.json").read_text("utf-8"))
    names = ["one.json", "two.json", "three.json"]
    first = cli("assess", *names, "--by", "run,stage", "--json")
    for order in (names[::-1], [names[1], names[0], names[2]]):
        assert cli("assess", *order, "--by", "run,stage", "--json") == first


def test_the_reason_of_a_group_is_that_of_most_of_its_runs():
    """Two runs lack a place, one has no energy: the reason is the same wherever that one stands."""
    lone = run("n", devices=None, energy=None, duration="1 h")
    others = [
        run(f"p{n}", location=None, devices=[{"model": "H100 SXM", "count": 1, "power": "1 kW"}]) for n in range(2)
    ]
    for order in ([lone, *others], [*others, lone], [others[0], lone, others[1]]):
        a = assess(*order)
        [figure] = [f for f in a.figure_list(()) if f["quantity"] == "device_hours"]
        assert figure["missing"] == 1
        reasons = a.reasons("it_energy")
        assert [count for _, count in reasons] == [1]
        [whole] = [f for f in a.figure_list(()) if f["quantity"] == "it_energy"]
        assert whole["reason"] == reasons[0][0]


def test_a_finding_of_many_runs_names_the_first_by_their_ids():
    runs = [run(f"r{n:02d}", location={"country": "AQ"}) for n in range(30)]
    for order in (runs, runs[::-1]):
        many = [f for f in findings(assess(*order), "factor-fallback") if f.count > 1]
        assert many
        assert {f.runs for f in many} == {tuple(f"r{n:02d}" for n in range(25))}
