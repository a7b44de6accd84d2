"""Hardware bought in the period: scope 3, category 2, whole in the year of purchase and never spread over runs.

Accelerators are sold in servers, racks or computers, so the host of their class counts with them (see `catalogue.hosts`),
unless the purchase names it, says that it is inside, or says that it is a purchase of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lca.catalogue.devices import Device, DeviceIndex
from lca.catalogue.factor_set import Factor
from lca.catalogue.hosts import NAMES, SERVER, SERVERS
from lca.catalogue.lookup import Choices
from lca.catalogue.store import Catalogue
from lca.distribution import Distribution, draw
from lca.engine.production import BOTTOM_UP, Asked, HostProduction, Production, produce
from lca.engine.rule import Rule
from lca.engine.uncertainty import Draws, Numbers
from lca.errors import ProfileError, shorten
from lca.language import joined, said
from lca.numerals import spelled
from lca.profile import Profile
from lca.purchase import Purchase
from lca.units import Quantity

#: kinds of device that stand in a host, which a purchase of them brings
ACCELERATORS = frozenset({"gpu", "tpu", "npu", "fpga"})
#: parts that are bought in servers as well as by themselves
PARTS = frozenset({"cpu", "memory"})
#: words of a purchase in place of the name of its host
INCLUDED, SEPARATE = "included", "separate"


@dataclass(frozen=True)
class Hosts:
    """What stands around the devices of a purchase. `value` is of all of them, None where it is not known or not counted.

    `status` is `named`, `class` (that of their class), `included`, `separate`, `listed` (servers are purchases of their own in
    the same profile), `stated` (the profile states the footprint of what was bought and does not say whether hosts are in
    it), `part` (parts of servers) or `unknown`.
    """

    status: str
    name: str = ""
    number: float = math.nan
    value: float | None = None
    draws: Numbers | None = None
    factor: str = ""


@dataclass(frozen=True)
class Bought:
    """A purchase with its footprint. `counted` is False outside the period; `value` None where none is known.

    `value` holds the hosts around the devices. `draws` are those of it, None where nothing has a width; `factor` is the
    factor on which the devices rest, or the rule where there are several. `hosts` is None for what stands in no host.
    """

    purchase: Purchase
    name: str
    pieces: float
    counted: bool
    value: float | None
    draws: Numbers | None
    factor: str
    note: str
    hosts: Hosts | None = None


def what(profile: Profile) -> str:
    """What the purchases that count are, as a label: a profile without a period has none in which they could lie."""
    timeless = profile.period is None and profile.purchases
    return said("hardware bought, no period stated") if timeless else said("hardware bought in the period")


def footprints(
    profile: Profile, catalogue: Catalogue, devices: DeviceIndex, rules: Sequence[Rule], choices: Choices
) -> list[Bought]:
    """The profile's purchases with their production footprints. Raises ProfileError for a device that nobody knows."""
    for number, bought in enumerate(profile.purchases):
        if devices.resolve(bought.device) is None and _stated(bought) is None:
            near = devices.suggest(bought.device, 1)
            raise ProfileError(
                f"profile {profile.id}: purchases[{number}].device", "not in the catalogue",
                f"{f'The nearest is {near[0]}; c' if near else 'C'}orrect the name, or state its `embodied`, such as 164 kgCO2e.",
                shorten(bought.device))  # fmt: skip
        _check_host(f"profile {profile.id}: purchases[{number}]", bought, devices)
    asked = [Asked(p.device, p.date.isoformat(), _named_host(p)) for p in profile.purchases]
    made = produce(asked, catalogue, devices, rules, choices, Draws(*profile.uncertainty.draw()))
    listed = _lists_servers(profile, devices)
    return [_one(profile, n, p, catalogue, devices, made[n], listed) for n, p in enumerate(profile.purchases)]


def _counts(profile: Profile, bought: Purchase) -> bool:
    return profile.period is None or profile.period.start <= bought.date <= profile.period.end


def _lists_servers(profile: Profile, devices: DeviceIndex) -> bool:
    """Whether servers are among the purchases that count: those around accelerators may be them."""
    entries = (devices.resolve(p.device) for p in profile.purchases if _counts(profile, p))
    return any(entry is not None and entry.kind == "server" for entry in entries)


def _check_host(where: str, bought: Purchase, devices: DeviceIndex) -> None:
    """Raise ProfileError for a host that is no server of the catalogue, and for a number of hosts without one."""
    name = _named_host(bought)
    if bought.hosts is not None and not name:
        raise ProfileError(f"{where}.hosts", "there is no server of which this is the number",
                           "Name the server under `host`, or leave `hosts` out.", str(bought.hosts))  # fmt: skip
    if not name:
        return
    entry = devices.resolve(name)
    if entry is None or entry.kind != "server":
        near = [n for n in devices.suggest(name, 9) if (e := devices.resolve(n)) is not None and e.kind == "server"]
        raise ProfileError(
            f"{where}.host", "no server of the catalogue",
            f"Write {INCLUDED}, {SEPARATE}, or the name of a server that `lca devices` lists{f', such as {near[0]}' if near else ''}.",
            shorten(name),
        )  # fmt: skip


def _named_host(bought: Purchase) -> str:
    return "" if bought.host in (None, INCLUDED, SEPARATE) else str(bought.host)


def _stated(bought: Purchase) -> Quantity | None:
    return (bought.embodied or {}).get("embodied_co2e")


def _one(
    profile: Profile, number: int, bought: Purchase, catalogue: Catalogue, devices: DeviceIndex, made: Production,
    lists_servers: bool,
) -> Bought:  # fmt: skip
    counted = _counts(profile, bought)
    entry, stated = devices.resolve(bought.device), _stated(bought)
    name = entry.name if entry is not None else bought.device
    hosts = _hosts(bought, entry, made.host, devices, stated is not None, lists_servers)
    if stated is not None:  # of one piece as bought, whatever it holds
        held = Distribution(stated.distribution or "normal", stated.value, stated.low, stated.high)
        how = Draws(*profile.uncertainty.draw())
        drawn = (
            None
            if held.is_certain or not how.number
            else bought.count * draw(held, f"purchase\0{number}", how.number, how.seed)
        )
        own = bought.count * stated.value
        notes = [said("stated by the profile"), *_told(hosts)]
        return _with_hosts(bought, name, bought.count, counted, own, drawn, "", notes, hosts)
    assert entry is not None
    pieces = _pieces(bought, entry)
    if math.isnan(made.value):
        return Bought(bought, name, pieces, counted, None, None, "", _why(catalogue, entry.id, name))
    notes = (
        [said("a default for any {kind}", kind=entry.kind)]
        if any(level == "class" for _, level in made.factors[:1])
        else []
    )
    factor = made.factors[0][0] if len(made.factors) == 1 else made.rule
    if made.rule == BOTTOM_UP:
        notes = [said("no footprint of the product is known: built from its dies and memory")]
    if made.factors and made.factors[0][1] == "host_class":
        notes = [said("the whole computer that the chip is part of, by its class")]
    notes += _told(hosts)
    if entry.ambiguous:
        notes.append(said("the name also means {names}", names=", ".join(entry.ambiguous[:3])))
    drawn = None if made.draws is None else pieces * made.draws
    return _with_hosts(bought, name, pieces, counted, pieces * made.value, drawn, factor, notes, hosts)


def _pieces(bought: Purchase, entry: Device) -> float:
    """Devices of a purchase: one name may stand for several, such as that of a cloud instance."""
    amount = bought.count * entry.units
    return int(amount) if amount.denominator == 1 else float(amount)


def _hosts(
    bought: Purchase, entry: Device | None, host: HostProduction | None, devices: DeviceIndex, is_stated: bool,
    lists_servers: bool,
) -> Hosts | None:  # fmt: skip
    """The hosts around what was bought; None where what was bought stands in none."""
    name = _named_host(bought)
    if bought.host is not None and not name:
        return Hosts(bought.host)
    if not name and (entry is None or entry.kind not in ACCELERATORS | PARTS):
        return None
    if not name and is_stated:
        return Hosts("stated")
    if not name and entry is not None and entry.kind in PARTS:
        return Hosts("part")
    if not name and entry is not None and entry.host_class in SERVERS and lists_servers:
        return Hosts("listed")
    server = devices.resolve(name) if name else None
    of_class = NAMES.get(entry.host_class, NAMES[SERVER]) if entry is not None else NAMES[SERVER]
    one, several = (server.name, server.name) if server is not None else of_class
    if host is None or math.isnan(host.value):
        return Hosts("unknown", one)
    pieces = float(bought.count) if entry is None else _pieces(bought, entry)
    number = float(bought.hosts) if bought.hosts is not None else pieces / host.devices
    if math.isnan(number):
        return Hosts("unknown", one)
    drawn = None if host.draws is None else number * host.draws
    label = one if number == 1 else several
    return Hosts("named" if name else "class", label, number, number * host.value, drawn, host.factor)


def _told(hosts: Hosts | None) -> list[str]:
    """What the line of a purchase says of its hosts."""
    if hosts is None:
        return []
    told = {
        INCLUDED: said("the servers around the devices are inside, as the profile states"),
        SEPARATE: said("the servers around the devices are not counted here, as the profile states"),
        "listed": said("without servers of their own, since servers are among the purchases"),
        "stated": said("the profile does not state whether the servers around the devices are inside"),
        "part": said("without the servers that hold the devices"),
        "unknown": said("without the {host} around the devices, whose footprint is not known", host=hosts.name),
    }
    if hosts.value is None:
        return [told[hosts.status]]
    counted = said("{number} {host} around the devices: {value} kgCO2e ({factor})", number=spelled(hosts.number, 4),
                   host=hosts.name, value=spelled(hosts.value, 4), factor=hosts.factor)  # fmt: skip
    return [counted]


def _with_hosts(
    bought: Purchase, name: str, pieces: float, counted: bool, own: float, draws: Numbers | None, factor: str,
    notes: Sequence[str], hosts: Hosts | None,
) -> Bought:  # fmt: skip
    """A purchase whose footprint is that of the devices, `own`, and of the hosts around them."""
    value = own
    if hosts is not None and hosts.value is not None:
        value = own + hosts.value
        if draws is not None or hosts.draws is not None:
            parts = (draws if draws is not None else own, hosts.draws if hosts.draws is not None else hosts.value)
            draws = np.asarray(parts[0] + parts[1])
    return Bought(bought, name, pieces, counted, value, draws, factor, joined("; ", notes), hosts)


def _why(catalogue: Catalogue, device: str, name: str) -> str:
    mixed: list[Factor] = [
        f for f in catalogue.factors if f.quantity == "embodied_device_with_host" and device in f.key
    ]
    if mixed:
        return said(
            "the footprint known for {name} ({id}) also holds its host, transport and end of life; state its `embodied`",
            name=name,
            id=mixed[0].id,
        )
    return said("no factor set holds the production footprint of {name}; state its `embodied`", name=name)


def total(bought: Sequence[Bought]) -> tuple[float | None, Numbers | None]:
    """Sum of what counts and is known, and its draws: pieces that rest on one factor move together."""
    known = [b for b in bought if b.counted and b.value is not None]
    if not known:
        return None, None
    drawn = [b.draws if b.draws is not None else b.value or 0.0 for b in known]
    return math.fsum(b.value or 0.0 for b in known), None if all(b.draws is None for b in known) else np.asarray(
        sum(drawn)
    )
