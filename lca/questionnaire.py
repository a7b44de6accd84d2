"""The profile that `lca init` writes: every statement that a report can carry, as an empty key under its question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import yaml

from lca.statements import MODELS, SEVERAL, SINGLE, ModelCard, Question, questions

_HEAD = """\
# A profile for lca: what a report says of your organisation, and your choices. Fill in what applies, delete the rest.
# What stays empty is "not available" in the report, with the name of who can supply it.
#
#   lca report RUNS --profile {name}
#   lca disclosures --profile {name}      # what is still missing, disclosure by disclosure

# The choices from which these start: default, iso-14044, ghg-protocol, sci or strict.
extends: default
"""
_CHOICES = """\

# Who you are to the hardware: owner or colocation (scopes 2 and 3), leased-hardware, cloud-customer or api-customer (scope 3,
# category 1), employee-device (category 7), lessor (category 13), seller (category 11). Empty: what each log shows.
role:

# Runs without a date where the report has a period: exclude (they are in no figure, and told) or include.
#undated: exclude
# Whether a rented cloud is a service (category 1) or a leased asset (scope 2 or category 8, by organisation.consolidation).
#cloud_rental: purchased-service

# Places that your logs name by `location: {site: NAME}`.
#sites:
#  berlin: {country: DE, pue: 1.25, role: owner, time_zone: Europe/Berlin, source: meter readings 2025}

# Hardware bought: it counts whole in the year of purchase (scope 3, category 2).
# The servers around accelerators count too, by their class: name them (host: PowerEdge R740, hosts: 2), or say host: included
# where what was bought is the whole server, host: separate where servers are there already or a purchase of their own.
#purchases:
#  - {device: H100, count: 8, date: 2025-06-01}

# Share of its lifetime in which your hardware is in use, where its idle time is in no log; without it 1.
#lifetime_utilisation: 60 %

# Fuels burnt on site and refrigerants refilled: scope 1, and category 3 for the supply of the fuels.
#fuels:
#  - {fuel: diesel, volume: 500 L, date: 2025-03-01}
#refrigerants:
#  - {refrigerant: R-134a, mass: 3 kg, date: 2025-06-01}

# Values that replace those of the catalogue, each with its reason.
#pins:
#  - {quantity: device_lifetime, value: 4 years, reason: depreciation of our servers}
"""
_DISCLOSURES = """\

# Disclosures that the report carries (lca disclosures lists them), and which of them you claim to follow:
# claimed, partly or not claimed.
disclosures:
conformity:
"""


def text(name: str, systems: Sequence[str] = (), wanted: Collection[str] | None = None) -> str:
    """The profile as YAML, valid as it stands. `systems` are asked about one by one; `wanted` limits the questions to some paths."""
    out = [_HEAD.format(name=name)]
    if wanted is None or "functional_unit" in wanted:
        out.append("\n# What the results are per, such as: 1,000 requests\nfunctional_unit:\n")
    for group, (model, title) in SINGLE.items():
        asked = [q for q in questions(group, model) if wanted is None or q.path in wanted]
        if asked:
            out.append(f"\n# {title}\n{group}:\n{''.join(_entry(q) for q in asked)}")
    asked = [q for q in questions("models", ModelCard) if wanted is None or q.path in wanted]
    if asked:
        out.append(f"\n# {MODELS}\n{_models(asked, systems)}")
    for group, (model, title) in SEVERAL.items():
        if wanted is None or group in wanted:
            out.append(f"\n# {title}\n{group}:\n{_example(model)}")
    return "".join([*out, _DISCLOSURES, _CHOICES])


def _entry(q: Question, indent: str = "  ") -> str:
    example = f", such as: {_scalar(q.example)}" if q.example is not None else ""
    return f"{indent}# {q.text} ({q.who}){example}\n{indent}{q.path.rpartition('.')[2]}:\n"


def _models(asked: list[Question], systems: Sequence[str]) -> str:
    if not systems:
        return "#models:\n#  name of the system:\n" + "".join(
            f"#{line}\n" for q in asked for line in _entry(q, "    ").splitlines()
        )
    entries = "".join(_entry(q, "    ") for q in asked)
    return "models:\n" + "".join(f"  {_scalar(system)}:\n{entries}" for system in systems)


def _example(model: Any) -> str:
    lines: list[str] = []
    for name, info in model.model_fields.items():
        sign = "-" if not lines else " "
        lines.append(f"#  {sign} {name}:  # {info.description}\n")
    return "".join(lines)


def _scalar(value: Any) -> str:
    """A value as YAML writes it, on one line."""
    return (
        str(yaml.safe_dump(value, allow_unicode=True, width=10**6, default_flow_style=True))
        .removesuffix("\n...\n")
        .strip()
    )
