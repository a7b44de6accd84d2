"""The front matter of a disclosure: its standard and edition, and for each requirement what of a report meets it.

A disclosure is one file, `templates/disclosures/<id>.html.j2`: front matter between two lines of `---`, then the template that
prints it. A requirement names what it asks for; what meets it are figures, lines of the accounting views, statements of the
profile and contents of the report. Where it names none, those of its lines of the checklist stand for it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lca.run import Stage
from lca.site import Role


class Front(BaseModel):
    """Base: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Content(Front):
    """One thing that meets a requirement, or a part of it: exactly one of figure, view, statement and told."""

    label: str = Field(default="", description="What it is called, where its own name does not do")
    figure: str = Field(
        default="", description="Quantity of the assessment, summed over the rows that the next two fields leave"
    )
    stages: list[Stage] = Field(
        default_factory=list, description="Life-cycle stages of the runs that count; all where there are none"
    )
    role: Role | None = Field(
        default=None, description="Whose hardware counts: the organisation's own, or that of a cloud"
    )
    view: str = Field(default="", description="Line of the GHG Protocol view, such as scope-2-location")
    statement: str = Field(default="", description="Path of a statement of the profile, such as study.commissioner")
    told: str = Field(default="", description="Content of the report by its name (`lca.report.told`)")
    unit: str = Field(default="", description="Unit in which a figure is disclosed")
    digits: Annotated[int, Field(ge=1, le=9)] = Field(default=3, description="Significant digits of a figure")
    optional: bool = Field(default=False, description="Whether the requirement is met without it")
    each_system: bool = Field(default=False, description="Whether a figure stands for each system by itself")

    @model_validator(mode="after")
    def _one(self) -> Content:
        if sum(map(bool, (self.figure, self.view, self.statement, self.told))) != 1:
            raise ValueError("exactly one of figure, view, statement and told belongs here")
        return self


class Requirement(Front):
    """What one clause asks for."""

    ref: str = Field(description="Clause")
    text: str = Field(description="What it asks for, in our words")
    level: Literal["required", "conditional", "optional"] = "required"
    lines: list[int] = Field(
        default_factory=list, description="Lines of the checklist of report contents that it falls under"
    )
    content: list[Content] = Field(
        default_factory=list, description="What meets it; where there is none, that of its lines"
    )
    lacks: str = Field(default="", description="What of it no report of lca holds, and why")
    who: str = Field(default="", description="Who can supply what is lacking")
    evidence: Literal["V", "S", "K"] = Field(
        default="V", description="V: clause read at the source; S: told by others; K: to be confirmed"
    )

    @model_validator(mode="after")
    def _something(self) -> Requirement:
        if not (self.content or self.lines or self.lacks):
            raise ValueError("a requirement names content, lines of the checklist, or what it lacks")
        return self


class Part(Front):
    """Requirements that belong together."""

    title: str
    lead: str = ""
    requirements: Annotated[list[Requirement], Field(min_length=1)]


class Disclosure(Front):
    """One disclosure: front matter, and the template that prints it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: str
    standard: str
    edition: str
    lead: str = Field(default="", description="What the disclosure is, and for whom, in a sentence or two")
    notes: list[str] = Field(default_factory=list, description="What a reader must know beside the figures")
    statements: list[str] = Field(
        default_factory=list, description="Statements that it prints beside those of its requirements"
    )
    parts: Annotated[list[Part], Field(min_length=1)]
    body: str = Field(default="", description="Template")

    @property
    def requirements(self) -> list[Requirement]:
        """All requirements, in their order."""
        return [r for part in self.parts for r in part.requirements]


def contents(requirement: Requirement, checklist: dict[int, Requirement]) -> list[Content]:
    """What meets a requirement: its own content, else that of its lines of the checklist."""
    if requirement.content or requirement.lacks:
        return requirement.content
    return [c for line in requirement.lines for c in checklist[line].content]


def split(text: str) -> tuple[str, str]:
    """Front matter and template of a file. Raises ValueError where there is no front matter."""
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        raise ValueError("it does not begin with a line of three dashes")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
    if not end:
        raise ValueError("the front matter is not closed by a line of three dashes")
    return "".join(lines[1:end]), "".join(lines[end + 1 :])


def parse(data: Any, body: str) -> Disclosure:
    """A disclosure from its front matter. Raises pydantic's ValidationError."""
    return Disclosure.model_validate({**data, "body": body} if isinstance(data, dict) else data)
