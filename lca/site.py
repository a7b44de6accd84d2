"""Where logs come from, as a profile tells it: sites by name, and what files in formats of others lack."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lca.catalogue.labels import GROUPS, is_group
from lca.errors import shorten
from lca.fields import Co2e, Count, Name, Pue, WaterIntensity
from lca.run import Location, Model, Stage

#: who reports: owner of the hardware, in a building of its own or of others (colocation); whoever rents hardware, a cloud or a
#: service (an API); employers of people with devices of their own; whoever leases hardware to others, or sold what others run
ROLES = (
    "owner", "colocation", "leased-hardware", "cloud-customer", "api-customer", "employee-device", "lessor", "seller",
)  # fmt: skip
Role = Literal[
    "owner", "colocation", "leased-hardware", "cloud-customer", "api-customer", "employee-device", "lessor", "seller"
]


class Strict(BaseModel):
    """Base: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


def _zone(raw: str) -> str:
    try:
        ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        raise ValueError("not a time zone; write a name of the IANA database, such as Europe/Paris") from None
    return raw


Zone = Annotated[str, AfterValidator(_zone)]


class Site(Model):
    """A place of the organisation's own: what a log may name by `location.site`."""

    country: str | None = None
    subdivision: str | None = None
    grid_zone: str | None = None
    cloud: str | None = None
    region: str | None = None
    pue: Pue | None = None
    wue: WaterIntensity | None = None
    role: Role | None = None
    time_zone: Zone | None = None
    source: str | None = None


class SupplierFigure(Strict):
    """What a supplier states of a purchased service, for the entries that `where` names.

    A total, an amount per so much work (0.3 g per 1,000 tokens), or the sum of the provider's export among the logs. Without `use` it
    is compared with our own figure; with it, and with evidence, it stands in category 1.
    """

    supplier: Name
    where: Annotated[dict[str, str], Field(min_length=1)]
    co2e: Co2e | None = None
    per: Literal["requests", "tokens_in", "tokens_out", "samples", "images"] | None = None
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    method: Literal["location-based", "market-based"] = "location-based"
    evidence: str = ""
    use: bool = False

    @model_validator(mode="after")
    def _whole(self) -> SupplierFigure:
        if self.per is not None and self.co2e is None:
            raise ValueError("co2e is missing; state the emissions per amount of work, such as 0.3 gCO2e")
        unknown = next((key for key in self.where if not is_group(key)), None)
        if unknown is not None:
            raise ValueError(
                f"runs cannot be told apart by {shorten(unknown)}; use one of {', '.join(GROUPS)}, tag:NAME"
            )
        return self


class Assign(Strict):
    """What logs in formats of others lack, by the path or name of the file; what a file states itself stands before it.

    `where` are patterns on the labels of a run, such as {job: "llama-*"} or {partition: gpu}. `gpu` is the model of GPUs that have
    none; `cpu` with `cpu_cores` is the processor of jobs that state cores alone, `count` the devices of a run that states no
    number, `host` the model of the servers, `energy_boundary` what an energy is of whose log does not say. `separate_hosts` says that equal machines that ran at
    the same time were several, so that their energy is not shared. `run` is the id of the run to which what the file holds
    belongs, such as the samples of power of a job: it is laid to that run and is none of its own.
    """

    match: str = "*"
    where: dict[str, str] = Field(default_factory=dict)
    system: Name | None = None
    stage: Stage | None = None
    location: Location | None = None
    pue: Pue | None = None
    wue: WaterIntensity | None = None
    host: Name | None = None
    gpu: Name | None = None
    cpu: Name | None = None
    cpu_cores: Annotated[int, Field(ge=1, le=100_000)] | None = None
    count: Count | None = None
    energy_boundary: Literal["accelerator", "cpu", "dram", "component_sum", "node", "rack", "it", "facility"] | None = (
        None
    )
    time_zone: Zone | None = None
    separate_hosts: bool | None = None
    run: Name | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Assign:
        if (self.cpu is None) != (self.cpu_cores is None):
            raise ValueError("cpu and cpu_cores belong together; give the model and the cores of one processor")
        return self
