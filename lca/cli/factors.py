"""`lca factors`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lca.cli import common

if TYPE_CHECKING:
    from lca.catalogue.factor_set import Factor
    from lca.catalogue.levers import Lever
    from lca.catalogue.store import Catalogue


@click.command("factors")
@click.argument("identifier", required=False)
@click.option("--factors", "overlays", multiple=True, metavar="DIR", help="Folder of your own factor sets.")
def command(identifier: str | None, overlays: tuple[str, ...]) -> None:
    """List the factor sets; the factors of a set, of a quantity or of a place; or show one factor in full.

    Published findings on levers that are said to save energy are listed and shown the same way.
    """
    from lca.catalogue.factor_set import INDICATORS, KEYS
    from lca.catalogue.levers import levers
    from lca.catalogue.store import load
    from lca.errors import UnknownName, nearest

    catalogue = load(overlays)
    if identifier is None:
        rows = [
            [s.id, s.version, str(len(s.factors) + len(s.devices) + len(s.regions) + len(s.levers)), s.licence, s.title]
            for s in catalogue.sets
        ]
        common.table("", ["set", "version", "rows", "licence", "title"], rows, (2,))
        return
    exact = next((f for f in catalogue.factors if f.id == identifier), None)
    if exact is not None:
        source = catalogue.source_of(exact)
        keys = ", ".join(f"{k} {v}" for k, v in zip(KEYS, exact.key, strict=True) if v) or "no key (general)"
        interval = "" if exact.low != exact.low else f" (interval {exact.low:.6g} to {exact.high:.6g} {exact.unit})"
        common.echo(f"{exact.id}\n\n  {exact.quantity} = {exact.printed}{interval}\n")
        for label, value in (
            ("Key", keys), ("Name", exact.name), ("Valid", f"{exact.first_year or 'undated'}"), ("Scope", exact.scope),
            ("Evidence", exact.evidence), ("Width", _width(catalogue, exact)), ("Series", _hours(exact)), ("Notes", exact.notes), ("Set", exact.set_id), ("Source", source.get("title", "")),
            ("Publisher", source.get("publisher", "")), ("Year", str(source.get("year", ""))), ("Address", source.get("path", "")),
            ("Licence", source.get("licence", "")), ("Attribution", source.get("attribution", "")),
        ):  # fmt: skip
            if value:
                common.echo(f"  {label:12} {value}")
        return
    rows = [
        [f.id, f.quantity, f.printed, str(f.first_year or ""), f.scope, f.evidence]
        for f in catalogue.factors
        if identifier in (f.set_id, f.quantity, f.source)
        or identifier in f.key
        or (f.series and f.id.startswith(f"{identifier}-"))
    ]
    known = levers(catalogue.sets)
    if not rows and identifier in known:
        _show_lever(known[identifier])
        return
    here = {record["id"] for s in catalogue.sets if s.id == identifier for record in s.levers}
    found = [[x.id, x.lever, x.phase, _saving(x), x.stance, x.evidence] for x in known.values()
             if x.id in here or identifier == x.lever or identifier == x.source["key"]]  # fmt: skip
    if found and not rows:
        common.table("", ["finding", "lever", "phase", "saving", "stance", "evidence"], found)
        return
    if not rows:
        near = nearest(
            identifier,
            {f.id for f in catalogue.factors} | {s.id for s in catalogue.sets} | catalogue.quantities | set(known),
        )
        raise UnknownName(f"factor {identifier}", "no such factor, set, quantity or place", f"The nearest is {near}." if near else
                          "`lca factors` lists the sets.")  # fmt: skip
    common.table("", ["factor", "quantity", "value", "year", "scope", "evidence"], rows)
    widths = next((s.uncertainty for s in catalogue.sets if s.id == identifier), [])
    if widths:
        click.echo()
        heads = ["quantity", "when", "distribution", "basic", *INDICATORS, "why"]
        common.table("How sure", heads, [[row.get(head) or "" for head in heads] for row in widths])


def _width(catalogue: Catalogue, factor: Factor) -> str:
    """The distribution of a factor where it is used for its own place and time, with its 95 % interval and scores."""
    from lca.catalogue.factor_set import INDICATORS
    from lca.catalogue.pedigree import Pedigree
    from lca.distribution import bounds

    pedigree = Pedigree(catalogue.sets)
    made, spec, kind = pedigree.distribution(factor), pedigree.of_factor(factor), pedigree.kind_of(factor)
    if made is None or (spec is None and not kind):
        return "not documented by its set: the factor counts without an interval"
    basis = [f"factors of the kind {kind}"] if kind and factor.low != factor.low and factor.high != factor.high else []
    if spec is not None:
        basis += [f"scores {' '.join(map(str, spec.scores))} ({', '.join(INDICATORS)})", spec.why]
    if made.is_certain:
        return "; ".join(["none", *basis])
    low, high = bounds(made)
    return "; ".join([f"{made.kind}, 95 % from {low:.4g} to {high:.4g} {factor.unit}", *basis])


def _hours(factor: Factor) -> str:
    """What the hours of a factor's series span, empty for a factor without a series."""
    if not factor.series:
        return ""
    import os

    from lca.catalogue import series

    read = series.read(factor.series)
    values = read.column(factor.quantity)
    first, last = (series.stamp(int(read.hours[at])) for at in (0, -1))
    known = int((values == values).sum())
    lacking = int(read.hours[-1] - read.hours[0]) + 1 - known
    return f"{os.path.basename(factor.series)}: {known} hours from {first} to {last}, {lacking} between them absent"


def _saving(lever: Lever) -> str:
    bounds = [f"{x:g}" for x in (lever.low, lever.high) if x is not None]
    return f"{' to '.join(dict.fromkeys(bounds))} %" if bounds else "no figure"


def _show_lever(lever: Lever) -> None:
    common.echo(f"{lever.id}\n\n  {lever.effect}\n")
    for label, value in (
        ("Lever", lever.lever), ("Claim", lever.claim), ("Phase", lever.phase), ("Saving", _saving(lever)),
        ("Setting", lever.setting), ("Caveats", lever.caveats), ("Stance", f"{lever.stance}: {lever.verdict}"),
        ("Study", lever.study), ("Evidence", lever.evidence), ("Source", lever.source.get("title", "")),
        ("Publisher", lever.source.get("publisher", "")), ("Year", str(lever.source.get("year", ""))),
        ("Address", lever.source.get("path", "")), ("Licence", lever.source.get("licence", "")),
    ):  # fmt: skip
        if value:
            common.echo(f"  {label:12} {value}")
