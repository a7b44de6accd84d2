"""`lca init`"""

from __future__ import annotations

from pathlib import Path

import click

from lca.cli import common


@click.command("init")
@click.argument("runs", nargs=-1)
@click.option("-o", "--output", default="profile.yaml", show_default=True, help="File to write; - for standard output.")
@click.option(
    "--disclosure",
    "disclosures",
    default="",
    metavar="IDS",
    help="Ask for what these disclosures need alone, separated by commas.",
)
def command(runs: tuple[str, ...], output: str, disclosures: str) -> None:
    """Write a profile to fill in: every question that a report needs answered and no log can answer.

    With RUNS, the systems in them are asked about one by one.
    """
    from lca import questionnaire
    from lca.disclosure import catalogue
    from lca.errors import OutputError
    from lca.export.write import atomic

    wanted: set[str] | None = None
    chosen = common.names(disclosures)
    if chosen:
        wanted = {"organisation.name", "report.title", "period.start", "period.end"}
        wanted |= {path for name in chosen for path in catalogue.asked(catalogue.load(name))}
    systems = common.systems(runs) if runs else []
    name = "profile.yaml" if output == "-" else output
    made = questionnaire.text(name, systems, wanted)
    if chosen:
        made = made.replace("disclosures:\nconformity:\n", f"disclosures: [{', '.join(chosen)}]\nconformity:\n")
    if output == "-":
        common.echo(made, nl=False)
        return
    if Path(output).exists():
        raise OutputError(
            output, "it is there already and stays as it is", "Choose another name with -o, or move it away."
        )
    atomic(output, made.encode("utf-8"))
    common.echo(f"{output} is written. Fill it in, then: lca report RUNS --profile {output}")
