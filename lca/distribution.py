"""Probability distributions of inputs, and draws from them that depend on a seed and a name alone.

The generator is counter-based (Philox: Salmon et al. 2011, doi:10.1145/2063384.2063405) and keyed by the name of what is
drawn, so that a factor has the same draws in every row, partition, order and process. Draws are stratified (McKay,
Beckman, Conover 1979, doi:10.1080/00401706.1979.10489755): one in each of n equally likely intervals, in random order.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: `low` and `high` bound the 95 % interval of the first two, and the whole range of the others
KINDS = ("lognormal", "normal", "triangular", "pert", "uniform")
#: 97.5 % quantile of the standard normal distribution
Z = 1.959963984540054


class Distribution(NamedTuple):
    """A distribution around `value`, never below `floor` nor above `ceiling`.

    lognormal: of what lies above the floor, median `value`; normal: median `value`; both with one width below and one
    above where the bounds are not symmetric. triangular, pert: mode `value`. uniform: between the bounds. A bound that
    is not known (NaN) is `value`: nothing is known on that side. `spread` is the standard deviation of ln(x - floor) of
    one more factor, of median 1 and drawn apart: for a value that stands in for another year or place.
    """

    kind: str
    value: float
    low: float = math.nan
    high: float = math.nan
    floor: float = 0.0
    ceiling: float = math.inf
    spread: float = 0.0

    @property
    def is_certain(self) -> bool:
        """Whether it has no width."""
        return self.spread == 0 and not (self.low < self.value or self.high > self.value)


def lognormal(value: float, gsd2: float, floor: float = 0.0, ceiling: float = math.inf) -> Distribution:
    """A lognormal whose 95 % interval reaches from value / gsd2 to value times gsd2, above the floor.

    `gsd2` is the square of the geometric standard deviation, as ecoinvent gives it; the interval is taken at 1.96 and
    not at 2 standard deviations of ln x, which is gsd2 ** 0.98.
    """
    over, reach = value - floor, gsd2 ** (Z / 2)
    return Distribution("lognormal", value, floor + over / reach, floor + over * reach, floor, ceiling)


def quantile(d: Distribution, p: Numbers) -> Numbers:
    """Quantiles of the distribution without its `spread`. Raises ValueError for an unknown kind."""
    from scipy.special import betaincinv, ndtri

    low = d.value if d.low != d.low else d.low
    high = d.value if d.high != d.high else d.high
    if d.kind in ("lognormal", "normal"):
        z = ndtri(p)
        if d.kind == "normal":
            x = d.value + np.where(z < 0, (d.value - low), (high - d.value)) / Z * z
        else:
            over = d.value - d.floor
            below = math.log(over / (low - d.floor)) / Z if over > 0 and low > d.floor else 0.0
            above = math.log((high - d.floor) / over) / Z if over > 0 else 0.0
            x = d.floor + over * np.exp(np.where(z < 0, below, above) * z)
    elif high == low:
        x = np.full(len(p), d.value)
    elif d.kind == "triangular":
        share = (d.value - low) / (high - low)
        rising = low + np.sqrt(p * (high - low) * (d.value - low))
        x = np.where(p < share, rising, high - np.sqrt((1 - p) * (high - low) * (high - d.value)))
    elif d.kind == "pert":  # a beta distribution with the mean (low + 4 mode + high) / 6: Malcolm et al. 1959
        first, second = 1 + 4 * (d.value - low) / (high - low), 1 + 4 * (high - d.value) / (high - low)
        x = low + (high - low) * betaincinv(first, second, p)
    elif d.kind == "uniform":
        x = low + (high - low) * p
    else:
        raise ValueError(f"unknown distribution {d.kind!r}; use {', '.join(KINDS)}")
    return np.asarray(np.clip(x, d.floor, d.ceiling), np.float64)


def draw(d: Distribution, name: str, draws: int, seed: int) -> Numbers:
    """Draws of the distribution, the same for the same name and seed, whatever else is drawn."""
    from scipy.special import ndtri

    x = quantile(d, uniforms(name, draws, seed))
    if d.spread:
        z = ndtri(uniforms(f"{name}\0spread", draws, seed))
        x = np.clip(d.floor + (x - d.floor) * np.exp(d.spread * z), d.floor, d.ceiling)
    return x


@lru_cache(maxsize=65536)
def bounds(d: Distribution) -> tuple[float, float]:
    """2.5 % and 97.5 % quantile, `spread` included: exact for lognormals, else the two widths joined in ln x."""
    low, high = quantile(d, np.asarray([0.025, 0.975])).tolist()
    if d.spread and d.value > d.floor:
        over = d.value - d.floor

        def joined(bound: float, sign: int) -> float:
            own = math.log((bound - d.floor) / over) if bound > d.floor else -math.inf
            return d.floor + over * math.exp(sign * math.hypot(own, d.spread * Z))

        low, high = joined(low, -1), joined(high, 1)
    return max(low, d.floor), min(high, d.ceiling)


@lru_cache(maxsize=4096)
def uniforms(name: str, draws: int, seed: int) -> Numbers:
    """Numbers between 0 and 1, one in each of `draws` equal intervals, in an order of their own. Not to be written to."""
    key = int.from_bytes(hashlib.sha256(f"{seed}\0{name}".encode()).digest()[:16], "little")
    raw: Any = np.random.Philox(key=key).random_raw(2 * draws)  # the bits of a generator are stable over releases
    inside = ((raw[:draws] >> np.uint64(11)) + 0.5) * 2.0**-53
    made = (np.argsort(raw[draws:], kind="stable") + inside) / draws
    made.flags.writeable = False
    return np.asarray(made, np.float64)
