"""`lca convert`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("convert")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), required=True, help="File to write, such as runs.json."
)
@click.option("--log-format", metavar="NAME", default="", help="Format of all FILES (`lca formats`).")
@click.option(
    "--guess",
    is_flag=True,
    help="Draft a mapping (lca-map/1) for tables of any kind with one header, to be checked and given with them.",
)
@click.option("--profile", default="default", help="Its sites and assign rules say what logs lack.", show_default=True)
def command(files: tuple[str, ...], output: str, log_format: str, guess: bool, profile: str) -> None:
    """Convert logs to lca-run/1: one array of runs, in which each names the file it came from.

    A table in no format that lca knows needs a mapping: `lca convert --guess jobs.csv -o jobs.map.yaml`, then
    `lca report jobs.csv jobs.map.yaml`.
    """
    if guess:
        _guess(files, output)
        return
    import json

    from lca.clock import clock
    from lca.export.write import atomic
    from lca.ingest.assign import Local
    from lca.ingest.convert import document
    from lca.ingest.reader import read, require
    from lca.profile import load

    intake = read(list(files), clock(), log_format=log_format, local=Local.of(load(profile)))
    require(intake)
    for fault in intake.faults:
        common.echo(f"lca: {fault}", err=True)
    text = json.dumps(document(intake), ensure_ascii=False, indent=1) + "\n"
    atomic(output, text.encode("utf-8"))
    common.echo(f"wrote {len(intake.runs)} runs to {output}", err=True)
    raise SystemExit(1 if intake.faults else 0)


def _guess(files: tuple[str, ...], output: str) -> None:
    """Write a draft of a mapping for tables that have one header."""
    import os

    from lca.export.write import atomic
    from lca.ingest.guess import draft
    from lca.ingest.log import Log

    atomic(output, draft([Log(file) for file in files], os.path.dirname(output)).encode("utf-8"))
    table = "the table" if len(files) == 1 else "the tables"
    common.echo(f"wrote a draft to {output}: check it, and give it together with {table}", err=True)
