"""`lca formats`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("formats")
def command() -> None:
    """List the log formats that can be read."""
    from lca.ingest import formats, lca_run

    rows = [[lca_run.NAME, lca_run.TITLE, "all that it states", ""]]
    rows += [[f.name, f.title, f.gives, f.lacks] for f in (a.format for a in formats.adapters().values())]
    common.table("", ["format", "what it is", "what it gives", "what it lacks"], rows)
