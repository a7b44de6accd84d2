"""`lca checks`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("checks")
@click.argument("code", required=False)
@click.option("--profile", default="default", help="Shipped profile, or a YAML file.", show_default=True)
def command(code: str | None, profile: str) -> None:
    """List the findings that are looked for, or show the one with this CODE. A profile may set their severities."""
    from lca.checks import catalogue, judge
    from lca.errors import UnknownName, nearest
    from lca.profile import load

    found, chosen = catalogue(), load(profile)
    judge((), chosen)

    def severity(known: str, usual: str) -> str:
        own = chosen.severities.get(known, usual)
        return usual if own == usual else f"{own} (usually {usual})"

    if code is None:
        rows = [[c.code, severity(c.code, c.severity), c.looks_for] for c in found.values()]
        common.table("", ["code", "severity", "looks for"], rows)
        return
    check = found.get(code)
    if check is None:
        near = nearest(code, set(found))
        raise UnknownName(
            f"check {code}", "no such code", f"The nearest is {near}." if near else "`lca checks` lists them."
        )
    common.echo(
        f"{check.code} ({severity(check.code, check.severity)})\n\nLooks for: {check.looks_for}.\nWhy: {check.why}\nWhat to do: {check.remedy}"
    )
