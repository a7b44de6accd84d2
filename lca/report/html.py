"""View model to one self-contained HTML file. Everything from logs is escaped; nothing is loaded from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from lca.report import fonts, view, words
from lca.resources import folder

if TYPE_CHECKING:
    from lca.assessment import Assessment


def environment() -> jinja2.Environment:
    """Templates escape by default, and an undefined name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("templates")), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["svg"] = Markup  # drawings of our own charts alone, checked in `charts.svg`
    return made


def render(assessment: Assessment) -> str:
    """The report as HTML."""
    env = environment()
    style = env.get_template("report/style.css.j2").render(fonts=Markup(fonts.css()), swaps=sorted(words.DARK.items()))
    return env.get_template("report/report.html.j2").render(r=view.build(assessment), style=Markup(style))
