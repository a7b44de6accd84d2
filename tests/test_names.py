"""Names of hardware as drivers, schedulers and bills print them: the device, its share, its nearest sibling, or nothing."""

from __future__ import annotations

import csv
import os
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import assess, figure, findings, run, value

from lca.catalogue import store
from lca.catalogue.devices import DeviceIndex
from lca.catalogue.models import ModelIndex
from lca.catalogue.names import fold, variant

INDEX = DeviceIndex(store.load().sets)
MODELS = ModelIndex(store.load().sets)
REFERENCE = Path(os.environ.get("LCA_SHARED", "/nowhere")) / "reference" / "hardware" / "more"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="set LCA_SHARED to compare with the reference tables"
)


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def logged(model: str, **fields):
    """One hour of one device at a PUE of 1 in Germany."""
    device = {"model": model, "count": 1, **fields}
    return run(
        "r",
        location={"country": "DE"},
        duration="1 h",
        facility={"pue": 1},
        devices=[device],
        start="2024-05-01T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("Tesla V100-PCIE-32GB", "v100-pcie-32"), ("Tesla V100-SXM3-32GB", "v100-sxm3-32"), ("Tesla P100-PCIE-12GB", "p100-pcie-12"),
        ("NVIDIA GeForce RTX 3080 Laptop GPU", "rtx3080-laptop"), ("NVIDIA GeForce RTX 3080 Ti Laptop GPU", "rtx3080ti-laptop"),
        ("RTX 3080 Mobile", "rtx3080-laptop"), ("NVIDIA GeForce RTX 3080 Ti", "rtx3080ti"), ("NVIDIA GeForce RTX 3080", "rtx3080"),
        ("Quadro P5000", "quadro-p5000"), ("Quadro RTX 4000", "quadro-rtx4000"), ("Quadro RTX 4000 with Max-Q Design", "quadro-rtx-4000-with-max-q-design"),
        ("NVIDIA RTX 5000 Ada Generation", "rtx5000ada"), ("NVIDIA RTX 5000 Ada Generation Laptop GPU", "rtx5000ada-laptop"),
        ("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "rtxpro6000-ws"),
        ("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "rtxpro6000-maxq"),
        ("NVIDIA RTX A4500", "rtxa4500"), ("RTX A6000 48GB", "rtxa6000"), ("NVIDIA L40S PCIe", "l40s"), ("NVIDIA Tesla T4 16GB", "t4"),
        ("gpu:rtx2080ti", "rtx2080ti"), ("nvidia_geforce_rtx_3090", "rtx3090"), ("nvidia_a100-sxm4-80gb", "a100-sxm4-80"),
        ("AMD Instinct MI300X OAM", "mi300x"), ("Aqua Vanjaram [Instinct MI300X]", "mi300x"), ("AMD Instinct MI250 OAM", "mi250"),
        ("Navi 31 [Radeon RX 7900 XTX]", "rx7900xtx"), ("AMD Radeon PRO W7900", "radeonpro-w7900"),
        ("HL-205", "gaudi1"), ("HL-225B", "gaudi2"), ("HL-328", "gaudi3"), ("Intel(R) Gaudi(R) 3", "gaudi3"),
        ("Intel(R) Data Center GPU Max 1100", "max1100"), ("Intel(R) Arc(TM) A770 Graphics", "arc-a770"),
        ("NVIDIA GH200 480GB", "gh200"), ("NVIDIA GH200 144G HBM3e", "gh200-144"), ("910B3", "ascend910b3"),
    ],
)  # fmt: skip
def test_a_name_leads_to_its_own_device(name, device):
    found = INDEX.resolve(name)
    assert (found.id, found.units, found.sibling_of, found.share) == (device, 1, "", None)


@pytest.mark.parametrize(
    "name",
    ["NVIDIA RTX 4090 Ti", "NVIDIA A100X", "NVIDIA RTX PRO 5000 Blackwell Generation Laptop GPU", "NVIDIA GeForce RTX 2050",
     "NVIDIA RTX PRO 4000 Blackwell SFF Edition", "NVIDIA RTX 5000 Ada Generation Embedded GPU", "DGX A100", "GB200 NVL72", "8 x H100",
     "MIG 1g.5gb", "NVIDIA GeForce RTX 4090 MIG 1g.5gb", "Xeon", "Quadro RTX 3000", "v3-9"],
)  # fmt: skip
def test_what_is_of_another_family_stays_unknown(name):
    """A laptop card never takes the desktop card, a machine of eight never one card, and a bare profile names no card."""
    assert INDEX.resolve(name) is None
    assert [f.message for f in findings(assess(logged(name)), "unknown-device")]


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("NVIDIA A100-SXM-64GB", "a100-sxm4-80"), ("NVIDIA A800-SXM4-40GB", "a800-sxm4"), ("NVIDIA A800 80GB PCIe LC", "a800-pcie-80"),
        ("NVIDIA A100-PG509-200", "a100-sxm4-40"), ("Tesla V100-SXM2-32GB-LS", "v100-sxm2-32"), ("Tesla V100-DGXS-32GB", "v100-sxm2-32"),
        ("NVIDIA H800 NVL", "h800-pcie-80"), ("NVIDIA H20 NVL16", "h20"), ("NVIDIA GeForce RTX 5090 D v2", "rtx5090d"),
        ("NVIDIA GeForce RTX 3050 6GB Laptop GPU", "rtx3050-laptop"), ("A100 SXM4 81GB", "a100-sxm4-80"),
    ],
)  # fmt: skip
def test_a_variant_takes_the_nearest_sibling_of_its_family(name, device):
    found = INDEX.resolve(name)
    assert (found.id, found.sibling_of) == (device, name)


def test_the_interval_of_a_sibling_is_wider_than_that_of_the_device_itself():
    own, other = (figure(assess(logged(n)), "it_energy") for n in ("NVIDIA A100-SXM4-80GB", "NVIDIA A100-SXM-64GB"))
    assert own["value"] == other["value"]
    assert other["high"] - other["low"] > own["high"] - own["low"]


def test_a_sibling_is_told_in_full_and_its_figures_count():
    a = assess(logged("NVIDIA A100-SXM-64GB"))
    assert [(f.severity, f.message, f.field) for f in findings(a, "device-sibling")] == [
        ("warning", "'NVIDIA A100-SXM-64GB' is not in the catalogue; NVIDIA A100 SXM4 80GB, the nearest variant of the same family, "
         "stands in for it", "devices[0].model")
    ]  # fmt: skip
    assert not findings(a, "unknown-device")
    # 400 W at a load of 0.76, over the share of 0.7 that accelerators take of a server
    assert value(a, "it_energy") == pytest.approx(0.4 * 0.76 / 0.7)
    stated = assess(
        logged("NVIDIA A100-SXM-64GB", power="300 W", power_boundary="node", embodied="100 kg", lifetime="4 years")
    )
    assert [f.severity for f in findings(stated, "device-sibling")] == ["info"]  # no figure of the sibling is used


@pytest.mark.parametrize(
    ("name", "device", "share", "memory"),
    [
        ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "a100-sxm4-40", "1/7", "1/8"),
        ("NVIDIA A100-SXM4-40GB MIG 1g.10gb", "a100-sxm4-40", "1/7", "1/4"),
        ("NVIDIA A100-SXM4-80GB MIG 1g.10gb", "a100-sxm4-80", "1/7", "1/8"),
        ("NVIDIA-A100-SXM4-40GB-MIG-3g.20gb-SHARED", "a100-sxm4-40", "3/7", "1/2"),
        ("a100_2g.10gb", "a100-sxm4-40", "2/7", "1/4"), ("gpu:a100_1g.5gb", "a100-sxm4-40", "1/7", "1/8"),
        ("A100 MIG 3g.40gb", "a100-sxm4-80", "3/7", "1/2"),  # only the larger card has this profile
        ("NVIDIA H100 80GB HBM3 MIG 1g.10gb+me", "h100-sxm5-80", "1/7", "1/8"), ("NVIDIA H100 NVL MIG 3g.47gb", "h100-nvl-94", "3/7", "1/2"),
        ("NVIDIA H200 MIG 2g.35gb", "h200-sxm-141", "2/7", "1/4"), ("NVIDIA A30 MIG 2g.12gb", "a30", "1/2", "1/2"),
        ("NVIDIA GH200 480GB MIG 1g.12gb", "gh200", "1/7", "1/8"), ("NVIDIA B200 MIG 7g.180gb", "b200", "1", "1"),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 1g.24gb", "rtxpro6000bse", "1/4", "1/4"),
    ],
)  # fmt: skip
def test_a_mig_instance_is_a_share_of_its_card(name, device, share, memory):
    found = INDEX.resolve(name)
    assert (found.id, found.units, found.share.processors, found.share.memory) == (
        device, Fraction(share), Fraction(share), Fraction(memory)
    )  # fmt: skip


def test_a_mig_instance_has_its_share_of_the_figures_of_the_card_and_is_told():
    whole, part = assess(logged("NVIDIA A100-SXM4-40GB")), assess(logged("NVIDIA A100-SXM4-40GB MIG 1g.10gb"))
    for quantity in ("device_hours", "it_energy", "embodied_co2e"):
        assert value(part, quantity) == pytest.approx(value(whole, quantity) / 7)
    assert [(f.severity, f.message, f.field) for f in findings(part, "device-share")] == [
        ("info", "'NVIDIA A100-SXM4-40GB MIG 1g.10gb' counts as 1/7 of NVIDIA A100 SXM4 40GB, its share of the processors; it holds 1/4 of "
         "the memory", "devices[0].model")
    ]  # fmt: skip
    assert [f.message for f in findings(assess(logged("NVIDIA A30 MIG 2g.12gb")), "device-share")] == [
        "'NVIDIA A30 MIG 2g.12gb' counts as 1/2 of NVIDIA A30, its share of the processors"
    ]
    # what is stated for the instance is not divided again: 50 W for an hour, over the share of 0.7
    stated = assess(logged("NVIDIA A100-SXM4-40GB MIG 1g.10gb", power="50 W"))
    assert value(stated, "it_energy") == pytest.approx(0.05 / 0.7)


def test_a_virtual_gpu_is_a_share_by_its_memory():
    found = INDEX.resolve("NVIDIA A10-4Q")
    assert (found.id, found.units, found.share.processors, found.share.memory) == (
        "a10",
        Fraction(1, 6),
        None,
        Fraction(1, 6),
    )
    assert INDEX.resolve("GRID T4-16Q").units == 1
    assert (INDEX.resolve("GRID A100D-40C").units, INDEX.records[INDEX.resolve("GRID A100D-40C").id]["memory_gb"]) == (
        Fraction(1, 2),
        "80",
    )
    assert INDEX.resolve("GRID T4-32Q") is None  # more than the card has
    assert [f.message for f in findings(assess(logged("NVIDIA A10-4Q")), "device-share")] == [
        "'NVIDIA A10-4Q' counts as 1/6 of NVIDIA A10, its share of the memory"
    ]


def test_one_printed_name_of_two_cards_is_decided_by_the_memory_or_told():
    assert INDEX.resolve("NVIDIA GeForce RTX 3080").ambiguous == ("NVIDIA GeForce RTX 3080 12GB",)
    assert INDEX.resolve("NVIDIA GeForce RTX 4060 Ti").ambiguous == ("NVIDIA GeForce RTX 4060 Ti 16GB",)
    for name, device in (("NVIDIA GeForce RTX 3080 12GB", "rtx3080-12"), ("NVIDIA GeForce RTX 3080 10GB", "rtx3080"),
                         ("NVIDIA GeForce RTX 4060 Ti 16GB", "rtx4060ti-16"), ("NVIDIA GeForce RTX 5060 Ti 8GB", "rtx5060ti-8")):  # fmt: skip
        found = INDEX.resolve(name)
        assert (found.id, found.ambiguous, found.sibling_of) == (device, (), "")
    assert INDEX.resolve("A100").ambiguous == (
        "NVIDIA A100 PCIe 40GB",
        "NVIDIA A100 PCIe 80GB",
        "NVIDIA A100 SXM4 80GB",
    )
    assert "NVIDIA RTX 6000 Ada" in INDEX.resolve("RTX 6000").ambiguous


def test_a_laptop_card_is_told_to_have_a_range_of_power():
    a = assess(logged("NVIDIA GeForce RTX 3060 Laptop GPU"))
    assert value(a, "it_energy") == pytest.approx(0.08 * 0.76 / 0.7)  # 80 W, where the desktop card has 170 W
    assert [f.message for f in findings(a, "device-power-range")] == [
        "80 W of NVIDIA GeForce RTX 3060 Laptop GPU is one point of the range within which the maker of a laptop sets it"
    ]
    assert not findings(assess(logged("NVIDIA GeForce RTX 3060")), "device-power-range")


def test_of_cards_with_several_gpus_a_device_is_one_gpu():
    power = {f.key[3]: f.value * 1000 for f in store.load().factors if f.quantity == "rated_power"}
    # power of the card over its GPUs: 300 / 2, 300 / 2, 250 / 4, 225 / 4
    assert [power[d] for d in ("k80", "m60", "a16", "m10")] == pytest.approx([150, 150, 62.5, 56.25])


def test_the_greatest_measured_power_of_tpus_stands_in_place_of_a_rating_that_nobody_published():
    figures = {(f.quantity, f.key[3]): f.value * 1000 for f in store.load().factors if f.key[3] in ("tpu-v3", "tpu-v4")}
    assert [figures[q, d] for d in ("tpu-v3", "tpu-v4") for q in ("rated_power", "idle_power")] == pytest.approx(
        [262, 123, 192, 90]
    )


@pytest.mark.parametrize(
    ("name", "device", "units"),
    [
        ("p5en.48xlarge", "h200-sxm-141", "8"), ("ml.p5en.48xlarge", "h200-sxm-141", "8"), ("P5EN.48XLARGE", "h200-sxm-141", "8"),
        ("g6e.24xlarge", "l40s", "4"), ("p6-b200.48xlarge", "b200", "8"), ("g6f.xlarge", "l4", "1/8"), ("trn1.32xlarge", "trainium1", "16"),
        ("Standard_NV6ads_A10_v5", "a10", "1/6"), ("NV36ads A10 v5", "a10", "1"), ("standard_nc6s_v3", "v100-pcie-16", "1"),
        ("ND128isr GB200 v6", "gb200", "4"), ("Standard_ND128isr_NDR_GB200_v6", "gb200", "4"), ("ND96asr A100 v4", "a100-sxm4-40", "8"),
        ("Standard_NC320ds_xl_RTXPRO6000BSE_v6", "rtxpro6000bse", "2"), ("Standard_ND96isr_MI300X_v5", "mi300x", "8"),
        ("a3-megagpu-8g", "h100-sxm5-80", "8"), ("a3-highgpu-8g-nolssd", "h100-sxm5-80", "8"), ("a4x-highgpu-4g", "gb200", "4"),
        ("ct5lp-hightpu-4t", "tpu-v5e", "4"), ("BM.GPU.H100.8", "h100-sxm5-80", "8"), ("VM.GPU.A10.2", "a10", "2"),
        ("gd-8xh200ib-i128", "h200-sxm-141", "8"), ("IPU-M2000", "gc200", "4"),
        ("v5p-8", "tpu-v5p", "4"), ("TPU v3-8", "tpu-v3", "4"), ("tpu-v4-512", "tpu-v4", "256"), ("v5litepod-16", "tpu-v5e", "16"),
        ("v6e-8", "tpu-v6e", "8"), ("tpu7x-128", "tpu-v7", "64"),
    ],
)  # fmt: skip
def test_an_instance_type_holds_its_devices(name, device, units):
    """Slices of TPU v2, v3, v4, v5p and 7x count cores, two a chip; those of v5e and v6e chips."""
    found = INDEX.resolve(name)
    assert (found.id, found.units, found.sibling_of) == (device, Fraction(units), "")


def test_a_share_of_a_card_in_an_instance_is_told():
    a = assess(logged("Standard_NV12ads_A10_v5"))
    assert [f.message for f in findings(a, "instance-expanded")] == [
        "Standard_NV12ads_A10_v5 counts as 1/3 x NVIDIA A10"
    ]
    assert value(a, "device_hours") == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("Intel(R) Xeon(R) Platinum 8480+", "intel-xeon-platinum-8480plus"), ("Xeon Platinum 8480+", "intel-xeon-platinum-8480plus"),
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "intel-xeon-e5-2680-v4"), ("AMD EPYC 7763 64-Core Processor", "amd-epyc-7763"),
        ("EPYC 9654", "amd-epyc-9654"), ("13th Gen Intel(R) Core(TM) i9-13900K", "intel-core-i9-13900k"),
        ("AMD EPYC 7281 16-Core Processor", "amd-epyc-7281"),
    ],
)  # fmt: skip
def test_a_processor_is_known_as_systems_print_it(name, device):
    assert INDEX.resolve(name).id == device


def test_a_plus_tells_processors_and_models_apart():
    assert fold("Xeon Platinum 8480+") != fold("Xeon Platinum 8480")
    assert INDEX.resolve("Intel Xeon Platinum 8480") is None
    assert (MODELS.resolve("Command R").id, MODELS.resolve("Command R+").id) == ("command-r", "command-r-plus")


def test_processors_alone_draw_their_rated_power_and_beside_accelerators_nothing_more():
    processors = {"model": "AMD EPYC 7763 64-Core Processor", "kind": "cpu", "count": 2}
    alone = assess(run("r", devices=[processors], facility={"pue": 1}))
    assert value(alone, "it_energy") == pytest.approx(2 * 10 * 0.28 * 0.76)  # 280 W each for 10 h at a load of 0.76
    gpus = {"model": "NVIDIA A100-SXM4-80GB", "count": 8}
    both, without = (assess(run("r", devices=d)) for d in ([gpus, processors], [gpus]))
    assert value(both, "it_energy") == pytest.approx(value(without, "it_energy"))


def test_a_distilled_model_is_not_the_model_that_taught_it():
    assert (MODELS.resolve("deepseek-r1:7b").id, MODELS.resolve("deepseek-r1:671b").id) == (
        "deepseek-r1-distill-qwen-7b",
        "deepseek-r1",
    )
    assert MODELS.resolve("mistral-large-latest") is None  # another model from year to year
    assert MODELS.resolve("Mistral Large 2") is None  # two versions


def test_no_figure_is_given_for_a_model_whose_size_nobody_published():
    a = assess(run("r", system="gpt-4o", stage="inference", devices=[], duration=None, work={"tokens_out": 1000}))
    assert figure(a, "it_energy")["value"] is None
    assert figure(a, "it_energy")["reason"] == (
        "the run does not state the parameters of 'gpt-4o', and its developer publishes no size"
    )
    assert [f.message for f in findings(a, "unknown-model")] == [
        "tokens without a model of known size: the developer of gpt-4o publishes no size, and the run does not state its parameters. "
        "State system.parameters, energy or device hours."
    ]


def test_a_name_is_taken_apart():
    assert variant("NVIDIA A100-SXM4-80GB") == ("a100", 80, "sxm4", ())
    assert variant("NVIDIA GeForce RTX 3080 Ti Laptop GPU") == ("rtx3080tilaptop", 0, "", ())
    assert variant("NVIDIA A100-PG509-200") == ("a100", 0, "", ("pg509-200",))
    assert variant("NVIDIA H100 80 GB HBM3").memory == 80


#: names that the driver prints and that no source gives a figure for, nor for a variant of their family
NO_FIGURE = {
    "NVIDIA AX800", "NVIDIA DGX Display", "NVIDIA DRIVE P2021", "NVIDIA GeForce GTX 1650 Ti", "NVIDIA GeForce MX450",
    "NVIDIA GeForce RTX 2050", "NVIDIA PG509-210", "NVIDIA RTX 2000 Ada Generation Embedded GPU", "NVIDIA RTX 2000E Ada Generation",
    "NVIDIA RTX 3500 Ada Generation Embedded GPU", "NVIDIA RTX 5000 Ada Generation Embedded GPU",
    "NVIDIA RTX PRO 1000 Blackwell Generation Laptop GPU", "NVIDIA RTX PRO 2000 Blackwell Embedded GPU",
    "NVIDIA RTX PRO 2000 Blackwell Generation Laptop GPU", "NVIDIA RTX PRO 3000 Blackwell Generation Laptop GPU",
    "NVIDIA RTX PRO 4000 Blackwell Embedded GPU", "NVIDIA RTX PRO 4000 Blackwell Generation Laptop GPU",
    "NVIDIA RTX PRO 4000 Blackwell SFF Edition", "NVIDIA RTX PRO 500 Blackwell Embedded GPU",
    "NVIDIA RTX PRO 500 Blackwell Generation Laptop GPU", "NVIDIA RTX PRO 5000 Blackwell Embedded GPU",
    "NVIDIA RTX PRO 5000 Blackwell Generation Laptop GPU", "NVIDIA T400E", "NVIDIA T500", "Quadro RTX 3000", "Quadro T1000", "Quadro T2000",
}  # fmt: skip
#: instance types of which no source says how many devices, or which share of one, they hold
NO_COUNT = {
    "f1.2xlarge", "f1.4xlarge", "f1.16xlarge", "f2.6xlarge", "f2.12xlarge", "f2.48xlarge", "Standard_NC8ads_A10_v4",
    "Standard_NV4as_v4", "Standard_NV8as_v4", "Standard_NV16as_v4", "Standard_NV32as_v4", "Standard_NV4ads_V710_v5",
    "Standard_NV8ads_V710_v5", "Standard_NV12ads_V710_v5", "Standard_NV24ads_V710_v5", "Standard_NV28adms_V710_v5",
    "Standard_NG8ads_V620_v1", "Standard_NG16ads_V620_v1", "Standard_NG32ads_V620_v1", "Standard_NG32adms_V620_v1",
}  # fmt: skip


@needs_reference
def test_all_names_that_the_driver_prints_resolve_but_these():
    unknown = set()
    for row in rows("nvidia_smi_names.csv"):
        name, device = row["name_as_driver_prints"], row["row_in_accelerators_more"]
        found = INDEX.resolve(name)
        if found is None:
            unknown.add(name)
        elif device:
            assert (found.id, found.sibling_of) == (device, ""), name
    assert unknown == NO_FIGURE


@needs_reference
def test_all_instance_types_resolve_but_these_however_they_are_written():
    unknown = set()
    for row in rows("cloud_instances.csv"):
        for name in filter(None, [row["name"], *row["aliases"].split("|")]):
            bare = name.removeprefix("Standard_").removeprefix("ml.")
            for written in (name, name.upper(), name.replace("_", " "), bare, bare.replace("_", " ").lower()):
                found = INDEX.resolve(written)
                if found is None:
                    unknown.add(row["name"])
                else:
                    assert (found.id, found.units) == (row["device"], Fraction(row["devices_per_instance"])), written
    assert unknown == NO_COUNT


@needs_reference
def test_all_devices_processors_and_shares_of_the_reference_resolve_to_themselves():
    for row in rows("accelerators_more.csv"):
        for name in (row["id"], row["name"]):
            assert INDEX.resolve(name).id == row["id"]
    for row in rows("cpus.csv"):
        for name in filter(None, [row["name"], *row["aliases"].split("|")]):
            assert INDEX.resolve(name).id == row["id"], name
    ours = {"gh200 (96 GB HBM3)": "gh200", "gh200 (144G HBM3e)": "gh200-144"}
    for row in rows("mig_profiles.csv"):
        for device in (ours.get(d, d) for d in row["devices"].split("|")):
            found = INDEX.resolve(f"{INDEX.entries[device].name} MIG {row['profile']}")
            assert (found.id, found.units) == (device, Fraction(row["sm_fraction"])), row["profile"]


@needs_reference
def test_no_figure_is_shipped_for_a_model_whose_size_the_reference_calls_unpublished():
    sized = {f.key[6] for f in store.load().factors if f.quantity in ("parameters_total", "active_parameters")}
    closed = [row for row in rows("llm_models.csv") if row["published"] == "not published"]
    assert len(closed) == 48
    for row in closed:
        assert MODELS.resolve(row["name"]).is_unpublished
        assert MODELS.resolve(row["name"]).id not in sized


def test_an_own_device_without_a_number_for_its_memory_is_no_obstacle(tmp_path):
    from conftest import factor_set, write

    folder = factor_set(tmp_path / "own", [])
    write(
        folder / "devices.csv", "id,name,class,memory_gb\nmine,My Card 9000,gpu,lots\nyours,My Card 9000 12GB,gpu,0\n"
    )
    index = DeviceIndex(store.load([folder]).sets)
    assert [index.resolve(n) for n in ("My Card 9000-8Q", "My Card 7000 8GB")] == [None, None]
    assert index.resolve("My Card 9000 24GB").sibling_of == "My Card 9000 24GB"
