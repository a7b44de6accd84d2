"""`lca check`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("check")
@common.run_options
def command(
    runs: tuple[str, ...], profile: str, factors: tuple[str, ...], rules: tuple[str, ...], log_format: str, quiet: bool
) -> None:
    """Read and validate RUNS and print every finding. Status 1 if there is any error."""
    from lca.assessment import assess
    from lca.checks import told_off
    from lca.report.numbers import counted

    made = assess(
        list(runs),
        profile=profile,
        factors=factors,
        rules=rules,
        log_format=log_format,
        assign=common.assigned(),
        expect=common.expected(),
    )
    shown = [f for f in made.findings if not quiet or f.severity == "error"]
    common.table(
        "", ["severity", "code", "run", "field", "message"],
        [[f.severity, f.code, f.run or "", f.field, f.message] for f in shown],
    )  # fmt: skip
    if not quiet:
        count = {s: sum(f.severity == s for f in made.findings) for s in ("error", "warning", "info")}
        told = [counted(count["error"], "error"), counted(count["warning"], "warning"), counted(count["info"], "note")]
        common.echo(f"{counted(len(made.intake.runs), 'run')}: {', '.join(told)}", err=True)
        if made.findings_off:
            common.echo(told_off(made.findings_off), err=True)
    raise SystemExit(1 if made.failed else 0)
