"""YAML in which each key stands once: what is refused, and what is not."""

from __future__ import annotations

import pytest

from lca.strict_yaml import load

REFUSED = {
    "at the top": ("a: 1\nb: 2\na: 3\n", "the key 'a' stands twice, in lines 1 and 3"),
    "inside": ("x:\n  - {a: 1}\n  - {a: 1, b: 2, a: 1}\n", "the key 'a' stands twice, in lines 3 and 3"),
    "with the same value": ("x: {country: DE}\nx: {country: DE}\n", "the key 'x' stands twice, in lines 1 and 2"),
    "quoted and plain": ("a: 1\n'a': 2\n", "the key 'a' stands twice, in lines 1 and 2"),
    "two merges": ("<<: {a: 1}\n<<: {b: 1}\n", "the key '<<' stands twice, in lines 1 and 2"),
    "no date": ("a: 2024-13-01\n", "not YAML: month must be in 1..12"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    text, message = REFUSED[name]
    with pytest.raises(ValueError, match=r".") as error:
        load(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text", ["a: [", "x: !!python/object:os.system y", "? [1]\n: 2", "<<: 3", "[" * 100_000, "a: 1\n--- \nb: 1\n", "\0"]
)
def test_whatever_is_wrong_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        load(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("- {a: 1}\n- {a: 2}\n", [{"a": 1}, {"a": 2}]),
        ("1: a\n'1': b\n", {1: "a", "1": "b"}),
        ("b: &b {a: 1}\nc: {<<: *b, a: 2}\n", {"b": {"a": 1}, "c": {"a": 2}}),
        (
            "t: {d: {b: &b {<<: {a: 1}, z: 2}}, c: {<<: *b}}\n",
            {"t": {"d": {"b": {"a": 1, "z": 2}}, "c": {"a": 1, "z": 2}}},
        ),
    ],
)
def test_what_is_read(text, value):
    assert load(text) == value


def test_documents_that_refer_to_themselves_many_times_are_walked_once():
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert set(load("\n".join(lines))) == {f"a{n}" for n in range(40)}
