"""`lca report`"""

from __future__ import annotations

from pathlib import Path

import click

from lca.cli import common, streams


@click.command("report")
@common.run_options
@click.option(
    "-o",
    "--output",
    default="lca-report",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Folder to write into.",
)
@click.option(
    "--format",
    "formats",
    default="html,pdf,json,csv",
    show_default=True,
    help="Formats, separated by commas: html, pdf, json, csv, xlsx, md (summary), summary (one page, PDF).",
)
@click.option(
    "--disclosure",
    "disclosures",
    default="",
    metavar="IDS",
    help="Disclosures that the report carries (`lca disclosures`), separated by commas; or the path of a template of your own.",
)
@click.option(
    "--lang",
    "language",
    default="",
    metavar="LANGUAGE",
    help="Language of the report (`lca languages`), or the path of a file of messages; default: that of the profile, else en.",
)
def command(
    runs: tuple[str, ...],
    profile: str,
    factors: tuple[str, ...],
    rules: tuple[str, ...],
    log_format: str,
    quiet: bool,
    output: str,
    formats: str,
    disclosures: str,
    language: str,
) -> None:
    """Read RUNS (files, folders, patterns, or - for standard input) and write the report."""
    from lca import messages
    from lca.report import alternatives, completeness
    from lca.report.numbers import counted, share
    from lca.report.write import write

    quiet = quiet or streams.is_closed()
    if language:
        messages.load(language)  # what cannot be used is told before anything is computed
    made = common.assess(runs, profile, factors, rules, quiet, log_format, common.names(disclosures))
    with common.progress(quiet) as tell:
        written = write(made, Path(output), [f.strip() for f in formats.split(",") if f.strip()], tell, language)
    for note in written.notes:
        common.echo(f"lca: {note}", err=True)
    if not quiet:
        rows = []
        for name in ("total_co2e", "facility_energy", "use_co2e_location", "use_co2e_market", "embodied_co2e"):
            f = made.total(name)
            interval = common.interval(f["low"], f["high"])
            rows.append(
                [
                    name,
                    common.number(f["value"]),
                    interval,
                    f["unit"],
                    f"{f['missing']} of {f['rows']}" if f["missing"] else "",
                ]
            )
        part = share(made.total("embodied_co2e")["value"], made.total("total_co2e")["value"])
        rows.append(["embodied share", part, "", "", ""])
        common.table("", ["figure", "value", "95 % interval", "unit", "not determined"], rows, (1,))
        either = alternatives.found(made)
        if either is not None:
            common.echo(either.caution)
        count = {s: sum(f.count for f in made.findings if f.severity == s) for s in ("error", "warning", "info")}
        aside = sum(i.quarantined for i in made.intake.inputs)
        told = [counted(count["error"], "error"), counted(count["warning"], "warning"), counted(count["info"], "note")]
        common.echo(f"{counted(len(made.intake.runs), 'run')}, {counted(aside, 'record')} set aside; {', '.join(told)}")
        if made.completeness is not None:
            common.echo(completeness.fact(made).text)
        for path in written.files.values():
            common.echo(str(path))
    raise SystemExit(1 if made.failed or written.failed else 0)
