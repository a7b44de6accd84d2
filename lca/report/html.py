"""View model to one self-contained HTML file. Everything from logs is escaped; nothing is loaded from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from lca.disclosure import catalogue
from lca.errors import UserTemplateError, shorten
from lca.language import again, say, spoken
from lca.report import brand as brands
from lca.report import fonts, view, words
from lca.report.disclosures import Body
from lca.report.parts import DataFile
from lca.resources import folder

if TYPE_CHECKING:
    from lca.assessment import Assessment


class Page(NamedTuple):
    """The report as HTML, its view model, and what of it could not be written and why."""

    text: str
    report: view.Report
    notes: list[str]


def environment() -> jinja2.Environment:
    """Templates escape by default, an undefined name is an error, and those of a user reach nothing but what they print."""
    made = SandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folder("templates")), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["svg"] = Markup  # drawings of our own charts alone, checked in `charts.svg`
    made.filters["css"] = _css
    made.globals["say"] = say
    made.finalize = again
    return made


def _css(message: str) -> Markup:
    """A message as text in a style sheet; `{page}` and `{pages}` become counters of pages."""
    parts = re.split(r"\{(pages?)\}", message)
    quoted = (
        f"counter({part})" if at % 2 else f'"{re.sub("[^ 0-9A-Za-z.]", lambda m: f"{chr(92)}{ord(m[0]):x} ", part)}"'
        for at, part in enumerate(parts)
    )
    return Markup(" ".join(x for x in quoted if x != '""'))


def render(assessment: Assessment, data: Sequence[DataFile] = ()) -> Page:
    """The report as HTML, in the language that is spoken. `data` are the files that go with it, whose digests it quotes."""
    env = environment()
    brand = brands.of(assessment.profile)
    made = view.build(assessment, data).model_copy(update={"logo": brand.logo, "colour": brand.colour})
    style = _style(env, made)
    notes = [*brand.notes]
    parts = [
        _disclosure(env, made, body, name, notes)
        for name, body in zip(dict.fromkeys(assessment.profile.disclosures), made.index.bodies, strict=True)
    ]
    script = (folder("templates") / "report" / "script.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = env.get_template("report/report.html.j2").render(
        r=made, style=style, disclosures=parts, script=Markup(script), script_hash=f"sha256-{digest}"
    )
    return Page(text, made, notes)


def summary(report: view.Report, cut: int) -> str:
    """The executive summary. `cut` leaves out what is to be improved (1) and the table of stages too (2), so that it fits a page."""
    env = environment()
    return env.get_template("report/summary.html.j2").render(r=report, style=_style(env, report), cut=cut)


def _style(env: jinja2.Environment, r: view.Report) -> Markup:
    made = env.get_template("report/style.css.j2").render(
        fonts=Markup(fonts.css("" if (language := spoken()) is None else language.letters)),
        swaps=sorted(words.DARK.items()),
        colour=r.colour,
        page=r.page,
    )
    return Markup(made)


def for_print(text: str) -> str:
    """The report without what stands on screen alone: derivations, the links to them, further runs, the script."""
    return _FIGURE.sub(r"\1", _SCREEN.sub("", text))


_SCREEN = re.compile(r"<!--screen-->.*?<!--/screen-->", re.DOTALL)
_FIGURE = re.compile(r'<a class="fig" href="#[^"]*">([^<]*)</a>')


def _disclosure(env: jinja2.Environment, r: view.Report, body: Body, name: str, notes: list[str]) -> Markup:
    """One disclosure by its template; where that fails the reason stands in its place, and the rest is written."""
    if not body.error:
        try:
            return Markup(env.from_string(catalogue.load(name).body).render(d=body, r=r))
        except (
            jinja2.TemplateError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            RecursionError,
        ) as error:
            line = getattr(error, "lineno", None)
            where = f"{body.id}{f', line {line} of the template' if line else ''}"
            told = UserTemplateError(
                f"disclosure {where}", f"its template fails: {shorten(str(error), 300)}", "Correct the template."
            )
            body = body.model_copy(update={"error": str(told)})
    notes.append(body.error)
    return Markup(env.get_template("report/failed.html.j2").render(d=body))
