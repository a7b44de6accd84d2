"""`lca convert`"""

from __future__ import annotations

import click


@click.command("convert")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), required=True, help="File to write, such as runs.json."
)
@click.option("--log-format", metavar="NAME", default="", help="Format of all FILES (`lca formats`).")
def command(files: tuple[str, ...], output: str, log_format: str) -> None:
    """Convert logs to lca-run/1: one array of runs, in which each names the file it came from."""
    import json

    from lca.assessment import clock
    from lca.export.write import atomic
    from lca.ingest.convert import as_json
    from lca.ingest.reader import read, require

    intake = read(list(files), clock(), log_format=log_format)
    require(intake)
    for fault in intake.faults:
        click.echo(f"lca: {fault}", err=True)
    text = json.dumps({"runs": as_json(intake)}, ensure_ascii=False, indent=1) + "\n"
    atomic(output, text.encode("utf-8"))
    click.echo(f"wrote {len(intake.runs)} runs to {output}", err=True)
    raise SystemExit(1 if intake.faults else 0)
