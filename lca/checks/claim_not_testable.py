"""A claim that names a finding, a run or a technology that does not exist, or its own run."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.factor_set import KEYS
from lca.catalogue.levers import levers
from lca.catalogue.store import Catalogue
from lca.checks import Check, Evidence, Finding
from lca.errors import nearest, shorten
from lca.language import said

CHECK = Check(
    code="claim-not-testable",
    severity="error",
    looks_for="A claim that names a finding, a run or a technology that does not exist",
    why="A part of the test of the claim is left out of the report, perhaps that which speaks against it.",
    remedy="Correct the name; `lca factors levers/published` lists the findings, `lca factors generation_lifecycle` the technologies.",
)


def technologies(catalogue: Catalogue) -> dict[str, int]:
    """Technologies of generation whose life-cycle factor is known for the world -> number of the factor."""
    place, at = KEYS.index("geography"), KEYS.index("technology")
    return {
        key[at]: codes[-1]
        for (quantity, key), codes in catalogue.index.items()
        if quantity == "generation_lifecycle" and key[at] and key[place] == "WORLD"
    }


def find(a: Evidence) -> Iterator[Finding]:
    """Names in claims that lead nowhere."""
    for number, run in a.having("claim"):
        claim = run.claim
        if claim is None:
            continue
        runs = {r.id for r in a.runs} - {run.id} if claim.saving_against else set()
        named = (
            ("levers", claim.levers, set(levers(a.catalogue.sets)), said("no factor set holds the finding {name}")),
            (
                "supply",
                claim.supply,
                set(technologies(a.catalogue)),
                said("no life-cycle factor is known for the technology {name}"),
            ),
            (
                "saving_against",
                [x for x in (claim.saving_against,) if x],
                runs,
                said("among the other runs there is no {name}"),
            ),
        )
        for field, given, known, told in named:
            for position, name in enumerate(given):
                if name in known:
                    continue
                if field == "saving_against" and name == run.id:
                    itself = said(
                        "the claim compares run {name} with itself; name the other run", name=f"{shorten(name)!r}"
                    )
                    yield from CHECK.per_run(a, [number], itself, "claim.saving_against")
                    continue
                near = nearest(name, known)
                place = f"claim.{field}" if field == "saving_against" else f"claim.{field}[{position}]"
                message = said(told, name=f"{shorten(name)!r}")
                if near:
                    message = said("{problem}; the nearest is {near}", problem=message, near=shorten(near))
                yield from CHECK.per_run(a, [number], message, place)
