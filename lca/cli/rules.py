"""`lca rules`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("rules")
@click.argument("identifier", required=False)
@click.option("--rules", "folders", multiple=True, metavar="DIR", help="Folder of your own rules.")
def command(identifier: str | None, folders: tuple[str, ...]) -> None:
    """List the rules, or show the one with this IDENTIFIER (with or without @version)."""
    from lca.engine.loader import load
    from lca.errors import UnknownName, nearest

    found = load(folders)
    if identifier is None:
        rows = [[r.gives, str(r.tier), r.cite, r.formula] for r in found]
        common.table("", ["gives", "tier", "rule", "formula"], rows)
        return
    wanted = identifier.partition("@")[0]
    rule = next((r for r in found if r.id == wanted), None)
    if rule is None:
        near = nearest(wanted, {r.id for r in found})
        raise UnknownName(
            f"rule {wanted}", "no such rule", f"The nearest is {near}." if near else "`lca rules` lists them."
        )
    common.echo(f"{rule.cite}\n\n  {rule.gives} = {rule.formula}   [{rule.unit}]\n")
    for name, unit in rule.needs.items():
        common.echo(f"    {name:28} [{unit}]")
    common.echo(f"\n{rule.description}\n\nTier {rule.tier}, rank {rule.rank}, theme {rule.theme}")
    if rule.choice:
        common.echo(f"Applies where the profile says {rule.choice[0]}: {rule.choice[1]}")
    common.echo("References")
    for reference in rule.references:
        common.echo(f"  {reference}")
    common.echo("Worked example")
    for example in rule.examples:
        given = ", ".join(f"{k} = {v:.10g}" for k, v in example.given.items())
        common.echo(f"  {given} -> {example.result:.10g} {rule.unit} ({example.source})")
    common.echo(f"Digest sha256:{rule.digest}")
