"""Hardware of the organisation as a profile states it: what was bought, and the share of its lifetime in use."""

from __future__ import annotations

from typing import Annotated

from pydantic import PlainSerializer

from lca.fields import Count, Embodied, Name, OpenShare
from lca.site import Strict
from lca.statements import Day
from lca.units import Quantity


def _text(stated: Quantity) -> str | dict[str, float]:
    if stated.low != stated.low and stated.high != stated.high:
        return stated.text or f"{stated.value:g}"
    return {k: v for k, v in zip(("value", "low", "high"), stated[:3], strict=True) if v == v}


def _texts(stated: dict[str, Quantity] | None) -> dict[str, str] | None:
    return None if stated is None else {name: quantity.text for name, quantity in stated.items()}


class Purchase(Strict):
    """Hardware bought: its production counts whole in the year of purchase (scope 3, category 2).

    `host` is what stands around accelerators: the name of a server, of which `hosts` were bought; `included` where what was
    bought is the whole server; `separate` where servers are there already or a purchase of their own. Without it the host of
    their class counts.
    """

    device: Name
    count: Count
    date: Day
    host: Name | None = None
    hosts: Count | None = None
    embodied: Annotated[Embodied, PlainSerializer(_texts, when_used="json")] | None = None


#: share of the lifetime in use, quoted as it was written
LifetimeUse = Annotated[OpenShare, PlainSerializer(_text, when_used="json")]
