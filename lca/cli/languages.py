"""`lca languages`"""

from __future__ import annotations

import click

from lca.cli import common


@click.command("languages")
def command() -> None:
    """List the languages that a report can be written in, how much of each is translated, and its file of messages.

    A language is one file: copy that of English, translate it, and give its path with --lang or `report.language`.
    """
    from lca import messages

    rows = []
    for name in messages.shipped():
        made = messages.load(name)
        told = "all" if made is None else f"{made.translated} of {made.whole} differ from the English"
        rows.append([name, "English" if made is None else made.title, told, str(messages.path_of(name))])
    common.table("", ["name", "language", "messages", "file"], rows, ())
