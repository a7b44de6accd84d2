"""`lca checks`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("checks")
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """List the findings that are looked for, or show the one with this CODE."""
    from lca.checks import catalogue
    from lca.errors import UnknownName, nearest

    found = catalogue()
    if code is None:
        common.table("", ["code", "severity", "looks for"], [[c.code, c.severity, c.looks_for] for c in found.values()])
        return
    check = found.get(code)
    if check is None:
        near = nearest(code, set(found))
        raise UnknownName(
            f"check {code}", "no such code", f"The nearest is {near}." if near else "`lca checks` lists them."
        )
    click.echo(
        f"{check.code} ({check.severity})\n\nLooks for: {check.looks_for}.\nWhy: {check.why}\nWhat to do: {check.remedy}"
    )
