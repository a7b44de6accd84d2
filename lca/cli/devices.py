"""`lca devices`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("devices")
@click.argument("name", required=False)
@click.option("--factors", "overlays", multiple=True, metavar="DIR", help="Folder of your own factor sets.")
def command(name: str | None, overlays: tuple[str, ...]) -> None:
    """List the devices, or resolve a NAME as logs write it."""
    from lca.catalogue.devices import DeviceIndex
    from lca.catalogue.store import load
    from lca.engine.bottom_up import compare
    from lca.errors import UnknownName

    catalogue = load(overlays)
    index = DeviceIndex(catalogue.sets)
    if name is None:
        common.table("", ["device", "class", "name"], [[e.id, e.kind, e.name] for e in index.entries.values()])
        return
    entry = index.resolve(name)
    if entry is None:
        near = index.suggest(name)
        raise UnknownName(f"device {name[:80]}", "not in the catalogue", f"The nearest known are {', '.join(near)}." if near else
                          "`lca devices` lists them; add your own with --factors.")  # fmt: skip
    record = index.records[entry.id]
    common.echo(f"{entry.id}  {entry.name}  ({entry.kind})")
    if entry.instance:
        common.echo(f"  {entry.instance} holds {entry.units} of them")
    if entry.share:
        common.echo(f"  {entry.share.name} is {entry.units} of it")
    if entry.sibling_of:
        common.echo(f"  {name[:80]} is not in the catalogue: this is the nearest variant of the same family")
    if entry.ambiguous:
        common.echo(f"  the name may also mean {', '.join(entry.ambiguous)}")
    for key, value in record.items():
        if value and key not in ("id", "name", "class"):
            common.echo(f"  {key:16} {value}")
    for factor in catalogue.factors:
        if factor.key[3] == entry.id:
            interval = "" if factor.low != factor.low else f", {factor.low:.6g} to {factor.high:.6g} {factor.unit}"
            common.echo(f"  {factor.quantity:26} {factor.printed}{interval}  ({factor.id}, evidence {factor.evidence})")
    for line in compare(catalogue, entry):
        common.echo(f"  {line}")
