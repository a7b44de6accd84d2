"""Severities of findings that a profile sets, and what it may not hide."""

from __future__ import annotations

import json
import re

import pytest
from conftest import assess, findings, run, write

from lca.checks import catalogue
from lca.errors import ProfileError
from lca.report import evidence

NOWHERE = run(location=None)


def of(**severities):
    return {"id": "p", "severities": severities}


def test_the_profile_sets_the_severity_of_a_code():
    usual = findings(assess(NOWHERE), "location-missing")
    assert [f.severity for f in usual] == ["warning"]
    raised = assess(NOWHERE, profile=of(**{"location-missing": "error"}))
    assert [f.severity for f in findings(raised, "location-missing")] == ["error"]
    assert raised.failed
    assert not assess(NOWHERE).failed


def test_it_counts_for_what_a_check_grades_itself():
    near = run(declared={"energy": "48.1 kWh"})
    assert [f.severity for f in findings(assess(near), "declared-mismatch")] == ["info"]
    a = assess(near, profile=of(**{"declared-mismatch": "error"}))
    assert [f.severity for f in findings(a, "declared-mismatch")] == ["error"]


def test_what_is_off_is_counted_and_told(cli, tmp_path):
    a = assess(NOWHERE, profile=of(**{"location-missing": "off", "factor-fallback": "off"}))
    assert findings(a, "location-missing") == []
    assert a.findings_off["location-missing"] == 1
    assert a.as_dict()["findings_off"] == a.findings_off
    assert "findings_off" not in assess(NOWHERE).as_dict()
    told = "of codes that the profile turns off: factor-fallback ("
    assert told in evidence.lead(a)
    path = write(tmp_path / "r.json", NOWHERE)
    profile = write(tmp_path / "p.yaml", json.dumps(of(**{"location-missing": "off", "factor-fallback": "off"})))
    done = cli("check", path, "--profile", profile)
    assert told in done.err
    assert "location-missing" not in done.out


FAULTS = {
    "unknown code": (of(**{"location-missin": "error"}), "profile p: severities: no such code (found location-missin). The nearest is location-missing."),
    "unknown severity": (of(**{"location-missing": "fatal"}), "profile: severities.location-missing: not one of the known values (found fatal). Use one of 'error', 'warning', 'info' or 'off'."),
    "what was read": (of(**{"torn-row": "off"}), "profile p: severities.torn-row: it tells what was left out or assigned while reading: it cannot be turned off. Use error, warning or info."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_severities_that_cannot_be(name):
    profile, message = FAULTS[name]
    with pytest.raises(ProfileError) as told:
        assess(NOWHERE, profile=profile)
    assert str(told.value) == message


def test_the_list_shows_the_severities_of_a_profile(cli):
    lines = cli("checks", "--profile", "strict").out.splitlines()
    assert any(line.startswith("location-missing\terror (usually warning)\t") for line in lines)
    assert any(line.startswith("torn-row\terror\t") for line in lines)
    assert len(lines) - 1 == len(catalogue()) >= 100
    assert "unknown-device (error (usually" in cli("checks", "unknown-device", "--profile", "strict").out


@pytest.mark.parametrize("check", catalogue().values(), ids=lambda c: c.code)
def test_every_check_says_what_it_looks_for_why_and_what_to_do(check):
    assert check.looks_for[:1].isupper() or check.looks_for[:1].isdigit()
    assert not check.looks_for.endswith(".")
    for text in (check.why, check.remedy):
        assert text.endswith(".")
        assert len(text) > 15


def test_a_finding_of_many_runs_keeps_the_commas_of_its_text():
    made = assess(*(run(f"r{k}", start=None) for k in range(30)))
    told = [f.message for f in made.findings if f.code == "factor-period" and f.count == 30]
    assert told
    assert all(
        re.search(r": the run has no date: the latest factor is used \([\w.-]+, \d{4}\) \(30 runs\)$", x) for x in told
    ), told
