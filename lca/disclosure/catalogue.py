"""Disclosures by name: those of `templates/disclosures/`, one file each, and a user's own by its path."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from lca import statements, unique_keys, wording
from lca.disclosure import front
from lca.disclosure.front import Content, Disclosure, Requirement
from lca.errors import LcaError, UnknownName, UserTemplateError, nearest, shorten
from lca.quantities import BY_NAME
from lca.resources import folder

ENDING = ".html.j2"
CHECKLIST = "checklist"
#: statements on which contents of the report rest, beside what the logs give
BEHIND = {
    "period": ("period.start", "period.end"), "esrs_set": ("period.start", "period.end"), "models": ("models.version", "models.parameters"),
    "boundary": ("study.boundary",), "exclusions": ("exclusions",), "assurance": ("reviews",),
    "site_pue": ("supplied.site_energy", "supplied.site_it_energy"), "site_wue": ("supplied.site_water", "supplied.site_it_energy"),
    "erf": ("supplied.site_heat_reused", "supplied.site_energy"), "ref": ("supplied.site_renewable", "supplied.site_energy"),
}  # fmt: skip
#: the largest file of a user's own that is read
_LARGEST = 1 << 20


def shipped() -> list[str]:
    """Identifiers of the shipped disclosures, but for the checklist of report contents, which is in every report."""
    names = (p.name.removesuffix(ENDING) for p in (folder("templates") / "disclosures").glob(f"*{ENDING}"))
    return sorted(n for n in names if n != CHECKLIST)


def load(name: str) -> Disclosure:
    """A shipped disclosure by its identifier, or a user's own by the path of its file.

    Raises UnknownName for a name that is neither, UserTemplateError for a file whose front matter cannot be used.
    """
    if name in (*shipped(), CHECKLIST):
        return _read(folder("templates") / "disclosures" / f"{name}{ENDING}")
    path = Path(name)
    if name.endswith(ENDING) or path.is_file():
        return _read(path)
    near = nearest(name, set(shipped()))
    hint = f"The nearest is {near}; " if near else ""
    remedy = f"{hint}{'u' if hint else 'U'}se one of {', '.join(shipped())}, or the path of a template of your own."
    raise UnknownName(f"disclosure {shorten(name)}", "no such disclosure", remedy)


def title(name: str) -> str:
    """What a reader calls a disclosure; a name that is none of ours stands for itself."""
    return load(name).name if name in shipped() else name


@lru_cache(maxsize=64)
def _read(path: Path) -> Disclosure:
    where = path.name
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise ValueError("it is larger than 1 MiB")
        head, body = front.split(text)
        made = front.parse(unique_keys.of_yaml(head), body)
    except FileNotFoundError:
        raise UserTemplateError(where, "no such file", "Give the path of a template with front matter.") from None
    except ValidationError as error:
        told = wording.fault(error.errors(include_url=False)[0])
        raise UserTemplateError(f"{where}: {told.path}", told.problem, told.remedy, told.found) from None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise UserTemplateError(
            where, f"its front matter cannot be read: {shorten(str(error), 200)}", "Correct it."
        ) from None
    _check(made, where)
    return made


def _check(made: Disclosure, where: str) -> None:
    known = statements.known()
    lines = {} if made.id == CHECKLIST else checklist()
    for requirement in made.requirements:
        for line in requirement.lines:
            if made.id != CHECKLIST and line not in lines:
                raise UserTemplateError(
                    f"{where}: {requirement.ref}",
                    "the checklist has no such line",
                    f"Its lines are 1 to {max(lines)}.",
                    str(line),
                )
        for content in requirement.content:
            if content.figure and content.figure not in BY_NAME and made.id in (*shipped(), CHECKLIST):
                raise UserTemplateError(
                    f"{where}: {requirement.ref}", "no such quantity", "Use a name of `lca rules`.", content.figure
                )
            if content.statement and content.statement not in known:
                near = nearest(content.statement, set(known))
                raise UserTemplateError(f"{where}: {requirement.ref}", "a profile has no such statement", f"The nearest is {near}." if near else "`lca init` writes them all.", content.statement)  # fmt: skip


@lru_cache(maxsize=1)
def checklist() -> dict[int, Requirement]:
    """The lines of the checklist of report contents, by number."""
    return {number: r for r in load(CHECKLIST).requirements for number in r.lines}


def contents(requirement: Requirement) -> list[Content]:
    """What meets a requirement."""
    return front.contents(requirement, checklist())


def asked(disclosure: Disclosure) -> list[str]:
    """Paths of the statements that a disclosure needs, in its order."""
    held: list[str] = []
    for content in (c for r in disclosure.requirements for c in contents(r)):
        held += [content.statement] if content.statement else BEHIND.get(content.told, ())
    return list(dict.fromkeys([*held, *disclosure.statements]))


def quantities(names: Iterable[str]) -> list[str]:
    """Quantities that disclosures ask for; those that cannot be read ask for none."""
    held: list[str] = []
    for name in names:
        with suppress(LcaError):
            held += [c.figure for r in load(name).requirements for c in contents(r) if c.figure]
    return list(dict.fromkeys(held))
