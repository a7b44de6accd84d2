"""Names of hardware as drivers, schedulers and bills print them, taken apart: what names the product, and what its variant.

`fold` is the form in which names are compared. `spellings` gives the forms of one name in the order in which they are
tried. `Variant` splits a name into its family (product line, number, laptop or desktop: never crossed) and what tells
the variants of one family apart: memory, form of the card, version of the board.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

#: makers and brands that a name may begin with or leave out
_BRANDS = ("nvidia", "amd", "intel", "google", "aws", "huawei", "habana", "xilinx", "cloud", "standard", "ml", "gpu")
#: makers that a log may leave out of a name
_MAKERS = ("nvidia", "amd", "intel")
#: words that do not tell products apart
_FILLERS = frozenset({
    "nvidia", "amd", "ati", "intel", "google", "huawei", "habana", "corporation", "inc", "tesla", "geforce", "instinct",
    "gpu", "graphics", "card", "accelerator", "tensor", "core", "generation", "edition", "with", "design", "r", "tm",
    "hbm2", "hbm2e", "hbm3", "hbm3e", "hbm4", "gddr5", "gddr5x", "gddr6", "gddr6x", "gddr7", "lpddr5x",
})  # fmt: skip
#: other words for one thing
_SYNONYMS = {"mobile": "laptop", "notebook": "laptop"}
#: words for a version of one card: cooling, board, partition of a whole card
_VERSIONS = frozenset({"lc", "active", "ac", "ls", "n", "v2", "dgxs", "vf", "hf", "nvl16"})
_FORMS = re.compile(r"(sxm\d?|oam|mezz|pcie|fhhl|nvl)")
_MEMORY = re.compile(r"(\d+)(?:gb|gib|g)")
_BOARD = re.compile(r"\bpg\d+[-_ ]\d+\b")
_SHARE = re.compile(
    r"(?:^|[^a-z0-9])(?:mig[-_. ]*)?(\d)g[._](\d+)gb(?:[-+._]?(?:me\.all|me|gfx|all|shared))*(?:$|[^a-z0-9])"
)
_VGPU = re.compile(r"^(?:grid|nvidia)?[-_ ]*(.*\w)-(\d+)[qcab](?:$|[^a-z0-9])")
#: of a processor: what systems print around its name
_AROUND = re.compile(
    r"\(r\)|\(tm\)|\b\d+th gen\b|\b(?:1[1-4])th generation\b|\bcpu\b|@.*$|\b\w+-core\b|\bprocessors?\b|\b(?:with|w/) radeon.*$|\bgraphics\b"
)


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name in the form in which names are compared. A plus stays: 8480+ and 8480 are two processors."""
    return re.sub(r"[^a-z0-9]+", "", name.lower().replace("+", "plus"))


def spellings(name: str) -> Iterator[str]:
    """Folded forms of a name: as it is, without maker or prefix, from brackets, without what systems print around it."""
    key = fold(name)
    yield from _bare(key)
    text = name.lower()
    inner = re.search(r"\[([^\[\]]+)\]\s*(?:\(rev \w+\))?\s*$", text)
    if inner and "/" not in inner[1]:
        yield from _bare(fold(inner[1]))
    plain = _AROUND.sub(" ", text)
    if plain != text:
        key = fold(plain)
        yield from _bare(key)
    for maker in _MAKERS:
        if key and not key.startswith(maker):
            yield maker + key


def _bare(key: str) -> Iterator[str]:
    yield key
    for brand in _BRANDS:
        rest = key.removeprefix(brand)
        if rest != key and rest:
            yield from _bare(rest)


def bears(product: str, loose: str) -> bool:
    """Whether a product bears all words of a loose name: `NVIDIA A100 PCIe 40GB` those of `A100`, `AWS Trainium2` `Trainium`."""
    own = _words(product)
    return all(
        any(
            word == other or (word[-1].isalpha() and other[len(word) :].isdigit() and other.startswith(word))
            for other in own
        )
        for word in _words(loose) - _FILLERS
    )


@lru_cache(maxsize=8192)
def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", name.lower()))


def mig(name: str) -> tuple[str, str] | None:
    """Name of the card and MIG profile of a name such as `NVIDIA A100-SXM4-40GB MIG 1g.5gb` or `a100_1g.5gb`."""
    found = _SHARE.search(name.lower())
    if found is None:
        return None
    card = name[: found.start()]
    card = re.sub(r"(?i)[-_ /.:]*mig[-_ ]*$", "", card).strip(" -_/:.")
    return card.removeprefix("nvidia.com").strip(" -_/:."), f"{found[1]}g.{found[2]}gb"


def vgpu(name: str) -> tuple[str, int] | None:
    """Name of the card and memory in GB of a virtual GPU such as `GRID T4-8Q` or `NVIDIA A10-4Q`."""
    found = _VGPU.match(name.lower().strip())
    return (found[1], int(found[2])) if found else None


class Variant(NamedTuple):
    """A name taken apart. `memory` is 0 and `form` empty where the name does not say; `versions` are further words."""

    family: str
    memory: int
    form: str
    versions: tuple[str, ...]

    @property
    def socket(self) -> str:
        """Whether the card sits on a socket of its own or in a slot: the two are never taken for each other."""
        return "" if not self.form else "socket" if self.form.startswith(("sxm", "oam", "mezz")) else "slot"


@lru_cache(maxsize=8192)
def variant(name: str) -> Variant:
    """A name taken apart into family, memory, form and versions."""
    text = name.lower().replace("max-q", "maxq").replace("max q", "maxq").replace("+", "plus ")
    versions = tuple(_BOARD.findall(text))
    words = re.split(r"[^a-z0-9.]+", _BOARD.sub(" ", text))
    family: list[str] = []
    memory, form = 0, ""
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        size = _MEMORY.fullmatch(word + following if word.isdigit() and following in ("gb", "gib") else word)
        if size and family:
            memory = int(size[1])
        elif word in ("gb", "gib") or word in _FILLERS or not word:
            continue
        elif _FORMS.fullmatch(word):
            form = word
        elif word in _VERSIONS:
            versions += (word,)
        else:
            family.append(_SYNONYMS.get(word, word))
    return Variant("".join(family), memory, form, versions)
