"""The command `lca`. Each command is a thin file beside this one, loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from lca.version import VERSION

#: command -> its one-line help; the file of the command bears its name
COMMANDS = {
    "report": "Read run logs and write report, data and tables into a folder.",
    "assess": "Figures alone: a table, JSON, CSV or Parquet.",
    "check": "Read and validate; print every finding.",
    "explain": "Re-derive one figure of one run, down to inputs and factors.",
    "convert": "Convert logs to lca-run/1.",
    "rules": "List the rules, or show one.",
    "factors": "List the factor sets and factors, or show one.",
    "devices": "List the devices, or resolve a name.",
    "checks": "List the findings that are looked for, or show one.",
    "disclosures": "List the disclosures, with what is still missing for each.",
    "languages": "List the languages of the report, and the file of messages of each.",
    "init": "Write a profile to fill in: what a report needs and no log can tell.",
    "formats": "List the log formats that can be read.",
    "schema": "Print the JSON Schema of the run log.",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are needed, so that --help stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"lca.cli.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="lca")
def cli() -> None:
    """Life-cycle assessment and reporting for AI.

    Exit status: 0 done; 1 done, but error findings or records set aside; 2 cannot run.
    """


def script() -> None:
    """The command as installed: as `main`, and it leaves without taking apart what is in memory, which takes a second
    for a hundred thousand runs."""
    status = 0
    try:
        main()
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads any more
        status = status or 2
    os._exit(status)


def main() -> None:
    """Entry point: no traceback for anything that a user can cause."""
    from lca.errors import shorten

    status = 2
    try:
        status = _run()
    except BrokenPipeError:
        status = 0
    except OSError as error:
        _say(f"{error.filename or 'output'}: {error.strerror or error}. Check disk space and permissions.")
    except MemoryError:
        _say("the memory that this process may use is not enough. Allow it more, or give fewer logs at once.")
    except (ImportError, SystemError) as error:
        _say(
            f"a library cannot be loaded: {shorten(' '.join(str(error).split()), 200)}. Allow the process more memory, or install lca again."
        )
    except RuntimeError as error:
        if "thread" not in str(error):
            raise
        _say(f"{error}. Allow the process more threads and memory.")
    sys.exit(status)


def _run() -> int:
    """Run the command, and return its status once all of its output is written."""
    from lca import limits
    from lca.cli import streams
    from lca.errors import LcaError

    streams.open_missing()
    if limits.addresses() < limits.LEAST:
        _say(limits.told(limits.LEAST))
        return 2
    try:
        cli(standalone_mode=False)
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.Abort:
        _say("stopped")
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except LcaError as error:
        _say(str(error))
        return 2
    streams.flush()
    return status


def _say(text: str) -> None:
    """One line, or several, on standard error."""
    from lca.errors import printable

    click.echo("\n".join(printable(line) for line in f"lca: {text}".split("\n")), err=True)
