"""What no log can tell, and a report must: who reports, goal and scope, exclusions, reviews, figures from elsewhere.

Each field is a question that `lca init` writes into a profile, with an example and with who can usually answer it. A
disclosure names a field by its path (`study.commissioner`). Nothing here changes a figure of the runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from lca.fields import Co2e, Energy, Flops, OrNull, Power, Share, Sized
from lca.language import said
from lca.units import Quantity

COMPLIANCE, ENGINEERS, SITE, MAKER = (
    said("compliance team"),
    said("ML engineers"),
    said("operator of the data centre"),
    said("provider of the model"),
)

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class Stated(BaseModel):
    """Base: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


def asked(question: str, example: Any, who: str = COMPLIANCE) -> Any:
    """An optional field: what it asks for, an example, and who can usually answer."""
    return Field(default=None, description=question, examples=[example], json_schema_extra={"who": who})


#: what lacks a part of a date: a year alone, a year with its month, a month with its day
_YEAR, _MONTH = re.compile(r"\d{4}"), re.compile(r"\d{4}[-/]\d{1,2}")
_NO_YEAR = re.compile(r"-{0,2}\d{1,2}[-./]\d{1,2}\.?")


def _day(raw: Any) -> Any:
    text = str(raw).strip() if isinstance(raw, (str, int)) and not isinstance(raw, bool) else ""
    if _YEAR.fullmatch(text):
        raise ValueError(f"a year alone is no day; write a day of it, such as {text}-01-01 or {text}-12-31")
    if _MONTH.fullmatch(text):
        raise ValueError("a month alone is no day; write a day of it, such as 2025-03-31")
    if _NO_YEAR.fullmatch(text):
        raise ValueError("it has no year; write it as 2025-03-31")
    if not isinstance(raw, (str, date)):
        raise ValueError("not a date; write it as 2025-03-31")
    return raw


def _of_computers(day: date) -> date:
    if not 1950 <= day.year <= 2200:
        raise ValueError("not a year in which a computer ran; correct the date")
    return day


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_of_computers)]


class Organisation(Stated):
    """Who reports."""

    name: Line | None = asked("Name of the reporting organisation", "Example Ltd")
    unit: Line | None = asked("Unit within it that made the report", "Machine learning platform")
    address: Line | None = asked("Registered address", "1 Example Street, 10115 Berlin, Germany")
    identifier: Line | None = asked("Legal entity identifier (LEI) or register number", "LEI 00000000000000000000")
    contact: Line | None = asked("Where questions about the report go", "sustainability@example.org")
    responsible: Line | None = asked(
        "Person responsible for the report, with role", "A. Example, head of sustainability"
    )
    boundary: Text | None = asked(
        "Which companies, sites and accounts of the organisation are inside", "All companies of the financial group"
    )
    consolidation: Literal["financial-control", "operational-control", "equity-share"] | None = asked(
        "Approach by which the organisational boundary is drawn", "operational-control"
    )  # fmt: skip


class Change(Stated):
    """A figure of an earlier report that is stated anew."""

    what: Line = Field(description="Figure that changed")
    cause: Literal["error", "method", "factor", "boundary"] = Field(description="Why it changed")
    old: Line | None = asked("Earlier value, with unit", "412 tCO2e")
    new: Line | None = asked("New value, with unit", "398 tCO2e")


class Edition(Stated):
    """Which report this is, and how it looks."""

    title: Line | None = asked("Title of the report", "Chat 7B: life-cycle assessment 2025")
    id: Line | None = asked("Identifier of the report", "LCA-2025-001")
    version: Line | None = asked("Version of the report", "1.0")
    status: Literal["draft", "final", "corrective"] | None = asked(
        "Whether it is a draft, final, or corrects an earlier one", "draft"
    )
    supersedes: Line | None = asked("Identifier of the report that it replaces", "LCA-2024-003")
    base_year: Line | None = asked(
        "Base year, and when it is computed anew", "2024; computed anew at a change of 5 % or more"
    )
    compared_with: Text | None = asked(
        "Figures of the previous period, and what changed in method, factors or boundary",
        "First report: no earlier figures",
    )
    changes: Annotated[list[Change], OrNull(list)] = Field(
        default_factory=list, description="Figures of earlier reports that are stated anew"
    )
    logo: Line | None = asked("Picture of the logo, PNG or SVG, beside the profile", "logo.svg")
    language: Line | None = asked("Language of the report (`lca languages`), or the path of a file of messages", "en")
    page: Literal["A4", "Letter"] | None = asked("Size of the pages", "A4")
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = asked(
        "Colour of headings and links, dark enough to read", "#0b5c8f"
    )


class Study(Stated):
    """Goal and scope (ISO 14044, 4.2 and 5.2), and how the data were made."""

    commissioner: Line | None = asked("Who commissioned the study", "Board of Example Ltd")
    practitioner: Line | None = asked("Who carried it out", "Sustainability team of Example Ltd")
    practitioner_is: Literal["internal", "external"] | None = asked(
        "Whether they belong to the organisation", "internal"
    )
    reasons: Text | None = asked("Why the study was made", "To find where training and serving emit most")
    intended_use: Text | None = asked("What its results are used for", "Annual report, and choice of regions")
    audience: Text | None = asked("For whom it is written", "Customers, auditors and our engineers")
    comparative_assertion_public: bool | None = asked(
        "Whether it tells the public that one product is better than another", False
    )
    reference_flow: Text | None = asked(
        "What it takes to deliver the functional unit", "Share of the serving fleet for 1,000 requests"
    )
    functional_unit_reason: Text | None = asked(
        "Why this functional unit, and the quality that it stands for", "Requests are what customers are billed for"
    )
    functional_unit_basis: Literal["gross", "effective"] | None = asked(
        "Whether the functional unit counts gross or effective amounts", "gross"
    )
    boundary: Text | None = asked(
        "Stages and processes inside and outside the system", "Training and serving; end-user devices are outside"
    )
    process_map: Text | None = asked(
        "How the stages follow each other", "data, training, evaluation, serving, retirement of hardware"
    )
    cut_off: Text | None = asked(
        "From which size on something counts, and the effect of what is left out",
        "Flows below 1 % of the total, 3 % together",
    )
    allocation: Text | None = asked(
        "How what is shared is divided, and why", "Clusters by reserved device hours, as bookings decide purchases"
    )
    data_collection: Text | None = asked(
        "How the data were collected and validated",
        "Scheduler export and node meters, reconciled each month",
        ENGINEERS,
    )
    energy_method: Text | None = asked(
        "How energy was measured or estimated, in about 100 words", "Node meters at one-second intervals", ENGINEERS
    )
    compute_method: Text | None = asked(
        "How the training compute was determined", "6 N D from parameters and trained tokens", ENGINEERS
    )
    representativeness: Text | None = asked(
        "For what time, places and technology the results stand", "Serving in 2025 in two European regions"
    )
    value_choices: Text | None = asked(
        "Choices that are no matter of science", "None beyond the time horizon of 100 years"
    )
    assumptions: Annotated[list[Text], OrNull(list)] = Field(
        default_factory=list, description="Assumptions beside those that section 4 names"
    )
    limitations: Text | None = asked(
        "What the results do not show", "Noise, land use and water scarcity are not assessed"
    )
    improvement: Text | None = asked("How the data are to be improved", "Node meters in all halls by 2027")
    significance: Text | None = asked(
        "By which criteria indirect emissions and scope 3 categories count as significant", "More than 1 % of scope 3"
    )
    target_method: Literal["location-based", "market-based"] | None = asked(
        "Scope 2 method by which targets are tracked", "market-based"
    )
    end_of_life: Text | None = asked("What becomes of the hardware", "Resale after 4 years, then recycling", SITE)
    effects: Text | None = asked("Second-order and rebound effects, or why they are not assessed", "Not assessed")
    frugal_need: Text | None = asked(
        "Why AI is needed, against a lighter solution", "A rule-based filter found 40 % less"
    )
    frugal_practices: Text | None = asked(
        "Good practices that are followed", "Smaller model, batching, low-carbon hours", ENGINEERS
    )
    frugal_limits: Text | None = asked(
        "Whether the uses lie within planetary boundaries", "Uses were screened in March 2025"
    )


class Exclusion(Stated):
    """Something that belongs to the system and is left out."""

    item: Line = Field(description="What is left out")
    stage: Line | None = asked("Life-cycle stage", "use")
    reason: Text = Field(description="Why")
    size: Share | None = asked("Estimated share of the total", "2 %")
    basis: Line | None = asked("How the size was estimated", "Spend of the year")
    approver: Line | None = asked("Who approved it", "B. Example")


class Review(Stated):
    """A critical review, verification or assurance that somebody carried out: without one nothing is called so."""

    kind: Literal["critical-review", "verification", "assurance"] = Field(description="What was done")
    by: Line = Field(description="Who did it")
    affiliation: Line | None = asked("Where they belong, and conflicts of interest", "Independent")
    standard: Line = Field(description="Standard that was followed, with edition")
    level: Literal["limited", "reasonable", "panel", "single reviewer", "first party"] = Field(
        description="Level of assurance, or form of the review"
    )
    scope: Text = Field(description="What was reviewed")
    date: Day = Field(description="When it was finished")
    statement: Text = Field(description="What the reviewers state")
    responses: Text | None = asked("Answers to their recommendations", "All three were followed")


class SignOff(Stated):
    """Who stands for the report."""

    prepared_by: Line | None = asked("Who prepared it", "A. Example")
    reviewed_by: Line | None = asked("Who reviewed it inside the organisation", "B. Example")
    approved_by: Line | None = asked("Who approved it", "C. Example")
    date: Day | None = asked("When it was approved", "2026-03-31")


class ModelCard(Stated):
    """What is to be said of one system, beside what its runs state."""

    version: Line | None = asked("Version or date of release", "1.0, 2025-09-01", MAKER)
    provider: Line | None = asked("Provider", "Example Ltd", MAKER)
    architecture: Line | None = asked("Architecture", "Decoder-only transformer, dense", MAKER)
    modality: Line | None = asked("What goes in and comes out", "text to text", MAKER)
    classification: Literal["expert system", "machine learning", "deep learning", "generative"] | None = asked(
        "Kind of AI system", "generative", MAKER
    )
    parameters: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = asked("Parameters in total", 7.0e9, MAKER)
    dependencies: Line | None = asked("Models from which it was made", "None", MAKER)
    sha256: Line | None = asked("Hash of the weights", "sha256 of the weights", MAKER)
    training_days: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = asked(
        "Wall-clock days of training", 21, ENGINEERS
    )
    benchmark_flops: Flops | None = asked("Compute of one inference benchmark", "5.1e17 FLOP", ENGINEERS)
    benchmark_task: Line | None = asked(
        "Task and hardware of that benchmark", "100,000 tokens on 64 NVIDIA A100", ENGINEERS
    )


class Supplied(Stated):
    """Figures of the organisation that run logs do not hold. They stand apart, and are added to nothing."""

    source: Text | None = asked("Where these figures come from", "Meters and bills of 2025")
    scope_1: Co2e | None = asked("Gross scope 1 emissions", "12 tCO2e")
    scope_1_ets: Share | None = asked("Share of scope 1 under emission trading", "0 %")
    scope_1_2_split: Line | None = asked(
        "Scopes 1 and 2 of the consolidated group, and of others", "Group 900 t, others 12 t"
    )
    scope_3_other: Co2e | None = asked("Other categories of scope 3 together", "340 tCO2e")
    scope_3_supplier_share: Share | None = asked("Share of scope 3 from supplier-specific data", "20 %")
    biogenic: Co2e | None = asked("Biogenic CO2, apart from the scopes", "0 tCO2e")
    land_use: Co2e | None = asked("Emissions of land use", "0 tCO2e")
    removals: Co2e | None = asked("Removals, apart", "0 tCO2e")
    credits: Co2e | None = asked("Carbon credits cancelled, apart and never subtracted", "0 tCO2e")
    fossil_energy: Energy | None = asked("Energy of own operations from fossil sources", "120 MWh")
    nuclear_energy: Energy | None = asked("Energy of own operations from nuclear sources", "30 MWh")
    renewable_energy: Energy | None = asked("Energy of own operations from renewable sources", "400 MWh")
    energy_mix_basis: Literal["location-based", "market-based"] | None = asked(
        "Whether that split is location- or market-based", "market-based"
    )
    it_power_demand: Power | None = asked("Installed IT power demand of the data centre", "650 kW", SITE)
    floor_area: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = asked(
        "Floor area of the data centre [m²]", 1200, SITE
    )
    site_energy: Energy | None = asked("Energy of the whole data centre in the year", "5.2 GWh", SITE)
    site_it_energy: Energy | None = asked("Energy of all its IT equipment in the year", "4.1 GWh", SITE)
    site_water: Annotated[Quantity, Sized("volume")] | None = asked("Water that it took in", "3 ML", SITE)
    site_heat_reused: Energy | None = asked("Waste heat reused", "0.4 GWh", SITE)
    site_renewable: Energy | None = asked("Renewable energy, all kinds", "5.0 GWh", SITE)
    site_renewable_goo: Energy | None = asked("of which by guarantees of origin", "3.0 GWh", SITE)
    site_renewable_ppa: Energy | None = asked("of which by power purchase agreements", "1.5 GWh", SITE)
    site_renewable_own: Energy | None = asked("of which made on site", "0.5 GWh", SITE)
    pue_category: Literal["PUE0", "PUE1", "PUE2", "PUE3"] | None = asked("Category of PUE (EN 50600-4-2)", "PUE2", SITE)


class Period(Stated):
    """What the report covers."""

    start: Day = Field(description="First day", examples=["2025-01-01"], json_schema_extra={"who": COMPLIANCE})
    end: Day = Field(description="Last day", examples=["2025-12-31"], json_schema_extra={"who": COMPLIANCE})


#: key of a profile -> the group of statements under it, and what a reader calls them
SINGLE: dict[str, tuple[type[Stated], str]] = {
    "organisation": (Organisation, "Who reports"),
    "period": (Period, "What the report covers"),
    "report": (Edition, "Which report this is"),
    "study": (Study, "Goal and scope, and how the data were made"),
    "sign_off": (SignOff, "Who stands for the report"),
    "supplied": (Supplied, "Figures that run logs do not hold: they stand apart and are added to nothing"),
}
#: the same of what there may be several of
SEVERAL: dict[str, tuple[type[Stated], str]] = {
    "exclusions": (Exclusion, "What belongs to the system and is left out, one entry each"),
    "reviews": (Review, "Critical reviews, verification, assurance: only what somebody carried out"),
}
MODELS = "What is to be said of each system, by its name in the logs"


class Question(NamedTuple):
    """A field that a profile may state."""

    path: str
    text: str
    example: Any
    who: str


def questions(group: str, model: type[BaseModel]) -> Iterator[Question]:
    """The fields of a group that are asked for."""
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        who = extra.get("who", COMPLIANCE) if isinstance(extra, Mapping) else COMPLIANCE
        yield Question(f"{group}.{name}", info.description or "", (info.examples or [None])[0], str(who))


def known() -> dict[str, Question]:
    """Every statement that a disclosure may name, by path; `models.*` stands for each system, a list for itself."""
    made = {q.path: q for group, (model, _) in SINGLE.items() for q in questions(group, model)}
    made |= {q.path: q for q in questions("models", ModelCard)}
    made["functional_unit"] = Question("functional_unit", "What the results are per", "1,000 requests", COMPLIANCE)
    for name, (_, told) in SEVERAL.items():
        made[name] = Question(name, told, None, COMPLIANCE)
    return made
