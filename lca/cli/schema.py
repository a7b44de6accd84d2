"""`lca schema`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the run log."""
    import json

    from lca.run import json_schema

    common.echo(json.dumps(json_schema(), indent=2))
