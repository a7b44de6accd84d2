"""`lca explain`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("explain")
@common.run_options
@click.option("--run", "run", required=True, help="Identifier of the run.")
@click.option("--quantity", default="total_co2e", show_default=True, help="Quantity to re-derive.")
def command(
    runs: tuple[str, ...],
    profile: str,
    factors: tuple[str, ...],
    rules: tuple[str, ...],
    log_format: str,
    quiet: bool,
    run: str,
    quantity: str,
) -> None:
    """Re-derive one figure of one run: rules, inputs with units, factors with their sources."""
    made = common.assess(runs, profile, factors, rules, quiet, log_format)
    common.echo(made.explain(run, quantity), nl=False)
