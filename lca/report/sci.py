"""Software Carbon Intensity: O, M, R and score of each system, for the provider's and the consumer's boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lca.engine.sci import NAMES, groups
from lca.language import said, say
from lca.quantities import FUNCTIONAL_UNITS
from lca.report import gaps
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Row, Table
from lca.report.sums import many
from lca.report.views import cell, span
from lca.report.words import TIERS, WORK, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

SYSTEMS_SHOWN = 12
#: functional unit -> (how many of them a printed score is for, what it is printed per, name of the amount)
PRINTED = {
    "flop": (1e15, said("per 10¹⁵ FLOP"), "FLOP"), "1k_tokens_trained": (1.0, said("per 1,000 training tokens"), said("training tokens")),
    "parameter": (1e9, said("per 10⁹ parameters"), said("parameters")),
}  # fmt: skip
NOTES = (
    said(
        "E is the energy of the reserved hardware at the facility, PUE inside; I the location-based intensity of the grid, an average. Certificates, power purchase agreements, residual mixes and offsets are not allowed in a score and are in none of these figures; end of life and the upstream of electricity are outside it."
    ),
    said(
        "M is TE × (TiR / EL) × (RR / ToR), summed over device groups: lca explain RUNS --run ID --quantity sci_embodied_co2e prints the five for each run; results.csv holds TE and EL of every row."
    ),
    said(
        "R is effective: work of failed and cancelled runs is not in it, their emissions are in O and M. Scores per 10¹⁵ FLOP and per 10⁹ parameters are those of assessment.json, per one, multiplied by that number. The range beside a score is its 95 % interval."
    ),
)


def table(a: Assessment) -> Table:
    """The scores, systems with the largest O + M first."""
    lines = [x for x in a.view_data["lines"] if x["view"] == "sci" and "system" in x]
    made = groups(a)
    by_tier = many(a, ["sci_operational_co2e", "sci_embodied_co2e"], made.code, len(made.labels))
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for x in lines:
        held.setdefault((x["system"], x["boundary"]), []).append(x)
    size: dict[str, float] = {}
    for (system, _), found in held.items():
        size[system] = size.get(system, 0.0) + (found[len(NAMES) - 1]["value"] or 0.0)
    shown = sorted(size, key=lambda s: -size[s])[:SYSTEMS_SHOWN]
    rows: list[Row] = []
    for system in shown:
        for g, label in enumerate(made.labels):
            if label[0] == system and label[1] != "idle":
                rests = [_basis(by_tier[name][g].by_tier) for name in ("sci_operational_co2e", "sci_embodied_co2e")]
                rows += _rows(label, held[label], rests)
    idle = next((x for x in a.view_data["lines"] if x["id"] == "sum.idle"), None)
    notes: list[str] = [*NOTES]
    if idle is not None:
        notes.append(
            say(
                "Idle runs are in neither boundary, as no log says which share of them serves which: O + M {value}.",
                value=n.phrase(idle["value"], "kgCO2e"),
            )
        )
    if len(size) > len(shown):
        notes.append(say("{systems} in assessment.json.", systems=n.counted(len(size) - len(shown), "more system")))
    heads = [
        Column(label=say("System, boundary"), width=22), Column(label="E × I", width=13), Column(label="O", width=13, right=True),
        Column(label="M", width=13, right=True), Column(label="R", width=15, gap=True), Column(label=say("Score"), width=24),
    ]  # fmt: skip
    return Table(
        title=said("Software Carbon Intensity"), columns=heads, rows=rows, notes=notes,
        lead=say("SCI = ((E × I) + M) per R, after ISO/IEC 21031 and the SCI for AI. The provider's boundary holds data, experimentation, training, fine-tuning and evaluation, the consumer's holds inference. A score needs O and M of every entry, and R of every run that counts for it."),
    )  # fmt: skip


def _rows(label: tuple[str, str], found: list[dict[str, Any]], rests: list[str]) -> list[Row]:
    energy, o, m, _ = found[: len(NAMES)]
    first = [
        Cell(text=clean(label[0], 48), sub=say(label[1])), _intensity(energy, o),
        cell(o).model_copy(update={"sub": rests[0]}), cell(m).model_copy(update={"sub": rests[1]}),
    ]  # fmt: skip
    scores = found[len(NAMES) :]
    if all(x["missing"] for x in scores):  # one reason for all of them
        why = clean(gaps.plain(scores[0]["reason"]), 240)
        return [
            Row(cells=[*first, Cell(text=n.DOES_NOT_APPLY, kind="none"), Cell(text=SHORT, kind="missing", sub=why)])
        ]
    rows = []
    for x in scores:
        rows.append(Row(cells=[*first, *_score(x)]))
        first = [Cell(text="")] * 4
    return rows


def _intensity(energy: dict[str, Any], o: dict[str, Any]) -> Cell:
    """E, and the mean I that O implies; only where both cover the same entries."""
    if energy["value"] is None:
        return Cell(text=SHORT, kind="missing")
    whole = o["value"] is not None and energy["value"] > 0 and not energy["missing"] and not o["missing"]
    mean = f"× {n.digits(o['value'] / energy['value'] * 1000)}{n.THIN}g/kWh" if whole else ""
    return Cell(text=n.phrase(energy["value"], "kWh"), sub=mean)


def _score(x: dict[str, Any]) -> list[Cell]:
    unit = x["functional_unit"]
    why = clean(gaps.plain(x.get("reason", "")), 240)
    if not unit:
        return [Cell(text=SHORT, kind="missing"), Cell(text=SHORT, kind="missing", sub=why)]
    work, size, told = FUNCTIONAL_UNITS[unit]
    times, per, noun = PRINTED.get(unit, (1.0, told, WORK[work]))
    amount = Cell(text=SHORT, kind="missing")
    if x["amount"] is not None:
        amount = Cell(text=n.powers(x["amount"] * size), sub=noun)
    scaled = x | {k: None if x[k] is None else x[k] * times for k in ("value", "low", "high")}
    shown = span(scaled).text if scaled["low"] is not None else ""
    return [
        amount,
        cell(scaled | {"missing": 0}).model_copy(update={"sub": " · ".join(t for t in (say(per), shown, why) if t)}),
    ]


def _basis(by_tier: tuple[float, ...]) -> str:
    """The tier on which most of a part rests: measured, modelled, rated or default."""
    size = sum(by_tier)
    best = max(range(4), key=lambda t: by_tier[t])
    return f"{n.share(by_tier[best], size)} {TIERS[best + 1][0]}" if size else ""
