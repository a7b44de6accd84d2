"""`lca formats`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("formats")
def command() -> None:
    """List the log formats that can be read."""
    from lca.ingest import lca_run

    common.table("", ["format", "what it is"], [[lca_run.NAME, lca_run.TITLE]])
