"""Charts as SVG, drawn by Altair and vl-convert: no browser, nothing external."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from lca.report import chart_engine
from lca.report import numbers as n

INK, MUTED, HAIRLINE = "#1b2127", "#5c6773", "#d5dbe1"
#: elements of a drawing; names from logs are text inside them
DRAWN = frozenset(
    {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "title", "desc", "defs", "clipPath", "style"}
)
FONT = "Source Sans, Source Sans Pro, sans-serif"


_Drawing = TypeVar("_Drawing", bound=Callable[..., str])


def _where_possible(draw: _Drawing) -> _Drawing:
    """Draw nothing where the engine cannot start: the table beside the chart holds its values."""

    @wraps(draw)
    def drawn(*given: Any, **named: Any) -> str:
        return "" if chart_engine.hindrance() else draw(*given, **named)

    return cast(_Drawing, drawn)


def warm() -> threading.Thread:
    """Start the drawing engine in the background: it takes half a second and none of ours. Join it before leaving."""

    def start() -> None:
        with contextlib.suppress(
            ImportError, MemoryError, ValueError, OSError
        ):  # where it cannot start, `svg` draws nothing
            if not chart_engine.hindrance():
                import vl_convert

                vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "bar"})

    made = threading.Thread(target=start)
    made.start()
    return made


@_where_possible
def stacked(
    title: str, rows: list[dict[str, Any]], order: list[str], colours: dict[str, str],
    ranges: list[dict[str, Any]] | None = None,
) -> str:  # fmt: skip
    """Horizontal bars, one per `group`, stacked by `part`. `rows` hold group, part, value, and in `tip` what is shown where
    a bar is pointed at; nothing is computed here.

    `ranges` hold group, low and high: an interval drawn over the bar of its group.
    """
    import altair as alt

    groups = list(dict.fromkeys(r["group"] for r in rows))
    y = alt.Y("group:N", title=None, sort=groups, axis=alt.Axis(domain=False, ticks=False, labelLimit=190))
    # values with dots or brackets in them are safe: names of groups and parts are data here, never names of fields
    with alt.data_transformers.enable("default", max_rows=None):
        x = alt.X("value:Q", title=None, stack="zero", axis=_amounts())
        layers = [_bars(rows, order, colours, alt.MarkDef(type="bar", height={"band": 0.62})).encode(x=x, y=y)]
        if ranges:
            rule = alt.Chart(alt.Data(values=ranges)).mark_rule(color=INK, strokeWidth=1.5)
            layers.append(rule.encode(x=alt.X("low:Q", title=None), x2="high:Q", y=y))
        return _drawn(title, alt.layer(*layers), max(24 * len(groups), 40))


@_where_possible
def columns(title: str, rows: list[dict[str, Any]], order: list[str], colours: dict[str, str]) -> str:
    """Upright bars, one per `group` in the order of the rows, stacked by `part`; otherwise as `stacked`."""
    import altair as alt

    groups = list(dict.fromkeys(r["group"] for r in rows))
    axis = alt.Axis(domain=False, ticks=False, labelAngle=-60 if len(groups) > 10 else 0, labelOverlap=True)
    with alt.data_transformers.enable("default", max_rows=None):
        bars = _bars(rows, order, colours, alt.MarkDef(type="bar", width={"band": 0.7}))
        y = alt.Y("value:Q", title=None, stack="zero", axis=_amounts())
        return _drawn(title, alt.layer(bars.encode(x=alt.X("group:N", title=None, sort=groups, axis=axis), y=y)), 190)


@_where_possible
def waterfall(title: str, rows: list[dict[str, Any]]) -> str:
    """Bars that begin where the one before ends. `rows` hold group, start, end, colour and tip."""
    import altair as alt

    groups = [r["group"] for r in rows]
    y = alt.Y("group:N", title=None, sort=groups, axis=alt.Axis(domain=False, ticks=False, labelLimit=190))
    with alt.data_transformers.enable("default", max_rows=None):
        bars = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height={"band": 0.62})
            .encode(
                x=alt.X("start:Q", title=None, axis=_amounts()), x2="end:Q", y=y, description=alt.Description("tip:N"),
                color=alt.Color("colour:N", legend=None, scale=None),
            )
        )  # fmt: skip
        return _drawn(title, alt.layer(bars), max(24 * len(groups), 40))


def _amounts() -> Any:
    import altair as alt

    decimal = n.place(0.5, -1)[1]
    text = f"replace(replace(replace(replace(format(datum.value, ','), '.', '|'), /,/g, '\u202f'), '-', '\u2212'), '|', '{decimal}')"
    return alt.Axis(grid=True, tickCount=6, domain=False, ticks=False, labelExpr=text)


def _bars(rows: list[dict[str, Any]], order: list[str], colours: dict[str, str], mark: Any) -> Any:
    import altair as alt

    made = alt.Chart(alt.Data(values=[{**r, "rank": order.index(r["part"])} for r in rows]), mark=mark)
    scale = alt.Scale(domain=order, range=[colours[p] for p in order])
    return made.encode(
        color=alt.Color("part:N", legend=None, scale=scale),
        order=alt.Order("rank:Q"),
        description=alt.Description("tip:N"),
    )


def _drawn(title: str, layers: Any, height: int) -> str:
    import altair as alt

    chart = (
        layers.properties(width=640, height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, titleColor=MUTED, gridColor=HAIRLINE, labelFontSize=11, titleFontSize=11,
            titleFontWeight="normal", labelFont=FONT, titleFont=FONT,
        )
    )  # fmt: skip
    return svg(title, chart.to_dict(validate=False))  # checking it against the schema takes longer than drawing it


def svg(title: str, spec: dict[str, Any]) -> str:
    """A Vega-Lite specification as SVG for inlining: responsive, without links, scripts or anything external.

    What Vega says of each mark to a screen reader becomes what is shown where it is pointed at.
    """
    import vl_convert

    made = str(vl_convert.vegalite_to_svg(spec))
    for element in ElementTree.fromstring(made).iter():
        attributes = {name.rpartition("}")[2].lower() for name in element.attrib}
        if (
            element.tag.rpartition("}")[2] not in DRAWN
            or "href" in attributes
            or any(a.startswith("on") for a in attributes)
        ):
            raise ValueError(f"a chart holds {element.tag}, which is no drawing")
    width, height = re.findall(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', made)[0]
    head = f'<svg class="chart" role="img" viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin meet"><title>{escape(title)}</title>'
    body = _MARK.sub(lambda m: f"<path{m[2]}><title>{m[1]}</title></path>", made[made.index(">") + 1 :])
    return head + _SAID.sub("", body)


#: a mark with what is said of it
_MARK = re.compile(r'<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*"([^>]*?)/>')
#: what else Vega says to a screen reader: title and table of values say it better
_SAID = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
