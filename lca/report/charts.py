"""Charts as SVG, drawn by Altair and vl-convert: no browser, nothing external."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

INK, MUTED, HAIRLINE = "#1b2127", "#5c6773", "#d5dbe1"
#: elements of a drawing; names from logs are text inside them
DRAWN = frozenset(
    {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "title", "desc", "defs", "clipPath", "style"}
)
FONT = "Source Sans, Source Sans Pro, sans-serif"


def stacked(rows: list[dict[str, Any]], order: list[str], colours: dict[str, str], unit: str) -> str:
    """Horizontal bars, one per `group`, stacked by `part`. `rows` hold group, part, value; nothing is computed here."""
    import altair as alt

    groups = list(dict.fromkeys(r["group"] for r in rows))
    with alt.data_transformers.enable("default", max_rows=None):
        chart = (
            alt.Chart(alt.Data(values=[{**r, "rank": order.index(r["part"])} for r in rows]))
            .mark_bar(height={"band": 0.62})
            .encode(
                x=alt.X("value:Q", title=unit, stack="zero", axis=alt.Axis(
                    grid=True, tickCount=6, domain=False, ticks=False, labelExpr="replace(format(datum.value, ','), /,/g, '\u202f')"
                )),
                y=alt.Y("group:N", title=None, sort=groups, axis=alt.Axis(domain=False, ticks=False, labelLimit=190)),
                color=alt.Color("part:N", legend=None, scale=alt.Scale(domain=order, range=[colours[p] for p in order])),
                order=alt.Order("rank:Q"),
            )
            .properties(width=470, height=max(26 * len(groups), 40))
            .configure(font=FONT, background="transparent")
            .configure_view(stroke=None)
            .configure_axis(
                labelColor=MUTED, titleColor=MUTED, gridColor=HAIRLINE, labelFontSize=11, titleFontSize=11,
                titleFontWeight="normal", labelFont=FONT, titleFont=FONT,
            )
        )  # fmt: skip
        return svg(chart.to_dict(validate=False))  # checking it against the schema takes longer than drawing it


def svg(spec: dict[str, Any]) -> str:
    """A Vega-Lite specification as SVG for inlining: responsive, without links, scripts or anything external."""
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
    head = f'<svg class="chart" role="img" aria-hidden="true" viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin meet">'
    return head + made[made.index(">") + 1 :]
