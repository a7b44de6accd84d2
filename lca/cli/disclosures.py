"""`lca disclosures`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lca.cli import common

if TYPE_CHECKING:
    from lca.disclosure.front import Disclosure
    from lca.profile import Profile


@click.command("disclosures")
@click.argument("runs", nargs=-1)
@click.option("--profile", default="default", help="Shipped profile, or a YAML file.", show_default=True)
@click.option(
    "--disclosure",
    "chosen",
    default="",
    metavar="IDS",
    help="Show these in full, separated by commas; or the path of a template of your own.",
)
def command(runs: tuple[str, ...], profile: str, chosen: str) -> None:
    """List the disclosures, and the inputs that are still missing for each.

    Without RUNS what the profile lacks is listed; with RUNS what the logs lack as well.
    """
    from lca.disclosure import catalogue
    from lca.profile import load

    names = common.names(chosen)
    found = [catalogue.load(name) for name in names or catalogue.shipped()]
    held = load(profile)
    if runs:
        _answered(runs, profile, found, whole=bool(names))
    elif names:
        for d in found:
            _lacks(d, held)
    else:
        rows = []
        for d in found:
            asked = catalogue.asked(d)
            lacks = [path for path in asked if not _states(held, path)]
            rows.append(
                [
                    d.id,
                    d.name,
                    d.edition,
                    str(len(d.requirements)),
                    f"{len(lacks)} of {len(asked)}",
                    ", ".join(lacks[:4]) + (", ..." if len(lacks) > 4 else ""),
                ]
            )
        common.table("", ["id", "disclosure", "edition", "requirements", "statements missing", "such as"], rows, (3, 4))


def _states(profile: Profile, path: str) -> bool:
    """Whether a profile states something; of models, whether it does of each that it lists."""
    if path.startswith("models."):
        return bool(profile.models) and all(profile.stated(path, system) is not None for system in profile.models)
    return profile.stated(path) is not None


def _lacks(d: Disclosure, profile: Profile) -> None:
    from lca import statements
    from lca.disclosure import catalogue

    common.echo(f"{d.id}: {d.name}. {d.standard}, {d.edition}\n{d.lead}")
    questions = statements.known()
    rows = [[q.path, q.text, q.who] for q in (questions[p] for p in catalogue.asked(d)) if not _states(profile, q.path)]
    if rows:
        common.table("", ["still missing in the profile", "question", "who can supply it"], rows)
    else:
        common.echo("The profile states all that it asks for.")


def _answered(runs: tuple[str, ...], profile: str, found: list[Disclosure], whole: bool) -> None:
    from lca.report.disclosures import Resolver
    from lca.report.numbers import listed

    made = common.assess(runs, profile, (), (), False, "")
    resolver = Resolver(made, {})
    rows = []
    for d in found:
        answers = [resolver.answer(r, True) for r in d.requirements]
        if whole:
            for x in answers:
                told = "; ".join(f"{i.label}: {i.text}" + (f" ({i.reason})" if i.reason else "") for i in x.items)
                who = listed(dict.fromkeys(i.who for i in x.items if i.who))
                rows.append([d.id, x.requirement.ref, x.requirement.text, x.state, told, who])
        else:
            count = {s: sum(x.state == s for x in answers) for s in ("met", "partly", "not met", "not claimed")}
            lacks = dict.fromkeys(i.label for x in answers for i in x.items if i.state == "not available")
            rows.append(
                [
                    d.id,
                    *(str(c) for c in count.values()),
                    ", ".join(list(lacks)[:4]) + (", ..." if len(lacks) > 4 else ""),
                ]
            )
    if whole:
        common.table("", ["id", "clause", "asks for", "state", "answer", "who can supply it"], rows)
    else:
        common.table(
            "", ["id", "met", "partly", "not met", "optional, not given", "missing, such as"], rows, (1, 2, 3, 4)
        )
