"""A key that stands twice in JSON or YAML is refused, wherever it stands."""

from __future__ import annotations

import json

import pytest
from conftest import run, write
from test_formats import take
from test_robustness import messages

from lca import unique_keys


def test_a_run_with_a_key_twice_is_set_aside_and_the_others_count(tmp_path):
    text = json.dumps(run("a"))
    twice = text[:-1] + ', "duration": "20 h"}'
    inner = text.replace('"count": 8', '"count": 8, "count": 9').replace('"a"', '"c"')
    told = "the key stands twice in one object. Keep one of the two."
    array = write(tmp_path / "runs.json", f"[{twice}, {text}, {inner}]")
    assert messages(take(array), array) == [f"@: run 1: duration: {told}", f"@: run 3: count: {told}"]
    lines = write(tmp_path / "runs.jsonl", f"{twice}\n{text}\n{inner}\n")
    assert messages(take(lines), lines) == [f"@: row 1: duration: {told}", f"@: row 3: count: {told}"]
    assert [r.id for r in take(lines).runs] == ["a"]
    whole = write(tmp_path / "whole.json", f'{{"runs": [{text}], "runs": []}}')
    assert messages(take(whole), whole) == [f"@: runs: {told}"]


def test_many_lines_are_looked_into_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("lca.ingest.lca_run.FEW", 0)
    good = "".join(json.dumps(run(f"r{n}")) + "\n" for n in range(3))
    assert unique_keys.may_repeat(good.encode()) is False
    path = write(tmp_path / "runs.jsonl", good + json.dumps(run("x"))[:-1] + ', "stage": "idle"}\n')
    assert messages(take(path), path) == ["@: row 4: stage: the key stands twice in one object. Keep one of the two."]
    assert len(take(path).runs) == 3


def test_a_foreign_document_with_a_key_twice_is_refused(tmp_path):
    path = write(
        tmp_path / "usage.json", '{"object": "page", "data": [], "data": [{"object": "organization.usage.x"}]}'
    )
    assert messages(take(path), path) == ["@: the key data stands twice in one object. Keep one of the two."]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "a": 2}', "a"),
        ('{"a": {"b": [{"c": 1}, {"c" : 1, "c": 2}]}}', "c"),
        ('{"a": "x\\": ", "b": 1}', None),
        ('{"a": {"b": 1}, "b": 2}', None),
        ('{"a" : 1}', None),
        ("[1, 2", None),
    ],
)
def test_which_key_stands_twice(text, key):
    assert unique_keys.repeated(text) == key
    assert bool(unique_keys.may_repeat(text.encode())) is (key is not None or text == "[1, 2")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("t: {d: {b: &b {<<: {a: 1}, a: 2}}, c: {<<: *b}}", {"t": {"d": {"b": {"a": 2}}, "c": {"a": 2}}}),
        ("a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b, x: 3}\nd: *b\n", {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}, "d": {"x": 2}}),
        ("1: a\n'1': b\n", {1: "a", "1": "b"}),
        ("true: a\n'true': b\n", {True: "a", "true": "b"}),
        ("a: &a {x: 1, z: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\n", {"a": {"x": 1, "z": 1}, "b": {"x": 2, "y": 2}, "c": {"x": 1, "y": 2, "z": 1}}),
        ("", None),
    ],
)  # fmt: skip
def test_keys_that_merge_or_differ_in_kind_stand_once(text, value):
    assert unique_keys.of_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "key"),
    [("1: a\n0x1: b\n", "0x1"), ("a: {b: [{c: 1, 'c': 2}]}", "c"), ("{x: 1, <<: {x: 2}, x: 3}", "x")],
)
def test_a_key_of_yaml_that_stands_twice(text, key):
    with pytest.raises(unique_keys.RepeatedKey) as error:
        unique_keys.of_yaml(text)
    assert error.value.key == key


def test_a_profile_with_a_key_twice_is_refused(cli, tmp_path):
    runs, profile = (
        write(tmp_path / "runs.json", [run()]),
        write(tmp_path / "p.yaml", "role: owner\nview: sci\nrole: owner\n"),
    )
    assert cli("assess", runs, "--profile", profile) == (
        2, "", f"lca: {profile}: cannot be read: the key role stands twice in one object, in lines 1 and 3. Correct the YAML.\n",
    )  # fmt: skip


def test_a_mapping_with_a_key_twice_is_refused(tmp_path):
    path = write(tmp_path / "m.yaml", 'schema: lca-map/1\nmatch: "*.csv"\nmatch: "x.csv"\n')
    assert messages(take(path), path) == [
        "@: the key match stands twice in one object, in lines 2 and 3. Keep one of the two."
    ]


def test_an_overlay_with_a_key_twice_is_refused(cli, tmp_path):
    write(tmp_path / "own" / "datapackage.json", '{"name": "own/x", "name": "own/y"}')
    runs = write(tmp_path / "runs.json", [run()])
    done = cli("assess", runs, "--factors", tmp_path / "own")
    assert done.code == 2
    assert "cannot be read: the key name stands twice in one object. Write a Frictionless datapackage.json." in done.err


def test_front_matter_with_a_key_twice_is_set_aside(tmp_path):
    path = write(tmp_path / "README.md", "---\nco2_eq_emissions:\n  emissions: 1\n  emissions: 2\n---\n")
    assert messages(take(path), path) == [
        "@: row 1: the front matter: the key emissions stands twice in one object, in lines 2 and 3. Keep one of the two."
    ]
