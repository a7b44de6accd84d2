"""Languages: every text of a report is a message, a language is one file, and a file that cannot be used says why."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import renew_messages
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po
from conftest import NOW, ROOT, Outcome, assess, run

import lca
from lca import messages
from lca.engine import loader
from lca.errors import LanguageError
from lca.language import PLACEHOLDER, joined, listed, number, plural, said, say, speaking
from lca.numerals import spelled
from lca.report import html as pages
from lca.report import numbers as n

#: letters that the language made for these tests writes in place of ours, so that what is not translated stands out
LETTERS = str.maketrans("aeiouncszAEIOUNCSZ", "áéíóúńćśźÁÉÍÓÚŃĆŚŹ")


def odd(text: str) -> str:
    """A message in the language made for these tests."""
    return "".join(p if p.startswith("{") else p.translate(LETTERS) for p in re.split(r"(\{\w+\})", text))


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every message translated, as if into Czech: its numbers, lists and dates are those of Czech."""
    made = Catalog(locale="cs", fuzzy=False)
    for m in english():
        made.add(m.id, odd(m.id) if isinstance(m.id, str) else (odd(m.id[0]), *[odd(m.id[1])] * 2))
    return written(tmp_path_factory.mktemp("languages") / "cs.po", made)


def written(path: Path, made: Catalog) -> Path:
    """A catalogue as a file."""
    with path.open("wb") as file:
        write_po(file, made, width=0)
    return path


def german(path: Path, **texts: str) -> Path:
    """A small file of messages in German."""
    made = Catalog(locale="de", fuzzy=False)
    for english, text in {"{n} run": ("{n} Lauf", "{n} Läufe"), "Results": "Ergebnisse", **texts}.items():
        made.add((english, f"{english}s") if isinstance(text, tuple) else english, text)
    return written(path, made)


def english() -> list[Message]:
    """Messages of the English file, without its head."""
    return [m for m in read_po(messages.path_of("en").open("rb"), abort_invalid=True) if m.id]


def test_the_file_of_english_messages_is_that_of_the_code() -> None:
    """`python tests/renew_messages.py` writes it; who changes a text runs it."""
    assert messages.path_of("en").read_text("utf-8") == renew_messages.text()


def test_english_is_complete() -> None:
    assert len(english()) > 2000
    assert all(m.string == m.id for m in english())


#: files whose texts stand in no report: output of the terminal, faults of rules, fonts and drawings
APART = {"explain.py", "bottom_up.py", "rule.py", "fonts.py", "charts.py", "chart_engine.py", "pdf.py", "brand.py"}
#: names of data, of units, of standards
NAMES = re.compile(r"special energy|zero energy|power curve|no offset|no work|Monte Carlo|.*(CO₂e|Sb eq|per cm²|billion parameters|of no stated size)|"
                   r"ISO.*|GHG Protocol|Ciroth.*| (Corporate Standard|lca report|of the template|The report is in English).*|The nearest is |`lca checks`.*")  # fmt: skip


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of several words in code that no call makes a message: not documentation, faults or descriptions of fields."""
    calls = {"Field", "say", "said", "plural", "counted", "Check", "compile", "sub", "tell", "UserTemplateError"}
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        called = node.func if isinstance(node, ast.Call) else None
        if (
            is_text
            or isinstance(node, ast.Raise)
            or (getattr(called, "attr", None) or getattr(called, "id", "")) in calls
        ):
            continue
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"[A-Za-z]{2,},? [A-Za-z]{2,}", node.value)
        ):
            yield node.lineno, node.value
        waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize("folder", ["report", "checks", "engine"])
def test_every_text_of_the_report_is_a_message(folder: str) -> None:
    """A text in plain quotes is one that no language can translate; names of tables, by which places are found, are messages too."""
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in english()}
    found = [
        (path.name, line, text)
        for path in sorted((ROOT / "lca" / folder).rglob("*.py"))
        for line, text in (prose(path) if path.name not in APART else ())
        if text not in known and not NAMES.fullmatch(text)
    ]
    assert found == []


@pytest.fixture(scope="module")
def report(strange: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of all samples with all disclosures in the language made for these tests."""
    made = lca.assess(str(ROOT / "samples" / "*.json"), now=NOW, disclosures=lca.disclosure.catalogue.shipped())
    return made.report(
        tmp_path_factory.mktemp("report"), ("html", "pdf", "json", "md", "summary"), language=str(strange)
    )


@cache
def as_written() -> str:
    """All that is printed as its author wrote it, in one text."""
    held = [
        p.read_text("utf-8", "replace")
        for name in ("factors", "samples")
        for p in sorted((ROOT / name).rglob("*"))
        if p.is_file()
    ]
    held += [reference for rule in loader.load(()) for reference in rule.references]
    for d in map(lca.disclosure.catalogue.load, (*lca.disclosure.catalogue.shipped(), "checklist")):
        held += [d.edition, *(r.ref for r in d.requirements)]
    return re.sub(r"[_\s]+", " ", " ".join([*held, "lca report RUNS", "kg Sb eq"]))


def in_english(path: Path) -> set[str]:
    """What stands in a report, of three words or more, in letters that the language made for these tests does not write."""
    text = re.sub(r"<(style|script|pre)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
    shown = re.findall(r">([^<>]+)<", text) + re.findall(r'(?:title|aria-label|alt)="([^"]*)"', text)
    return {
        words
        for line in map(html.unescape, shown)
        for words in re.findall(r"\b[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}\b", line)
        if words not in as_written()
    }


def test_nothing_stands_in_english_but_data(report: dict[str, Path]) -> None:
    assert in_english(report["html"]) == set()


#: what the reports of samples do not show: scopes, statements, purchases, services, pins, what was expected, hours
FULL = {
    "extends": "ghg-protocol", "organisation": {"name": "X", "consolidation": "operational-control"}, "conformity": {"esrs-e1": "partly"},
    "period": {"start": "2023-01-01", "end": "2025-12-31"}, "grid_matching": "hourly", "idle_allocation": "energy",
    "report": {"compared_with": "Y", "changes": [{"what": "Z", "cause": "error", "old": "1 t", "new": "2 t"}]},
    "exclusions": [{"item": "X", "reason": "Yyyyyy", "size": "2 %"}, {"item": "Z", "reason": "Yyyyyy"}],
    "reviews": [{"kind": "verification", "by": "X", "standard": "Y", "level": "limited", "scope": "Z", "date": "2026-01-01", "statement": "X"}],
    "services": [{"system": "Model A", "work": "requests", "amount": 2e9, "reason": "Xxxxxx"}, {"system": "Y", "work": "requests", "amount": 1, "reason": "Xxxxxx"}],
    "purchases": [{"device": "H100 SXM", "count": 64, "date": "2025-04-01"}, {"device": "A100", "count": 4, "date": "2019-04-01"}],
    "pins": [{"quantity": "device_lifetime", "value": "4 years", "reason": "Xxxxxx"}], "severities": {"factor-fallback": "off"},
}  # fmt: skip


def test_nothing_stands_in_english_with_a_full_profile(strange: Path, tmp_path: Path) -> None:
    jobs = tmp_path / "jobs.csv"
    jobs.write_text("id,device_hours\nlong,9000\nnot-there,80\n", "utf-8")
    instruments = [
        {
            "type": "certificate",
            "energy": "9 MWh",
            "factor": "0 kgCO2e/kWh",
            "market": "DE",
            "start": "2020-01-01",
            "end": "2020-12-31",
        }
    ]
    runs = [
        run("long", electricity={"instruments": instruments}), run("asks", stage="inference", work={"requests": 10, "tokens_out": 99}),
        run("idle", stage="idle"), run("tokens", stage="inference", devices=None, work={"tokens_out": 9e5}, system={"name": "Llama 3.1 70B"}),
        run("nothing", devices=None, location=None, start=None), run("by the hour", location={"country": "DE"}, start="2020-05-01T00:00:00Z"),
        run("other", devices=[{"model": "Nobody's card", "count": 2}], declared={"co2e": "7 t", "energy": "3 kWh"}),
    ]  # fmt: skip
    made = lca.assess(
        runs, now=NOW, profile={"id": "p", **FULL}, expect=[jobs], disclosures=lca.disclosure.catalogue.shipped()
    )
    assert in_english(made.report(tmp_path / "out", ("html",), language=str(strange))["html"]) == set()


def test_numbers_lists_and_days_are_those_of_the_language(report: dict[str, Path]) -> None:
    text = report["html"].read_text("utf-8")
    assert '<html lang="cs" dir="ltr">' in text
    assert "dubna 2026" in text  # a month of Czech
    assert "April 2026" not in text
    assert re.search(r"<td[^>]*>\d+,\d+</td>", text)
    assert not re.search(r"<td class=\"num\">\d+\.\d+</td>", text)
    assert "Německo" in text  # Germany
    assert "replace(said.decimal" in text
    assert 'data-decimal=","' in text


def test_anchors_and_data_do_not_depend_on_the_language(report: dict[str, Path], strange: Path) -> None:
    """Links hold, and the data that goes with the report is the same to the byte."""
    made = lca.assess(str(ROOT / "samples" / "*.json"), now=NOW, disclosures=lca.disclosure.catalogue.shipped())
    assert report["json"].read_text("utf-8") == made.to_json()
    text = report["html"].read_text("utf-8")
    ids = set(re.findall(r' id="([^"]+)"', text))
    assert "results-by-life-cycle-stage" in ids
    assert set(re.findall(r'href="#([^"]+)"', text)) <= ids


def test_the_pdf_says_its_language(report: dict[str, Path]) -> None:
    import pikepdf

    with pikepdf.open(report["pdf"]) as pdf:
        assert str(pdf.Root.Lang) == "cs"
        assert len(pdf.pages) > 40


def test_the_same_language_gives_the_same_bytes(strange: Path, tmp_path: Path) -> None:
    made = [assess(run()).report(tmp_path / str(k), ("html", "pdf", "md"), language=str(strange)) for k in range(2)]
    assert all(made[0][x].read_bytes() == made[1][x].read_bytes() for x in made[0])


def test_what_was_said_in_english_is_said_again(tmp_path: Path) -> None:
    path = german(tmp_path / "de.po", **{"{a} of {b}": "{b}, davon {a}", "partly": "teilweise"})
    told = said("{a} of {b}", a=plural(1, "{n} run", "{n} runs", n=1), b=plural(3, "{n} run", "{n} runs", n=3))
    several = joined("; ", [said("partly"), number("0.5"), "a name"])
    assert (str(told), str(several)) == ("1 run of 3 runs", "partly; 0.5; a name")
    assert str(listed(["a", "b", "c"])) == "a, b and c"
    with speaking(messages.load(str(path))):
        assert say(told) == "3 Läufe, davon 1 Lauf"
        assert say(several) == "teilweise; 0,5; a name"
        assert say(listed(["a", "b", said("partly")])) == "a, b und teilweise"
        assert say(spelled(1234.5)) == "1 234,5"
        assert n.percent(0.004) == "0,4\u202f%"
        assert n.day(NOW.date()) == "1. Juni 2026"
        assert n.month("2026-11") == "November 2026"
        assert say("nobody translated this") == "nobody translated this"
    assert say(told) == "1 run of 3 runs"


def test_a_message_reaches_into_no_value() -> None:
    """A placeholder is a name: neither an attribute nor an index of a value can be asked for."""
    assert str(said("{x.__class__} {x[0]} {x!r} {x:>9} {x}", x="v")) == "{x.__class__} {x[0]} {x!r} {x:>9} v"
    assert PLACEHOLDER.findall("{x.__class__} {y}") == ["y"]


def test_signs_of_a_message_are_escaped(tmp_path: Path) -> None:
    texts = {
        "scroll sideways →": '"}</style><script>1</script>',
        "Close": '"><b>',
        "{page} of {pages}": '{page}"\\/{pages}',
    }
    made = assess(run()).report(
        tmp_path, ("html", "pdf"), language=str(german(tmp_path / "de.po", Results="<b>&", **texts))
    )
    text = made["html"].read_text("utf-8")
    assert "<h2>&lt;b&gt;&amp;</h2>" in text
    assert 'data-close="&#34;&gt;&lt;b&gt;"' in text
    assert "<script>1" not in text
    assert 'content:counter(page) "\\22 \\5c \\2f " counter(pages)' in text


def test_a_language_of_which_little_is_translated_says_so(tmp_path: Path) -> None:
    made = assess(run(), profile={"id": "p"}).report(tmp_path, ("html",), language=str(german(tmp_path / "de.po")))
    whole = len(english())
    text = html.unescape(made["html"].read_text("utf-8"))
    assert (
        f"Deutsch (de): 2 of {n.count(whole)} messages differ from the English; the others are the same, or stand in English"
        in text
    )
    assert "<h2>Ergebnisse</h2>" in text
    assert "Data from 1 Lauf" not in text


def test_the_profile_may_choose_the_language(tmp_path: Path) -> None:
    german(tmp_path / "own.po")
    (tmp_path / "p.yaml").write_text("id: p\nreport: {language: own.po}\n", "utf-8")
    made = assess(run(), profile=str(tmp_path / "p.yaml")).report(tmp_path / "out", ("html",))
    text = made["html"].read_text("utf-8")
    assert "<h2>Ergebnisse</h2>" in text
    assert str(tmp_path) not in text
    assert '<html lang="de"' in text
    assert "--profile p --lang own.po" in text
    english = assess(run(), profile=str(tmp_path / "p.yaml")).report(tmp_path / "en", ("html",), language="en")
    assert "<h2>Results</h2>" in english["html"].read_text("utf-8")


def test_languages_are_listed(cli: Callable[..., Outcome]) -> None:
    got = cli("languages")
    assert got.code == 0
    assert re.search(r"^en\s+English\s+all\s+.*templates/languages/en\.po$", got.out, re.MULTILINE)


def test_languages_that_come_with_lca_can_be_used() -> None:
    assert messages.shipped()[0] == "en"
    for name in messages.shipped()[1:]:
        made = messages.load(name)
        assert made is not None
        assert made.translated > 0


def head(language: str, forms: str = "nplurals=2; plural=(n != 1);") -> str:
    """The head of a file of messages."""
    lines = (f"Language: {language}", f"Plural-Forms: {forms}", "Content-Type: text/plain; charset=utf-8")
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


ENGLISH = messages.path_of("en")
LISTED = ", ".join(messages.shipped())
BROKEN = {
    "unknown.po": (None, "language file {path}: cannot be read: No such file or directory. Give the path of a file of messages."),
    "text.po": ("this is no file of messages\n", f"language file {{path}}: it is no file of messages. Begin with a copy of {ENGLISH}."),
    "head.po": ('msgid "Results"\nmsgstr "Ergebnisse"\n', "language file {path}: it does not say its language (found head). Write it into the head, such as Language: de."),
    "nowhere.po": (head("xx"), "language file {path}: it does not say its language (found xx). Write it into the head, such as Language: de."),
    "more.po": (head("de") + 'msgid "{n} h before"\nmsgstr "{m} h vorher"\n',
                "language file {path}, line 7: a placeholder that its message does not have (found m). Use those of its message alone: n."),
    "none.po": (head("de") + 'msgid "Results"\nmsgstr "{n} Ergebnisse"\n',
                "language file {path}, line 7: a placeholder that its message does not have (found n). Use those of its message, which has none."),
    "forms.po": (head("de", "nplurals=2; plural=n % 0;"),
                 "language file {path}: Plural-Forms in its head is no rule (found n % 0). Write that of the language, such as nplurals=2; plural=(n != 1);"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_used_says_why(name: str, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
    text, told = BROKEN[name]
    path = tmp_path / name
    if text is not None:
        path.write_text(text, "utf-8")
    (tmp_path / "r.json").write_text(json.dumps(run()), "utf-8")
    got = cli("report", str(tmp_path / "r.json"), "-o", str(tmp_path / "out"), "--lang", str(path))
    assert (got.code, got.err.strip()) == (2, f"lca: {told.format(path=path)}")
    assert not (tmp_path / "out").exists()


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(LanguageError) as caught:
        messages.load("klingon")
    assert str(caught.value) == (
        f"language klingon: no such language. Use one of {LISTED}, or the path of a file of your own: a translated copy of {ENGLISH}."
    )


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    path.write_bytes(b"#" * (messages._LARGEST + 1))
    with pytest.raises(LanguageError, match="larger than 8 MiB"):
        messages.load(str(path))


def test_pages_may_be_written_in_two_languages_by_one_program(tmp_path: Path) -> None:
    """What was read at one time in one language is not kept for the other."""
    a = assess(run())
    with speaking(messages.load(str(german(tmp_path / "de.po")))):
        first = pages.render(a).text
    assert "<h2>Ergebnisse</h2>" in first
    assert pages.render(a).text == pages.render(assess(run())).text


def test_a_copy_of_english_is_no_translation(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    path.write_text(messages.path_of("en").read_text("utf-8").replace("Language: en", "Language: fr"), "utf-8")
    made = messages.load(str(path))
    assert made is not None
    assert (made.translated, made.whole) == (0, len(english()))


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = german(tmp_path / "de.po")
    first = messages.load(str(path))
    german(path, Findings="Befunde")
    second = messages.load(str(path))
    assert first is not None
    assert second is not None
    assert (first.text("Findings"), second.text("Findings")) == ("Findings", "Befunde")


def test_signs_that_no_font_of_the_report_has_are_told(tmp_path: Path, cli: Callable[..., Outcome]) -> None:
    (tmp_path / "r.json").write_text(json.dumps(run()), "utf-8")
    made = Catalog(locale="ja", fuzzy=False)
    made.add("Results", "結果")
    path = written(tmp_path / "ja.po", made)
    got = cli("report", str(tmp_path / "r.json"), "-o", str(tmp_path / "out"), "--lang", str(path), "--format", "html")
    assert got.err.splitlines()[-1] == (
        "lca: 2 signs of the language are not in the fonts of the report, such as 果: fonts of the machine stand in, so that the report looks otherwise elsewhere."
    )
    assert "<h2>結果</h2>" in (tmp_path / "out" / "report.html").read_text("utf-8")
