"""The run log `lca-run/1`: pydantic models, from which the JSON Schema comes.

One object describes one use of computing resources for one system in one life-cycle stage. Quantities are held in
the canonical units of `lca.units` (kW, h, kWh, kg, L, FLOP); what is unknown is None, never 0.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    model_validator,
)

from lca.declared import Declared
from lca.fields import (
    Area,
    Batch,
    Count,
    Duration,
    Embodied,
    Energy,
    Hours,
    Intensity,
    Memory,
    Name,
    OpenShare,
    OrNull,
    Power,
    Pue,
    Share,
    Sized,
    Stamp,
    Throughput,
    Time,
    WaterIntensity,
    Work,
    country_code,
    subdivision_code,
    worded,
)
from lca.instrument import Instrument, in_order
from lca.reading import Reading
from lca.territories import same
from lca.units import Quantity

SCHEMA = "lca-run/1"
STAGES = ("data", "experimentation", "training", "finetuning", "evaluation", "inference", "idle")
Boundary = Literal["accelerator", "cpu", "dram", "component_sum", "node", "rack", "it", "facility"]
BOUNDARIES: tuple[str, ...] = get_args(Boundary)


class Model(BaseModel):
    """Base of all parts of a run log: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=False)


class System(Model):
    """The AI system or model to which a run belongs."""

    name: Name
    version: Name | None = None
    provider: Name | None = None
    modality: Name | None = None
    parameters: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    active_parameters: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _active_within(self) -> System:
        if (
            self.parameters is not None
            and self.active_parameters is not None
            and self.active_parameters > self.parameters
        ):
            raise ValueError("active_parameters: more than parameters; the active ones are those that one token uses")
        return self


class Location(Model):
    """Where the electricity was drawn: codes of ISO 3166, a grid zone, a cloud region, or a site of the profile."""

    country: Annotated[str, AfterValidator(country_code)] | None = None
    subdivision: Annotated[str, AfterValidator(subdivision_code)] | None = None
    grid_zone: Name | None = None
    cloud: Name | None = None
    region: Name | None = None
    site: Name | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Location:
        if self.country and self.subdivision and not same(self.country, self.subdivision):
            raise ValueError(f"subdivision {self.subdivision} is not in country {self.country}; correct one of the two")
        return self


class Facility(Model):
    """The data centre: PUE (ISO/IEC 30134-2), WUE (ISO/IEC 30134-9) in L per kWh of IT or of facility energy."""

    pue: Pue | None = None
    wue: WaterIntensity | None = None
    wue_basis: Annotated[Literal["it", "facility"], OrNull(lambda: "it")] = "it"


class Device(Model):
    """A group of equal devices."""

    model: Name | None = None
    kind: Literal["gpu", "tpu", "npu", "cpu", "fpga", "memory", "storage", "other"] | None = None
    count: Count | None = None
    device_hours: Hours | None = None
    power: Power | None = None
    power_boundary: Annotated[Literal["accelerator", "node"], OrNull(lambda: "accelerator")] = "accelerator"
    power_curve: Annotated[list[tuple[float, Power]], Field(min_length=2, max_length=1000)] | None = None
    utilisation: Share | None = None
    share: OpenShare | None = None
    peak: Throughput | None = None
    efficiency: OpenShare | None = None
    capacity: Memory | None = None  # of one memory module or drive
    die_area: Area | None = None  # of all dies of one processor
    embodied: Embodied | None = None
    lifetime: Time | None = None
    lifetime_utilisation: OpenShare | None = None
    location: Location | None = None

    @model_validator(mode="after")
    def _rising_curve(self) -> Device:
        loads = [load for load, _ in self.power_curve or []]
        if loads != sorted(set(loads)) or any(not 0 <= load <= 1 for load in loads):
            raise ValueError("power_curve: the loads must rise and lie within 0..1")
        return self


class Host(Model):
    """The servers around the devices; `power` is that of one server without its accelerators."""

    model: Name | None = None
    count: Count | None = None
    power: Power | None = None
    embodied: Embodied | None = None
    lifetime: Time | None = None
    exclusive: bool | None = None


class Components(Model):
    """Parts of a component sum; they must add up to its value."""

    accelerator: Energy | None = None
    cpu: Energy | None = None
    dram: Energy | None = None
    other: Energy | None = None


class Coverage(Model):
    """Share of the window or of the devices that the value covers."""

    of: Literal["time", "devices"]
    value: OpenShare


def _kind_of_coverage(raw: Any) -> str:
    """An object is one with `of`, unless it is a quantity written as an object."""
    return "<part>" if isinstance(raw, Coverage) or (isinstance(raw, dict) and "of" in raw) else "<share>"


_Coverage = Annotated[
    Annotated[OpenShare, Tag("<share>")] | Annotated[Coverage, Tag("<part>")], Discriminator(_kind_of_coverage)
]


class EnergyRecord(Model):
    """One stated energy at one boundary."""

    value: Energy
    boundary: Boundary
    method: Literal["counter", "integrated", "scheduler", "bill", "modelled", "declared"] | None = None
    includes_pue: Annotated[bool, OrNull(bool)] = False
    coverage: _Coverage | None = None
    components: Components | None = None


_Moment = Annotated[float | str, worded("not a time; write RFC 3339, or seconds from the start of the run")]
_COLUMNS = worded("neither the name of a column nor a list of names; write power, or [gpu0, gpu1]")


class PowerSeries(Model):
    """Samples of power, or readings of a counter of energy, inline or in a CSV or Parquet file beside the log.

    `unit` says which of the two. `device` names the column that tells devices apart; `value` may name several columns.
    A counter that wraps around says at what value in `wraps_at`.
    """

    samples: list[tuple[_Moment, float]] | None = None
    file: Name | None = None
    time: Name | None = None
    value: Annotated[Name | Annotated[list[Name], Field(min_length=1, max_length=1000)], _COLUMNS] | None = None
    unit: Name | None = None
    device: Name | None = None
    wraps_at: Annotated[Quantity, Sized("energy", open_minimum=True)] | None = None
    _reading: Reading | None = PrivateAttr(default=None)
    boundary: Annotated[Boundary, OrNull(lambda: "accelerator")] = "accelerator"

    @model_validator(mode="after")
    def _one_source(self) -> PowerSeries:
        if (self.samples is None) == (self.file is None):
            raise ValueError("a power series has either samples or a file; give one of the two")
        if self.file is None and (self.device or self.time or self.value):
            raise ValueError("time, value and device name columns of a file; take them out beside samples")
        if isinstance(self.value, list) and len(set(self.value)) < len(self.value):
            raise ValueError("value: a column is named twice; name each once")
        return self

    @property
    def reading(self) -> Reading:
        """What was found in reading the series; empty before it is read."""
        return self._reading or Reading()

    @property
    def is_read(self) -> bool:
        """Whether the energy was made of it."""
        return self._reading is not None

    @classmethod
    def of_log(cls, boundary: Any, reading: Reading) -> PowerSeries:
        """A series whose samples were added up while a log by others was read, and are not held."""
        return cls.model_construct(boundary=boundary).read(reading)

    def read(self, reading: Reading) -> PowerSeries:
        """A copy that carries what was found in reading it."""
        made = self.model_copy()
        made._reading = reading
        return made


class Electricity(Model):
    """Electricity factors stated for this run, and instruments bought for it."""

    factor: Intensity | None = None
    factor_scope: Annotated[Literal["direct", "lifecycle", "unspecified"], OrNull(lambda: "unspecified")] = (
        "unspecified"
    )
    water_factor: WaterIntensity | None = None
    instruments: Annotated[list[Instrument], OrNull(list)] = Field(default_factory=list)


class WorkDone(Model):
    """Functional units of the run: bare counts.

    `tokens_cached` are those of `tokens_in` that a cache served; `batch_size` is the mean number of requests decoded
    together; `latency` the mean time from a request to the end of its answer.
    """

    requests: Work | None = None
    tokens_in: Work | None = None
    tokens_out: Work | None = None
    tokens_trained: Work | None = None
    samples: Work | None = None
    images: Work | None = None
    flops: Work | None = None
    tokens_cached: Work | None = None
    batch_size: Batch | None = None
    latency: Time | None = None

    @model_validator(mode="after")
    def _cached_within(self) -> WorkDone:
        if self.tokens_cached is not None and self.tokens_cached > (self.tokens_in or 0.0):
            raise ValueError("tokens_cached: more than tokens_in, of which they are a part; state both")
        return self


_Words = Annotated[str, Field(min_length=1, max_length=500)]


class Claim(Model):
    """What somebody claims of this run. The report puts it to the test; it is never used and never endorsed."""

    text: _Words = Field(description="the claim, as it was made or in other words")
    by: _Words = Field(description="who claims it, and where")
    saving_against: Name | None = Field(
        default=None, description="id of the run with which the claim compares this one"
    )
    supply: Annotated[list[Name], OrNull(list)] = Field(
        default_factory=list, max_length=12,
        description="technologies of generation that the claim could mean, by their name in the factors: wind_onshore, solar_pv_utility",
    )  # fmt: skip
    levers: Annotated[list[Name], OrNull(list)] = Field(
        default_factory=list, max_length=50, description="published findings to show beside the claim, by id (`lca factors`)"
    )  # fmt: skip
    assumptions: Annotated[list[_Words], OrNull(list)] = Field(
        default_factory=list, max_length=20, description="what whoever wrote this log added to the claim"
    )  # fmt: skip


class Provenance(Model):
    """Where an imported run came from."""

    source: str | None = None
    sha256: str | None = None
    rows: str | int | list[int] | None = None
    producer: str | None = None
    producer_version: str | None = None
    importer: str | None = None
    importer_version: str | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether the run was read from a format by others; runs of our own that were converted again were not."""
        return self.importer not in (None, "", "lca-run")


def _system(raw: Any) -> Any:
    return {"name": raw} if isinstance(raw, str) else raw


Stage = Literal["data", "experimentation", "training", "finetuning", "evaluation", "inference", "idle"]


class Run(Model):
    """One run of `lca-run/1`."""

    schema_: Annotated[Literal["lca-run/1"], Field(alias="schema")]
    id: Name
    system: Annotated[System, BeforeValidator(_system, json_schema_input_type=str | System)]
    stage: Stage
    status: Literal["completed", "failed", "cancelled", "running"] | None = None
    start: Stamp | None = None
    end: Stamp | None = None
    duration: Duration | None = None
    location: Location | None = None
    facility: Facility | None = None
    devices: Annotated[list[Device], OrNull(list)] = Field(default_factory=list)
    host: Host | None = None
    energy: Annotated[list[EnergyRecord], OrNull(list)] = Field(default_factory=list)
    power: PowerSeries | None = None
    electricity: Electricity | None = None
    work: WorkDone | None = None
    declared: Declared | None = None
    claim: Claim | None = None
    provenance: Provenance | None = None
    ext: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Run:
        if self.start is not None and self.end is not None:
            in_order(self.start, self.end)
        return self


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a run log."""
    own = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return Run.model_json_schema(by_alias=True) | own
