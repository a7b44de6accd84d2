"""Reading logs of others, to energy and hours, against pandas reading the same bytes into a frame; whole processes.

Journals and samples are many rows of few runs; where each row is a run, each becomes a validated `Run` with provenance.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bulk import timed

#: by what stands for the delimiter: pandas reads CSV, or JSON Lines
PANDAS = "import sys, pandas; pandas.read_csv(sys.argv[1], sep=sys.argv[2], low_memory=False)"
PANDAS_JSON = "import sys, pandas; pandas.read_json(sys.argv[1], lines=True)"
JSON = "json"
READ = (
    "import gc; gc.disable()\n"  # as the commands do
    "import sys; from datetime import datetime, UTC; from lca.ingest.reader import read\n"
    "assert read(sys.argv[1:], datetime(2026, 1, 1, tzinfo=UTC)).runs"
)
CODECARBON = (
    "timestamp,project_name,run_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,"
    "energy_consumed,country_name,country_iso_code,region,cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,"
    "gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,on_cloud,pue\n"
)


def _codecarbon(run: int, flush: int) -> str:
    kwh = 0.01 * flush
    return (
        f"2024-{1 + run % 12:02}-{1 + run % 28:02}T{flush // 3600 % 24:02}:{flush // 60 % 60:02}:{flush % 60:02},proj,run-{run:06},{flush * 15.0},"
        f"{kwh * 0.4},0.00001,42.5,250.1,10.2,{kwh * 0.2},{kwh * 0.7},{kwh * 0.1},{kwh},France,FRA,idf,,,Linux,3.11,2.4.1,64,AMD EPYC 7543,8,"
        "8 x NVIDIA A100-SXM4-80GB,2.3,48.8,512,process,N,1.0\n"
    )


def _sacct(job: int) -> str:
    window = (
        f"2025-{1 + job % 12:02}-{1 + job % 28:02}T08:00:00|2025-{1 + job % 12:02}-{1 + job % 28:02}T10:30:00|02:30:00"
    )
    tres = "billing=64,cpu=64,gres/gpu:a100=4,gres/gpu=4,mem=512G,node=1"
    steps = "".join(f"{job}.{s}|{s}||team||COMPLETED|{window}|{tres}||\n" for s in ("batch", "extern", "0"))
    return f"{job}|train|gpu|team|user|COMPLETED|{window}|{tres}|0|/work\n{steps}"


def _smi(second: int, draw: random.Random) -> str:
    stamp = (
        f"2024/10/{1 + second // 86400 % 28:02} {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}.000"
    )
    return "".join(
        f"{stamp}, {g}, NVIDIA A100-SXM4-40GB, {draw.uniform(60, 400):.2f} W, 90 %, 20000 MiB\n" for g in range(4)
    )


def _mooncake(request: int, draw: random.Random) -> str:
    tokens = draw.randrange(100, 9000), draw.randrange(1, 900)
    blocks = ", ".join(str(request * 7 + n) for n in range(12))
    return f'{{"timestamp": {request * 50}, "input_length": {tokens[0]}, "output_length": {tokens[1]}, "hash_ids": [{blocks}]}}\n'


def _meter(second: int, draw: random.Random) -> str:
    stamp = f"2025-03-{1 + second // 86400:02} {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    return "".join(f"{stamp},{outlet},{draw.uniform(60, 400):.1f}\n" for outlet in range(4))


MAPPING = """schema: lca-map/1
match: log.txt
time_zone: UTC
samples:
  time: {column: when}
  power: [{column: watts, unit: W}]
  device: outlet
  boundary: node
constants: {system: meters, stage: inference, location: {country: FR}}
"""
CUR = (
    "identity/LineItemId,bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,"
    "lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/AvailabilityZone,lineItem/ResourceId,lineItem/UsageAmount,"
    "lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/LineItemDescription,product/instanceType,product/regionCode,pricing/unit,"
    "resourceTags/user:team\n"
)


def _cur(row: int) -> str:
    machine, hour = row % 300, row // 300
    begin, end = (f"2025-03-{1 + h // 24:02}T{h % 24:02}:00:00Z" for h in (hour, hour + 1))
    what = f"EU-BoxUsage:p4d.24xlarge,RunInstances,eu-west-1a,i-{machine:017},1.0,USD,32.77,per hour,p4d.24xlarge,eu-west-1,Hrs"
    if row % 3 == 0:
        what = f"EU-DataTransfer-Out-Bytes,RunInstances,,i-{machine:017},0.5,USD,0.05,per GB,,eu-west-1,GB"
    return f"li{row},001,001,Usage,{begin},{end},AmazonEC2,{what},team{machine % 7}\n"


def _events(row: int, draw: random.Random) -> str:
    gpus = ", ".join(
        f'"system.gpu.{g}.powerWatts": {draw.uniform(60, 400):.2f}, "system.gpu.{g}.gpu": 90.0' for g in range(8)
    )
    return f'{{{gpus}, "system.cpu": 50.0, "_wandb": true, "_timestamp": {1740823200 + row * 15}, "_runtime": {row * 15}}}\n'


def files() -> dict[str, tuple[str, str, str]]:
    """By what a log is: its delimiter, its text, and the mapping that is given with it."""
    draw = random.Random(1)
    return {
        "codecarbon, 300,000 rows of 100 runs": (",", CODECARBON + "".join(_codecarbon(r, f) for r in range(100) for f in range(1, 3001)), ""),
        "codecarbon, 20,000 rows of 20,000 runs": (",", CODECARBON + "".join(_codecarbon(r, 100) for r in range(20_000)), ""),
        "sacct, 10,000 jobs with 3 steps each": (
            "|", "JobID|JobName|Partition|Account|User|State|Start|End|Elapsed|AllocTRES|ConsumedEnergyRaw|WorkDir\n" + "".join(_sacct(j) for j in range(10_000)), ""),
        "nvidia-smi, 1,000,000 rows of 4 GPUs": (
            ",", "timestamp, index, name, power.draw [W], utilization.gpu [%], memory.used [MiB]\n" + "".join(_smi(s, draw) for s in range(250_000)), ""),
        "request trace of Mooncake, 200,000 requests": (JSON, "".join(_mooncake(r, draw) for r in range(200_000)), ""),
        "table of samples, 200,000 rows of 4 outlets": (",", "when,outlet,watts\n" + "".join(_meter(s, draw) for s in range(50_000)), MAPPING),
        "aws-cur, 200,000 rows of 300 machines": (",", CUR + "".join(_cur(r) for r in range(200_000)), ""),
        "wandb, 20,000 events of 8 GPUs": (JSON, "".join(_events(r, draw) for r in range(20_000)), ""),
    }  # fmt: skip


def measure() -> Iterator[tuple[str, float, float]]:
    """Ratios of time, start of the process included."""
    for what, (delimiter, text, mapping) in files().items():
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log.txt"
            log.write_text(text)
            given = [str(log)]
            if mapping:
                (Path(folder) / "log.map.yaml").write_text(mapping)
                given.append(str(Path(folder) / "log.map.yaml"))
            pandas = timed(PANDAS_JSON, str(log)) if delimiter == JSON else timed(PANDAS, str(log), delimiter)
            yield f"{what}: read / pandas", timed(READ, *given) / pandas, 3.0
