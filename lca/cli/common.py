"""What several commands share: options, progress, and the assessment itself."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from lca.errors import printable

if TYPE_CHECKING:
    from lca.assessment import Assessment

Command = Callable[..., Any]
#: `8 x A100-SXM4-80GB`
_NUMBER_OF = re.compile(r"(\d{1,12})\s*[x×*]\s*(.*)\Z")
#: no run has as many
MOST_DEVICES = 10**9


def _assign(context: click.Context, option: click.Parameter, value: str | None) -> None:
    """Keep what an option assigns until the command runs."""
    if value is not None:
        stated: dict[str, Any] = {str(option.name): value}
        if option.name == "location":
            stated = {"location": _place(value)}
        elif option.name == "pue":
            stated = {"pue": float(value)}
        elif option.name == "device":
            stated = _devices(value)
        context.meta.setdefault("lca.assign", {}).update(stated)


def _devices(text: str) -> dict[str, Any]:
    """Model and number of GPUs: `8 x A100-SXM4-80GB`, `8x H100`, or a model alone."""
    match = _NUMBER_OF.match(text.strip())
    count, model = (match[1], match[2]) if match else (None, text.strip())
    if not model or (count is not None and not 0 < int(count) <= MOST_DEVICES):
        raise click.BadParameter(f"{text!r} is no number of devices and model; write 8 x A100-SXM4-80GB")
    return {"gpu": model} | ({"count": int(count)} if count is not None else {})


def _place(text: str) -> dict[str, str]:
    first, colon, rest = text.partition(":")
    if colon:
        return {"site": rest} if first == "site" else {"cloud": first, "region": rest}
    return {"subdivision": text} if "-" in text else {"country": text}


def _expect(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> None:
    """Keep what is expected until the command runs."""
    context.meta["lca.expect"] = value


def expected() -> tuple[str, ...]:
    """Files with what should be there, from the options of the command that runs."""
    held: tuple[str, ...] = click.get_current_context().meta.get("lca.expect", ())
    return held


def names(text: str) -> list[str]:
    """Names separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def systems(runs: Sequence[str]) -> list[str]:
    """Names of the systems in logs, in their order; a log that cannot be read at all is a fault."""
    from lca.clock import clock
    from lca.ingest import Intake, reader

    intake = Intake()
    found = dict.fromkeys(run.system.name for run in reader.stream(list(runs), clock(), intake))
    reader.require(intake)
    return list(found)


def assigned() -> list[dict[str, Any]]:
    """Rules for what files lack, from the options of the command that runs."""
    rule = click.get_current_context().meta.get("lca.assign")
    return [{"match": "*", **rule, "reason": "stated on the command line"}] if rule else []


def run_options(command: Command) -> Command:
    """RUNS and the options that decide how they are assessed."""
    for option in (
        click.argument("runs", nargs=-1, required=True),
        click.option("--profile", default="default", help="Shipped profile, or a YAML file.", show_default=True),
        click.option(
            "--factors",
            multiple=True,
            metavar="DIR",
            help="Folder of your own factor sets, laid over the shipped ones.",
        ),
        click.option(
            "--rules", multiple=True, metavar="DIR", help="Folder of your own rules. They are Python and are executed."
        ),
        click.option(
            "--log-format",
            metavar="NAME",
            help="Format of all RUNS (`lca formats`); by default their content decides.",
            default="",
        ),
        *(
            click.option(
                f"--{name}",
                metavar=shape,
                help=f"{what} of runs whose file, in a format of others, does not say.",
                expose_value=False,
                callback=_assign,
            )
            for name, shape, what in (
                ("location", "PLACE", "Country (FR), subdivision (US-VA), cloud region (aws:us-east-1) or site:NAME"),
                ("stage", "STAGE", "Life-cycle stage"),
                ("system", "NAME", "AI system"),
                ("time-zone", "ZONE", "Time zone (Europe/Paris) of the local times"),
                ("pue", "PUE", "Power usage effectiveness of the site"),
                ("device", "DEVICES", 'GPUs, as "8 x A100-SXM4-80GB" or a model alone,'),
            )
        ),
        click.option(
            "--expect",
            multiple=True,
            metavar="FILE",
            help="List of jobs, scheduler export or bill: what should be there. It is compared, never counted.",
            expose_value=False,
            callback=_expect,
        ),
        click.option("-q", "--quiet", is_flag=True, help="Print errors alone."),
    ):
        command = option(command)
    return command


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(Text(printable(text)))


def assess(
    runs: tuple[str, ...],
    profile: str,
    factors: tuple[str, ...],
    rules: tuple[str, ...],
    quiet: bool,
    log_format: str,
    disclosures: Sequence[str] = (),
) -> Assessment:
    """The assessment of the runs given; faults of single records go to standard error."""
    from lca.assessment import assess as run

    gc.disable()  # a command is short-lived: looking for cycles among all runs would cost more than it frees
    with progress(quiet) as tell:
        made = run(
            list(runs),
            profile=profile,
            factors=factors,
            rules=rules,
            progress=tell,
            log_format=log_format,
            assign=assigned(),
            expect=expected(),
            disclosures=disclosures,
        )
    faults = [*made.intake.faults, *(made.completeness.faults if made.completeness else ())]
    for fault in faults[:50]:
        echo(f"lca: {fault}", err=True)
    if len(faults) > 50:
        echo(f"lca: and {len(faults) - 50} more; `lca check` lists all", err=True)
    return made


def table(title: str, columns: list[str], rows: list[list[str]], right: tuple[int, ...] = ()) -> None:
    """A table on standard output: styled on a terminal, plain text with tabs elsewhere."""
    rows = [[printable(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [columns, *rows]:
            click.echo("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for number, name in enumerate(columns):
        made.add_column(name, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    Console().print(made)


def echo(text: str, err: bool = False, nl: bool = True) -> None:
    """Lines of text, of which some may be names from logs: no character of them steers a terminal."""
    click.echo("\n".join(printable(line) for line in str(text).split("\n")), err=err, nl=nl)


def interval(low: float | None, high: float | None) -> str:
    """`low to high`, to so many digits that the two differ."""
    if low is None or high is None:
        return ""
    told = f"{number(low)} to {number(high)}"
    return told if number(low) != number(high) else f"{low:.8g} to {high:.8g}"


def number(value: float | None) -> str:
    """A value for a terminal: four significant digits."""
    if value is None:
        return "not determined"
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
