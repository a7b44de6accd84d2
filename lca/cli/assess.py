"""`lca assess`"""

from __future__ import annotations

import re
import sys

import click

from lca.cli import common

#: signs in JSON that may steer a terminal and that JSON allows as they are: they are written out
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@click.command("assess")
@common.run_options
@click.option(
    "--by", multiple=True, help="Group by run, system, stage, country, tag:NAME ...; repeat it or separate by commas."
)
@click.option("--json", "as_json", is_flag=True, help="Write lca-assessment/1 to standard output.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="File: .json, .csv or .parquet.")
def command(
    runs: tuple[str, ...], profile: str, factors: tuple[str, ...], rules: tuple[str, ...], log_format: str, quiet: bool,
    by: tuple[str, ...], as_json: bool, output: str | None,
) -> None:  # fmt: skip
    """Assess RUNS: files, folders, patterns, or - for standard input."""
    keys = [k.strip() for part in by for k in part.split(",") if k.strip()] or ["system", "stage"]
    made = common.assess(runs, profile, factors, rules, quiet, log_format)
    made.grouping(keys)
    if output is not None:
        from lca.export.write import figures_file

        figures_file(made, keys, output)
        if not quiet:
            common.echo(f"wrote {output}", err=True)
    elif as_json:
        text = _STEERING.sub(lambda m: f"\\u{ord(m[0]):04x}", made.to_json(keys))
        sys.stdout.buffer.write(text.encode("utf-8"))
    else:
        from lca.engine.figures import is_inside

        rows = [
            [", ".join(f["by"].values()) or "total", f["quantity"] + (", partial" if f.get("partial") else ""), "inside" if is_inside(f) else common.number(f["value"]),
             common.interval(f["low"], f["high"]), f["unit"],
             f"{f['missing']} of {f['rows']}" if f["missing"] else ""]
            for f in made.figure_list(keys)
        ]  # fmt: skip
        common.table("", [", ".join(keys), "quantity", "value", "95 % interval", "unit", "not determined"], rows, (2,))
    raise SystemExit(1 if made.failed else 0)
