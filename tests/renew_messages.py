"""Writes the English messages again: ``python tests/renew_messages.py`` from the root of the repository.

`templates/languages/en.po` holds every text that the report can print: what the code and the templates pass to `say`,
`said`, `plural` and `counted`, and the texts of checks, rules, quantities, statements and disclosures. Other languages are
translated copies of it; what they lack stands in English.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from lca import quantities, statements
from lca.activity import INPUTS
from lca.catalogue import lookups, store
from lca.checks import catalogue as checks
from lca.disclosure import catalogue as disclosures
from lca.engine import loader, quality, sensitivity
from lca.engine.reasons import MEANINGS
from lca.messages import ENGLISH, path_of

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Messages of the report of lca. To add a language, copy this file, give it the name of the language (de.po), write that
# name into the head, and translate what stands in msgstr. Names in braces stay as they are: values take their place.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
Message = str | tuple[str, str]


def of_code(source: str) -> Iterator[Message]:
    """Messages in the code of one file, in their order."""
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and n.args]
    for call in sorted(calls, key=lambda n: (n.lineno, n.col_offset)):
        name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
        if name in ("say", "said"):
            yield from constants(call.args[0])
        elif name == "plural":
            one, many = call.args[1:3]
            yield from zip(constants(one), constants(many), strict=True)
        elif name == "counted":
            nouns = [next(constants(x), "") for x in call.args[1:]]
            if nouns and nouns[0]:
                yield f"{{n}} {nouns[0]}", f"{{n}} {nouns[1] if len(nouns) > 1 else nouns[0] + 's'}"


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be: itself, or either end of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def of_templates() -> Iterator[tuple[str, Message]]:
    """Messages in the templates."""
    for path in sorted((ROOT / "templates").rglob("*.j2")):
        template = path.read_text("utf-8").rpartition("\n---\n")[2]  # after the front matter of a disclosure
        for _, _, message, _ in babel_extract(io.BytesIO(template.encode()), ["say"], (), {}):
            yield str(path.relative_to(ROOT)), message if isinstance(message, str) else message[0]


def of_data() -> Iterator[tuple[str, Message]]:
    """Texts that stand in data: of checks, quantities, inputs, parameters, rules, statements, disclosures, factor sets."""
    for check in checks().values():
        yield from (
            (f"lca/checks/{check.code.replace('-', '_')}.py", x) for x in (check.looks_for, check.why, check.remedy)
        )
    for q in quantities.QUANTITIES:
        yield "lca/quantities.py", q.label
    yield from (("lca/quantities.py", told) for _, _, told in quantities.FUNCTIONAL_UNITS.values())
    yield from (("lca/activity.py", meaning) for _, meaning in INPUTS.values())
    yield from (("lca/catalogue/lookups.py", x.meaning) for x in (*lookups.LEVELS.values(), *lookups.LOOKUPS))
    yield from (("lca/assessment.py", meaning) for meaning in MEANINGS.values())
    for p in (*sensitivity.PARAMETERS, sensitivity.OTHER):
        yield from (("lca/engine/sensitivity.py", x) for x in (p.label, p.advice))
    yield from (("lca/engine/quality.py", name) for _, name in quality.CLASSES)
    rules = loader.load(())
    for rule in rules:
        yield f"rule {rule.id}", " ".join(rule.description.split())
    for name in sorted({*MEANINGS, *(rule.gives for rule in rules)} - set(quantities.NAMES)):
        if "_" in name:  # what a reason calls it that has no label of its own
            yield "lca/report/gaps.py", name.replace("_", " ")
    for question in statements.known().values():
        yield from (("lca/statements.py", x) for x in (question.text, question.who))
    yield from (("lca/statements.py", title) for _, title in statements.SINGLE.values())
    for name in (disclosures.CHECKLIST, *disclosures.shipped()):
        d, where = disclosures.load(name), f"templates/disclosures/{name}.html.j2"
        yield from ((where, x) for x in (d.name, d.standard, d.lead, *d.notes))
        for part in d.parts:
            yield from ((where, x) for x in (part.title, part.lead))
            for r in part.requirements:
                yield from ((where, x) for x in (r.text, r.lacks, r.who, *(c.label for c in r.content)))
    for made in store.load(()).sets:
        yield from ((f"factors, {made.id}", record[key]) for record in made.exclusions for key in ("part", "reason"))


def everything() -> Iterator[tuple[str, Message]]:
    """Every message with the place in which it stands first."""
    for path in sorted(p for p in (ROOT / "lca").rglob("*.py") if p.parent.name != "cli"):
        yield from ((str(path.relative_to(ROOT)), message) for message in of_code(path.read_text("utf-8")))
    yield from of_templates()
    yield from of_data()


def catalogue(found: Iterable[tuple[str, Message]]) -> Catalog:
    """Messages as a catalogue, each once; a message that depends on a number stands before one that does not."""
    made = Catalog(locale=ENGLISH, fuzzy=False)
    for place, message in found:
        if message and (isinstance(message, tuple) or any(c.isalpha() for c in message)):
            made.add(message, message, auto_comments=[] if _known(made, message) else [place])
    return made


def _known(made: Catalog, message: Message) -> bool:
    return (message if isinstance(message, str) else message[0]) in made


def text() -> str:
    """The file of English messages."""
    out = io.BytesIO()
    write_po(out, catalogue(everything()), width=0, omit_header=True, include_lineno=False)
    return HEAD + out.getvalue().decode()


if __name__ == "__main__":
    path_of(ENGLISH).write_text(text(), "utf-8")
